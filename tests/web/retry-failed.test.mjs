// Records that fail in Chromium: the run that stops, the list, a corrected plan and record, the retry.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { crash, hashes, openBrowser } from './support/browser.mjs';

let browser;
let page;

/** Runs in the page: plans over "orders" of `database`, and the records. */
const prepare = `
  window.plan = (database, placed = 'datetime') => ({
    ferrite: 1, name: 'shop',
    tables: [{
      name: 'orders', from: { indexedDB: database, store: 'orders' },
      columns: { id: 'integer', placed, city: { type: 'text', notNull: true } }, primaryKey: ['id'],
    }],
  });
  window.LENIENT = { type: 'datetime', onMismatch: 'null' };
  // Every tenth was placed "soon"; the fifth has no city, but a Map and a Date.
  window.plant = (database, count) => legacy.createDatabase(database, { orders: {
    options: { keyPath: 'id' },
    entries: Array.from({ length: count }, (_, i) => i + 1).map((id) => [undefined, {
      id, placed: id % 10 === 0 ? 'soon' : new Date(id * 1000),
      ...(id === 5 ? { extra: new Map([[1, new Date(7)]]) } : { city: 'City ' + id }),
    }]),
  } });
  window.over = (database, placed) => open({ plan: plan(database, placed), store: database + '.sqlite3' });
  window.failure = legacy.failure;
`;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  await page.evaluate(prepare);
});
after(() => browser?.close());

test('A run that is to stop at the first failed record stops there, and goes on', async () => {
  const seen = await page.evaluate(async () => {
    await plant('stopping', 60);
    const ferrite = await over('stopping');
    const stopped = await failure(ferrite.migrate({ continueOnError: false }));
    const report = await ferrite.report();
    const needed = await ferrite.checkIfNeeded();
    const second = await failure(ferrite.migrate({ maxErrors: 2 }));
    const wrong = await failure(ferrite.migrate({ maxErrors: -1 }));
    const whole = await ferrite.migrate();
    return { stopped, report, needed, second, wrong, whole };
  });
  assert.equal(seen.stopped.code, 'not_null');
  assert.match(seen.stopped.message, /The record 5 of indexedDB stopping\/orders/);
  assert.equal(seen.report.status, 'failed');
  assert.equal(seen.report.sources[0].records, 4);
  assert.equal(seen.needed.reason, 'unfinished');
  assert.match(seen.second.message, /The record 20 of/);
  assert.equal(seen.wrong.code, 'invalid_argument');
  assert.equal(seen.whole.status, 'completed_with_differences');
  assert.equal(seen.whole.totals.failed, 7);
});

test('Failed records are listed as values, with the right total', async () => {
  const seen = await page.evaluate(async () => {
    await plant('listing', 1200);
    const ferrite = await over('listing');
    const report = await ferrite.migrate();
    const all = await ferrite.failed();
    const [{ value, bytes, ...first }] = all.records;
    const last = await ferrite.failed({ code: 'type_mismatch', offset: 115, limit: 10 });
    const searched = await ferrite.failed({ search: '119', table: 'orders' });
    return {
      report, total: all.total, listed: all.records.length, first, bytes: bytes.length,
      date: value.placed instanceof Date && value.placed.getTime(),
      map: value.extra instanceof Map && value.extra.get(1).getTime(),
      last: [last.total, last.records.map(({ key }) => key)], searched: searched.records.map(({ value }) => value),
      none: (await ferrite.failed({ table: 'absent' })).total,
    };
  });
  assert.equal(seen.report.failed.length, 50);
  assert.equal(seen.report.totals.failed, 121);
  assert.deepEqual([seen.total, seen.listed], [121, 50]);
  assert.deepEqual({ ...seen.first, id: 0, at: 0, message: '' }, {
    id: 0, table: 'orders', key: '5', kind: 'record', code: 'not_null', message: '', path: seen.first.path, at: 0, corrected: false,
  });
  assert.deepEqual([seen.date, seen.map], [5000, 7]);
  assert.ok(seen.bytes > 0);
  assert.deepEqual(seen.last, [120, ['1160', '1170', '1180', '1190', '1200']]);
  assert.deepEqual(seen.searched, [{ id: 1190, placed: 'soon', city: 'City 1190' }]);
  assert.equal(seen.none, 0);
});

test('After plan and record were corrected everything is verified', async () => {
  const seen = await page.evaluate(async () => {
    await plant('correcting', 300);
    const before = await over('correcting');
    await before.migrate();
    await before.close();
    const refused = await over('correcting', 'text');
    const changed = await failure(refused.retryFailed());
    await refused.close();
    const ferrite = await over('correcting', LENIENT);
    const stages = new Set();
    const first = await ferrite.retryFailed({ progressInterval: 0, onProgress: ({ stage }) => stages.add(stage) });
    const [entry] = (await ferrite.failed()).records;
    const unconfirmed = await failure(ferrite.discardFailed(entry.id));
    await ferrite.correctFailed(entry.id, { ...entry.value, city: 'Oslo' });
    const [corrected] = (await ferrite.failed()).records;
    const other = await ferrite.retryFailed({ table: 'absent' });
    const second = await ferrite.retryFailed({ ids: [entry.id] });
    const verified = await ferrite.verify();
    const kept = await ferrite.report();
    const check = await ferrite.checkIfNeeded();
    const again = await ferrite.migrate();
    const db = await ferrite.database();
    const row = await db.get('SELECT city, placed FROM orders WHERE id = 5');
    await ferrite.close();
    return {
      changed, stages: [...stages], first, unconfirmed, other, second, verified, kept, check, again, row,
      corrected: [corrected.corrected, corrected.value.city, corrected.original.city, corrected.original.extra.size],
    };
  });
  assert.equal(seen.changed.code, 'plan_changed');
  assert.match(seen.changed.message, /"orders"/);
  assert.deepEqual(seen.first.retry, { tried: 31, moved: 30, left: 1 });
  assert.ok(['retry', 'reconcile', 'done'].every((stage) => seen.stages.includes(stage)), seen.stages.join());
  assert.equal(seen.unconfirmed.code, 'invalid_argument');
  assert.deepEqual(seen.corrected, [true, 'Oslo', undefined, 1]);
  assert.deepEqual(seen.other.retry, { tried: 0, moved: 0, left: 1 });
  assert.equal(seen.second.status, 'verified');
  assert.equal(seen.second.tables[0].corrected, 1);
  assert.equal(seen.second.store.kind, 'opfs');
  assert.equal(seen.verified.status, 'verified');
  assert.equal(seen.verified.tables[0].matched, 300);
  assert.equal(seen.verified.tables[0].corrected, 1);
  assert.deepEqual(seen.kept, seen.second);
  assert.equal(seen.check.reason, 'already-migrated');
  assert.deepEqual(hashes(seen.again), hashes(seen.second));
  assert.deepEqual(seen.row, { city: 'Oslo', placed: 5000 });
});

test('A discarded record is counted and its data stay in the store', async () => {
  const seen = await page.evaluate(async () => {
    await plant('discarding', 9);
    const ferrite = await over('discarding');
    await ferrite.migrate();
    const [entry] = (await ferrite.failed()).records;
    await ferrite.discardFailed(entry.id, { confirm: true });
    const report = await ferrite.retryFailed();
    const verified = await ferrite.verify();
    const db = await ferrite.database();
    const kept = await db.get('SELECT kind, original FROM ferrite_correction');
    const same = kept.original.join() === entry.bytes.join();
    await ferrite.close();
    return { report, verified, kind: kept.kind, same };
  });
  assert.equal(seen.report.status, 'verified');
  assert.equal(seen.report.tables[0].discarded, 1);
  assert.equal(seen.verified.status, 'verified');
  assert.equal(seen.verified.tables[0].discarded, 1);
  assert.deepEqual([seen.kind, seen.same], ['discarded', true]);
});

test('A tab that dies in the middle of a retry loses nothing', async () => {
  const wanted = await page.evaluate(async () => {
    await plant('dying', 9000);
    const ferrite = await over('dying', LENIENT);
    return ferrite.migrate();
  });
  const tab = await browser.newPage();
  await tab.evaluate(prepare);
  await tab.evaluate(async () => {
    const before = await open({ plan: plan('dying'), store: 'dies.sqlite3' });
    await before.migrate();
    await before.close();
    window.ferrite = await open({ plan: plan('dying', LENIENT), store: 'dies.sqlite3' });
    await new Promise((resolve) => {
      ferrite.retryFailed({ progressInterval: 0, onProgress: ({ current }) => current > 0 && resolve() }).catch(() => undefined);
    });
  });
  await crash(tab);
  const seen = await page.evaluate(async () => {
    const ferrite = await open({ plan: plan('dying', LENIENT), store: 'dies.sqlite3' });
    const report = await ferrite.retryFailed();
    return { report, verified: await ferrite.verify() };
  });
  assert.deepEqual(hashes(seen.report), hashes(wanted));
  assert.equal(seen.report.retry.left, 1);
  assert.equal(seen.verified.totals.differences, 0);
});
