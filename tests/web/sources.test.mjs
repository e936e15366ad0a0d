// The readers: every kind of key, in order, once, whatever happens meanwhile.
import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from './support/browser.mjs';

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  await page.evaluate(() => {
    const plan = (database, columns) => ({
      ferrite: 1, name: database, tables: [{ name: 'kept', from: { indexedDB: database, store: 's' }, ...columns }],
    });
    // Fills a store, migrates it and compares what came with what IndexedDB gives.
    window.roundTrip = async (database, options, entries) => {
      await legacy.createDatabase(database, { s: { options, entries } });
      const ferrite = await open({ plan: plan(database), store: `${database}.sqlite3` });
      const report = await ferrite.migrate();
      const again = await ferrite.verify();
      await ferrite.close();
      return {
        status: report.status, rows: report.tables[0].rows, failed: report.totals.failed,
        verified: again.status, matched: again.tables[0].matched,
      };
    };
    window.planFor = plan;
  });
});
after(() => browser?.close());

const complete = (rows) => ({ status: 'verified', rows, failed: 0, verified: 'verified', matched: rows });

test('Keys of every type outside the records', async () => {
  const { seen, count } = await page.evaluate(async () => {
    const keys = [-Infinity, -1.5, -0, 1e-300, 3, 2 ** 53, Infinity, new Date(0), new Date(-1), '', 'a', 'a\0', '\ud800', '😀',
      new Uint8Array([]).buffer, new Uint8Array([0, 255]).buffer, [], [[]], ['a', 1, [new Date(5)]], [new Uint8Array([1]).buffer]];
    return { seen: await roundTrip('keys', {}, keys.map((key, i) => [key, { i }])), count: keys.length };
  });
  assert.deepEqual(seen, complete(count));
});

for (const [name, options, make] of [
  ['dense numbers in the record', { keyPath: 'id', autoIncrement: true }, (i) => [undefined, { text: `t${i}` }]],
  ['numbers far apart', { keyPath: 'id' }, (i) => [undefined, { id: i * 86_400_000 + (i * 7919) % 1000 / 1000 }]],
  ['numbers that crowd at one end', { keyPath: 'id' }, (i) => [undefined, { id: i < 2900 ? i / 1000 : i * 1e9 }]],
  ['numbers beyond 2^53', { keyPath: 'id' }, (i) => [undefined, { id: 2 ** 60 + i * 2 ** 9 }]],
  ['numbers inside a nested object', { keyPath: 'a.b' }, (i) => [undefined, { a: { b: i }, c: i }]],
  ['strings in the record', { keyPath: 'id' }, (i) => [undefined, { id: `k${(i * 7919) % 3000}` }]],
  ['numbers and strings', { keyPath: 'id' }, (i) => [undefined, { id: i % 2 ? i : `s${i}` }]],
  ['several parts', { keyPath: ['x', 'y'] }, (i) => [undefined, { x: i % 50, y: `y${i}` }]],
  ['the record itself', { keyPath: '' }, (i) => [undefined, `value ${i}`]],
  ['the length of a string', { keyPath: 'id.length' }, (i) => [undefined, { id: 'x'.repeat(i % 300) }]],
  ['numbers outside the record', {}, (i) => [i * 3, { i }]],
]) {
  test(`3000 records whose keys are ${name}`, async () => {
    const seen = await page.evaluate(([database, theOptions, source]) => {
      const entries = Array.from({ length: 3000 }, (_, i) => (0, eval)(source)(i));
      return roundTrip(database, theOptions, entries);
    }, [`keys ${name}`, options, `(${make})`]);
    assert.deepEqual(seen, complete(name.startsWith('the length') ? 300 : 3000));
  });
}

test('Records from a few bytes to megabytes, with Blobs', async () => {
  const seen = await page.evaluate(() => roundTrip('sizes', { keyPath: 'id' }, Array.from({ length: 400 }, (_, id) =>
    [undefined, {
      id,
      text: 'x'.repeat(id % 40 === 0 ? 1_500_000 : id),
      blob: new Blob(['blob ', String(id)], { type: 'text/plain' }),
      file: new File([new Uint8Array(id)], `${id}.bin`, { lastModified: 5 }),
    }])));
  assert.deepEqual(seen, complete(400));
});

test('An empty store makes an empty table', async () => {
  assert.deepEqual(await page.evaluate(() => roundTrip('empty', { keyPath: 'id' }, [])), complete(0));
});

test('localStorage arrives as it is: odd keys, lone surrogates, NUL, 2 MB', async () => {
  const seen = await page.evaluate(async () => {
    localStorage.clear();
    const wanted = { length: '5', getItem: 'x', key: 'y', clear: 'z', '': 'empty', 'nul\0': 'a\0b', '\ud800': '\udfff', '😀': 'x'.repeat(2e6), __proto__x: '1' };
    for (const [key, value] of Object.entries(wanted)) Storage.prototype.setItem.call(localStorage, key, value);
    const plan = {
      ferrite: 1, name: 'ls', tables: [{ name: 'settings', from: { localStorage: true },
        columns: { key: { path: '$key', type: 'key' }, value: { path: '', type: 'text' } }, primaryKey: ['key'] }],
    };
    const ferrite = await open({ plan, store: 'ls.sqlite3' });
    const report = await ferrite.migrate();
    const database = await ferrite.database();
    const rows = await database.all('SELECT key, value FROM settings WHERE typeof(key) = \'text\' AND typeof(value) = \'text\'');
    const verified = await ferrite.verify();
    await ferrite.close();
    const right = rows.filter(({ key, value }) => wanted[key] === value).length;
    return { status: report.status, rows: report.tables[0].rows, right, verified: verified.status };
  });
  assert.deepEqual(seen, { status: 'verified', rows: 9, right: 8, verified: 'verified' });
});

test('An upgrade by the app in the middle is let through, and the reading goes on', async () => {
  const seen = await page.evaluate(async () => {
    await legacy.createNotes('upgraded', 6000, 4000);  // far more than is read ahead
    const ferrite = await open({ plan: legacy.notePlan('upgraded'), store: 'upgraded.sqlite3' });
    let upgrade;
    const report = await ferrite.migrate({
      progressInterval: 0,
      onProgress({ current }) {
        if (current === 0 || upgrade) return;
        const request = indexedDB.open('upgraded', 2);
        request.onupgradeneeded = () => request.result.createObjectStore('new');
        upgrade = legacy.answer(request).then((database) => { database.close(); return database.version; });
      },
    });
    await ferrite.close();
    return { status: report.status, rows: report.tables[0].rows, version: await upgrade };
  });
  assert.deepEqual(seen, { status: 'verified', rows: 6000, version: 2 });
});

test('A store that is replaced in the middle is a clear error', async () => {
  const error = await page.evaluate(async () => {
    await legacy.createNotes('replaced', 6000, 4000);  // far more than is read ahead
    const ferrite = await open({ plan: legacy.notePlan('replaced'), store: 'replaced.sqlite3' });
    let upgrade;
    const caught = await legacy.failure(ferrite.migrate({
      progressInterval: 0,
      onProgress({ current }) {
        if (current === 0 || upgrade) return;
        const request = indexedDB.open('replaced', 2);
        request.onupgradeneeded = () => request.result.deleteObjectStore('notes');
        upgrade = legacy.answer(request).then((database) => database.close());
      },
    }));
    await upgrade;
    await ferrite.close();
    return caught;
  });
  assert.equal(error?.code, 'source_changed');
});

/** Deletes the files in which Chromium keeps Blobs and large values. */
async function loseLargeValues(profile) {
  const folder = join(profile, 'Default/IndexedDB');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lost = entries.filter((entry) => entry.isFile() && (entry.parentPath ?? entry.path).includes('.indexeddb.blob'));
  for (const entry of lost) await rm(join(entry.parentPath ?? entry.path, entry.name));
  return lost.length;
}

test('Records that the browser cannot give back go to the ledger, and the rest goes on', async (t) => {
  const own = await openBrowser();
  t.after(() => own.close());
  await (await own.newPage()).evaluate(async () => {
    const noise = () => Array.from({ length: 30_000 }, () => Math.random().toString(36).slice(2)).join('');
    const entries = Array.from({ length: 300 }, (_, id) => [undefined, {
      ...legacy.note(id),
      ...(id === 17 || id === 18 || id === 299 ? { large: noise() } : {}),
      ...(id === 23 ? { file: new Blob([noise()]) } : {}),
    }]);
    await legacy.createDatabase('damaged', { notes: { options: { keyPath: 'id' }, entries } });
  });
  let lost = 0;
  await own.restart(async (profile) => { lost = await loseLargeValues(profile); });
  t.diagnostic(`${lost} files lost`);
  assert.ok(lost > 0);
  const report = await (await own.newPage()).evaluate(async () => {
    const ferrite = await open({ plan: legacy.notePlan('damaged'), store: 'damaged.sqlite3' });
    return ferrite.migrate();
  });
  assert.equal(report.status, 'completed_with_differences');
  assert.equal(report.tables[0].rows, 300 - lost);
  assert.equal(report.totals.failed, lost);
  assert.ok(report.failed.every(({ code }) => code === 'record_unsupported'));
  assert.match(report.failed[0].message, /unreadable value/);
  assert.deepEqual(report.failed.map(({ key }) => Number(key)).filter((key) => ![17, 18, 23, 299].includes(key)), []);
});

test('A record that only a window can read goes to the ledger, and is not taken for null', async () => {
  const report = await page.evaluate(async () => {
    const certificate = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' });
    const entries = Array.from({ length: 300 }, (_, id) => [undefined, { ...legacy.note(id), ...(id === 41 && { certificate }) }]);
    await legacy.createDatabase('calls', { notes: { options: { keyPath: 'id' }, entries } });
    const ferrite = await open({ plan: legacy.notePlan('calls'), store: 'calls.sqlite3' });
    return ferrite.migrate();
  });
  assert.equal(report.status, 'completed_with_differences');
  assert.equal(report.tables[0].rows, 299);
  assert.deepEqual(report.failed.map(({ key, code }) => [Number(key), code]), [[41, 'record_unsupported']]);
});
