// The main path on the demo app, with real libraries, a real browser, real
// files and the real program, in the order a user's data takes.
import assert from 'node:assert/strict';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildDemo } from '../../web/demo/build.mjs';
import {
  ferrite, fillLegacy, openDemo, openUpgraded, PLAN, saveBlob, sqlite, startServer, tableHashes,
} from '../../web/demo/journey.mjs';
import { buildTestPages, pages } from './support/pages.mjs';

const out = fileURLToPath(new URL('../../out/end-to-end/', import.meta.url));
const file = (name) => join(out, name);
const TOKEN = 'end-to-end-token';

let demo;
let legacy;
let page;
let report;

before(async () => {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await buildDemo();
  await buildTestPages();
  demo = await openDemo({ roots: { '/test/': pages }, isolated: (path) => path.startsWith('/test/') });
  legacy = await fillLegacy(demo.context, demo.url);
});

after(async () => {
  await demo?.closeBrowser();
  await demo?.closeServer();
});

test('The demo app is migrated and verified', async () => {
  page = await openUpgraded(demo.context, demo.url);
  const check = await page.evaluate(() => window.ferrite.checkIfNeeded());
  assert.equal(check.needed, true);
  report = await page.evaluate(() => window.ferrite.migrate());
  assert.equal(report.status, 'verified', JSON.stringify(report.failed));
  assert.equal(report.totals.failed, 0);
  assert.equal(report.store.kind, 'opfs');
  const rows = Object.fromEntries(report.tables.map((table) => [table.name, table.rows]));
  assert.deepEqual(
    { customers: rows.customers, orders: rows.orders, notes: rows.notes },
    { customers: 2000, orders: 6000, notes: 12000 });
});

test('Every record the libraries wrote is found with equal values', async () => {
  const plan = JSON.parse(await readFile(PLAN, 'utf8'));
  const compared = await page.evaluate(async (thePlan) => {
    const { entriesOf } = await import('/test/rebuild.js');
    const { DATASETS, serialise } = await import('/expected.js');
    const database = await window.ferrite.database();
    const wanted = new Map();
    for (const { name, source, stored } of DATASETS) {
      const table = source.localStorage ? 'settings' : name;
      wanted.set(table, [...(wanted.get(table) ?? []), ...stored(1)]);
    }
    const answers = {};
    for (const table of thePlan.tables) {
      const found = new Map();
      for (const { key, value } of await entriesOf(database, table)) found.set(await serialise(key), await serialise(value));
      const expected = wanted.get(table.name);
      const different = [];
      for (const { key, value } of expected) {
        const [name, content] = [await serialise(key), await serialise(value)];
        if (found.get(name) !== content) different.push([name, content, found.get(name)].map((part) => part?.slice(0, 300)));
        found.delete(name);
      }
      answers[table.name] = { count: expected.length, different, extra: [...found.keys()] };
    }
    return answers;
  }, plan);
  for (const [table, { count, different, extra }] of Object.entries(compared)) {
    assert.ok(count > 0, table);
    assert.deepEqual(different, [], table);
    assert.deepEqual(extra, [], table);
  }
});

test('Reading the sources again finds no difference', async () => {
  const verified = await page.evaluate(() => window.ferrite.verify());
  assert.equal(verified.status, 'verified', JSON.stringify(verified.differences));
  assert.deepEqual(tableHashes(verified), tableHashes(report));
  for (const table of verified.tables) assert.equal(table.matched, table.rows, table.name);
});

test('Running it again does nothing', async () => {
  const again = await page.evaluate(() => window.ferrite.migrate());
  assert.deepEqual(tableHashes(again), tableHashes(report));
  assert.equal(again.finishedAt, report.finishedAt);
  assert.equal(again.attempts, report.attempts);
});

test('The exported store passes the integrity check of sqlite3', async () => {
  await saveBlob(page, () => window.ferrite.exportStore(), file('harbour.db'));
  assert.equal(await sqlite(file('harbour.db'), 'PRAGMA integrity_check'), 'ok');
  assert.equal(await sqlite(file('harbour.db'), 'SELECT count(*) FROM notes'), '12000');
});

test('The official sqlite-wasm opens the same file in the page', async () => {
  await saveBlob(page, () => window.ferrite.exportBundle(), file('harbour.bundle'));
  await page.evaluate(() => window.ferrite.close());
  const isolated = await demo.context.newPage();
  await isolated.goto(`${demo.url}test/official.html`);
  const answer = await isolated.evaluate((name) => window.readWithOfficial(name,
    'SELECT (SELECT count(*) FROM notes) AS notes, (SELECT count(*) FROM customers) AS customers, '
    + '(SELECT group_concat(integrity_check) FROM pragma_integrity_check) AS integrity'), report.store.name);
  assert.deepEqual(answer, [{ notes: 12000, customers: 2000, integrity: 'ok' }]);
  await isolated.close();
});

test('The native twin gives the same content hashes from the bundle', async () => {
  const native = await ferrite('migrate', file('harbour.bundle'), '--plan', PLAN, '--store', file('native.db'));
  assert.equal(native.status, 0, native.stderr);
  assert.equal(native.answer.status, 'verified');
  assert.deepEqual(tableHashes(native.answer), tableHashes(report));
  const verified = await ferrite('verify', file('harbour.bundle'), '--plan', PLAN, '--store', file('harbour.db'));
  assert.equal(verified.status, 0, verified.stderr);
  assert.equal(verified.answer.totals.differences, 0);
});

test('A plan inferred from the bundle migrates everything and loses no field', async () => {
  const bundle = file('harbour.bundle');
  const plan = file('inferred.json');
  await rm(plan, { force: true });
  const inferred = await ferrite('plan', 'infer', bundle, '-o', plan);
  assert.equal(inferred.status, 0, inferred.stderr);
  const libraries = inferred.answer.layouts.map(({ preset }) => preset);
  for (const preset of ['localforage', 'idb-keyval', 'redux-persist', 'zustand']) assert.ok(libraries.includes(preset), preset);
  const migrated = await ferrite('migrate', bundle, '--plan', plan, '--store', file('inferred.db'));
  assert.equal(migrated.status, 0, migrated.stderr);
  assert.equal(migrated.answer.status, 'verified');
  assert.equal(migrated.answer.totals.failed, 0);
  // Every table can give back its records, and verify compares each with its source.
  for (const table of inferred.answer.plan.tables) assert.ok(!table.drop && !table.unmapped, table.name);
  const verified = await ferrite('verify', bundle, '--plan', plan, '--store', file('inferred.db'));
  assert.equal(verified.status, 0, verified.stderr);
  assert.equal(verified.answer.totals.differences, 0);
});

test('The store reaches the server, every row once', async () => {
  const server = await startServer({ store: file('server.db'), tokens: { [TOKEN]: 'harbour' } });
  try {
    const push = () => ferrite('sync', 'push', '--store', file('harbour.db'), '--server', server.url, '--token', TOKEN);
    const first = await push();
    assert.equal(first.status, 0, first.stderr);
    const second = await push();
    assert.equal(second.status, 0, second.stderr);
    assert.equal(second.answer.rows, 0);
  } finally {
    await server.stop();
  }
  for (const { name, rows } of report.tables) {
    const columns = (await sqlite(file('harbour.db'), `SELECT group_concat('"' || name || '"') FROM pragma_table_info('${name}')`));
    const missing = `ATTACH '${file('server.db')}' AS server;
      SELECT count(*) FROM (SELECT ${columns} FROM main."${name}" EXCEPT SELECT ${columns} FROM server."${name}")`;
    assert.equal(await sqlite(file('harbour.db'), missing), '0', name);
    assert.equal(await sqlite(file('server.db'), `SELECT count(*) FROM "${name}"`), String(rows), name);
  }
});

test('The unchanged legacy app still sees all its data', async () => {
  assert.deepEqual(await legacy.page.evaluate(() => window.demo.readBack()), legacy.digests);
});

test('With nothing to do, a start loads no worker and no WebAssembly', async () => {
  const fresh = await demo.context.newPage();
  const loaded = [];
  fresh.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await fresh.goto(`${demo.url}upgraded.html`);
  await fresh.waitForFunction(() => window.ferrite !== undefined);
  const check = await fresh.evaluate(() => window.ferrite.checkIfNeeded());
  assert.equal(check.needed, false);
  assert.equal(check.reason, 'already-migrated');
  assert.deepEqual(loaded.filter((path) => /wasm|worker/.test(path)), []);
  await fresh.close();
});
