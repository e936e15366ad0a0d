// What verify() found, in Chromium: listed, filtered, paged, exported, as a page; whole and as a sample.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../support/load-module.mjs';
import { openBrowser } from './support/browser.mjs';

const COUNT = 6_000;

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  await page.evaluate(async (count) => {
    await legacy.createNotes('found', count, 20);
    window.ferrite = await open({ plan: legacy.notePlan('found'), store: 'found.sqlite3' });
    await ferrite.migrate();
    const db = await ferrite.database();
    await db.exec(`
      DELETE FROM notes WHERE id % 5 = 1;
      UPDATE notes SET title = '</script>"' || char(8238) || title, body = body || 'more' WHERE id % 10 = 2;
      INSERT INTO notes(id, title) VALUES (-1, 'extra'), (70000, 'extra, too');`);
  }, COUNT);
});
after(() => browser?.close());

// RFC 4180, nothing more.
function parseCsv(text) {
  const rows = [];
  const cell = /("(?:[^"]|"")*"|[^,\r\n"]*)(,|\r\n)/y;
  for (let row = []; cell.lastIndex < text.length;) {
    const [, value, end] = cell.exec(text) ?? assert.fail(`no cell at ${cell.lastIndex}`);
    row.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const differences = (query) => page.evaluate((asked) => ferrite.differences(asked), query);
const exported = (query) => page.evaluate(async (asked) => (await ferrite.exportDifferences(asked)).text(), query);

test('Before a verification there is nothing to list', async () => {
  const { compared, total, rows } = await differences({});
  assert.deepEqual([compared, total, rows], [false, 0, []]);
});

test('A sample is compared and is never called verified', async () => {
  const report = await page.evaluate(() => ferrite.verify({ sampleSize: 400 }));
  assert.equal(report.status, 'completed_with_differences');
  assert.equal(report.sampled, true);
  assert.equal(report.sources[0].records, 401);
  const [table] = report.tables;
  // Every stratum is 300 records long and begins at 300 n + 1: 20 in a row of it.
  assert.deepEqual([table.missing, table.different, table.extra], [20 * 4, 20 * 2, 0]);
  assert.equal((await differences({})).total, 120);
  const bad = await page.evaluate(() => legacy.failure(ferrite.verify({ tables: ['nothing'] })));
  assert.equal(bad.code, 'invalid_argument');
});

test('A run that is cancelled leaves the last result as it was', async () => {
  const error = await page.evaluate(() => {
    const controller = new AbortController();
    const onProgress = ({ stage }) => { if (stage !== 'prepare' && stage !== 'done') controller.abort(); };
    return legacy.failure(ferrite.verify({ signal: controller.signal, progressInterval: 0, onProgress }));
  });
  assert.equal(error.code, 'cancelled');
  assert.equal((await differences({})).total, 120);
});

test('Everything that was removed, changed and added is found and can be asked for', async () => {
  const report = await page.evaluate(() => ferrite.verify());
  const [table] = report.tables;
  assert.deepEqual([table.missing, table.different, table.extra, table.sizeDifferent], [1200, 600, 2, 600]);
  assert.equal(table.summary, '1200 rows are missing, 600 rows differ (600 in size), 2 rows are without a record.');
  assert.ok(report.throughput.length > 0 && report.throughput.length <= 120);
  const all = await differences({});
  assert.deepEqual([all.compared, all.total, all.rows.length], [true, 1802, 100]);
  assert.equal((await differences({ kind: 'missing' })).total, 1200);
  assert.equal((await differences({ kind: ['different', 'extra'] })).total, 602);
  assert.equal((await differences({ column: 'body', search: '22' })).total,
    Array.from({ length: COUNT }, (_, i) => i + 1).filter((id) => id % 10 === 2 && `${id}`.includes('22')).length);
  assert.equal((await differences({ table: 'none' })).total, 0);
  const { rows: [changed] } = await differences({ kind: 'different', sort: 'key', limit: 1 });
  assert.equal(changed.key, '2');
  assert.deepEqual(Object.keys(changed.columns), ['title', 'body']);
  assert.match(changed.columns.title.store, /^"<\/script>\\"/);
  assert.ok(changed.storeBytes > changed.sourceBytes);
  const keys = [];
  for (let after; ;) {
    const part = await differences({ sort: '-key', limit: 700, after });
    keys.push(...part.rows.map(({ key }) => Number(key)));
    if (!part.next) break;
    after = part.next;
  }
  assert.equal(keys.length, 1802);
  assert.deepEqual(keys, keys.toSorted((a, b) => b - a));
  const wrong = await page.evaluate(() => legacy.failure(ferrite.differences({ kind: 'mising' })));
  assert.equal(wrong.code, 'invalid_argument');
  assert.match(wrong.hint, /missing/);
});

test('Exports hold all of it, and say the same', async () => {
  const rows = JSON.parse(await exported({}));
  const [names, ...lines] = parseCsv(await exported({ format: 'csv' }));
  assert.deepEqual([rows.length, lines.length], [1802, 1802]);
  const column = (line, name) => line[names.indexOf(name)];
  rows.forEach((row, i) => {
    assert.equal(column(lines[i], 'key'), row.key);
    assert.deepEqual(JSON.parse(column(lines[i], 'columns')), row.columns);
    assert.equal(column(lines[i], 'at'), new Date(row.at).toISOString());
  });
  assert.equal(JSON.parse(await exported({ kind: 'extra' })).length, 2);
});

test('A report becomes a page that runs nothing, and is the same from the native twin', async (t) => {
  const out = join(root, 'out/report-page');
  await mkdir(out, { recursive: true });
  t.after(() => rm(join(out, 'report.json'), { force: true }));
  const { report, html } = await page.evaluate(async () => {
    const verified = await ferrite.verify();
    verified.plan.name = 'notes\u0000\u202e</title><script>alert(1)</script>';
    return { report: verified, html: await (await ferrite.reportPage(verified)).text() };
  });
  await writeFile(join(out, 'report.json'), JSON.stringify(report));
  const native = execFileSync(join(root, 'build/native-release/tests/findings_tool'), [join(out, 'report.json')],
    { encoding: 'utf8', maxBuffer: 1 << 26 });
  assert.ok(native.endsWith(`${html}\n`));
  const file = join(out, 'report.html');
  await writeFile(file, html);
  const shown = await browser.newPage();
  const asked = [];
  shown.on('request', (request) => asked.push(request.url()));
  shown.on('dialog', () => assert.fail('a script ran'));
  await shown.goto(`file://${file}`);
  assert.deepEqual(asked, [`file://${file}`]);
  assert.equal(await shown.locator('script').count(), 0);
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1200, 400]) {
      await shown.emulateMedia({ colorScheme });
      await shown.setViewportSize({ width, height: 900 });
      const over = await shown.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${over} px too wide at ${width}`);
      assert.deepEqual(await shown.evaluate(lowContrast), []);
      await shown.screenshot({ path: join(out, `report-${colorScheme}-${width}.png`), fullPage: true });
    }
  }
  await shown.close();
  assert.match(await page.evaluate(async () => (await ferrite.reportPage()).text()), /<bdi>found<\/bdi>/);
  assert.equal(await readFile(file, 'utf8'), html);
});

/** Texts whose contrast with what is behind them is under 4.5:1. Runs in the page. */
function lowContrast() {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  return [...document.body.querySelectorAll('*')].flatMap((node) => {
    const text = [...node.childNodes].filter((child) => child.nodeType === 3).map((child) => child.data.trim()).join('');
    if (text === '' || node.getClientRects().length === 0) return [];
    const [a, b] = [channels(getComputedStyle(node).color), behind(node)].map(luminance).sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    return contrast < 4.5 ? [`${text.slice(0, 30)}: ${contrast.toFixed(2)}`] : [];
  });
}
