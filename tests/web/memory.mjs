// How much memory the engine takes in Chromium for a source of 300 MB: at most
// 64 MB of WebAssembly above what it takes when it has only been opened. Takes
// some minutes, so it is run by scripts/check memory and not with the other tests.
//   node tests/web/memory.mjs [RECORDS]
import assert from 'node:assert/strict';
import { openBrowser } from './support/browser.mjs';

const MIB = 1 << 20;
const LIMIT = 64 * MIB;
const SOURCE = 300e6;
const [, , records = '330000'] = process.argv;

const browser = await openBrowser();
try {
  const page = await browser.newPage();
  await page.evaluate(async (count) => {
    const { answer, note } = legacy;
    const request = indexedDB.open('large', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('notes', { keyPath: 'id' });
    const database = await answer(request);
    const words = () => Array.from({ length: 75 }, () => Math.random().toString(36).slice(2, 14)).join(' ');
    for (let from = 0; from < count; from += 2000) {
      const transaction = database.transaction('notes', 'readwrite');
      for (let id = from + 1; id <= Math.min(from + 2000, count); ++id) {
        transaction.objectStore('notes').put({ ...note(id), body: words() });
      }
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
    }
    database.close();
  }, Number(records));
  await page.close();

  const migrating = await browser.newPage();
  const { report, opened, peak, script, ms } = await migrating.evaluate(async () => {
    const { tables: [table], ...plan } = legacy.notePlan('large');
    // What grows with the rows where nobody takes care.
    const indexed = { ...plan, tables: [{ ...table, indexes: [['title', 'written']] }] };
    let first = 0;
    let peak = 0;
    let script = 0;
    const ferrite = await open({ plan: indexed, store: 'large.sqlite3' });
    const begun = performance.now();
    const report = await ferrite.migrate({
      progressInterval: 20,
      onProgress: ({ memory }) => {
        first ||= memory.wasm; // 0 before the engine is there
        peak = Math.max(peak, memory.wasm);
        script = Math.max(script, memory.script ?? 0);
      },
    });
    const ms = performance.now() - begun;
    await ferrite.close();
    return { report, opened: first, peak, script, ms };
  });
  const { bytes } = report.totals;
  const mib = (size) => (size / MIB).toFixed(1);
  console.log(`source: ${(bytes / 1e6).toFixed(0)} MB in ${records} records, ${(ms / 1000).toFixed(0)} s, WebAssembly when opened: ` +
    `${mib(opened)} MiB, at most: ${mib(peak)} MiB, above: ${mib(peak - opened)} MiB of ${mib(LIMIT)}, scripts at most: ${mib(script)} MiB`);
  assert.ok(bytes >= SOURCE || records !== '330000', 'the source is too small');
  assert.equal(report.tables[0].rows, Number(records));
  assert.equal(report.tables[0].hash, report.tables[0].expectedHash);
  assert.ok(opened > 0 && peak - opened <= LIMIT);
} finally {
  await browser.close();
}
