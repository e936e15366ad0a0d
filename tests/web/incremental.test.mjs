// Bringing a store up to date in Chromium: the app goes on writing to IndexedDB and localStorage.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './support/browser.mjs';

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  await page.evaluate(() => {
    const opened = (version, upgrade) => new Promise((resolve, reject) => {
      const opening = indexedDB.open('legacy', version);
      opening.onupgradeneeded = () => upgrade(opening.result);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    /** One transaction of the app's, over its object store. */
    window.appWrites = async (work) => {
      const database = await opened(1, (made) => made.createObjectStore('orders', { keyPath: 'id' }));
      const tx = database.transaction('orders', 'readwrite');
      work(tx.objectStore('orders'));
      await new Promise((resolve, reject) => { tx.oncomplete = resolve; tx.onabort = () => reject(tx.error); });
      database.close();
    };
    window.order = (id, city, lines = 2) => ({
      id, city, at: new Date(id * 1000), lines: Array.from({ length: lines }, (_, i) => ({ sku: `s${i}`, n: id })),
    });
    const from = { indexedDB: 'legacy', store: 'orders' };
    const plan = {
      ferrite: 1, name: 'incremental', tables: [
        { name: 'orders', from, columns: { id: 'integer', city: 'text', at: 'datetime' }, primaryKey: ['id'], drop: ['/lines'] },
        { name: 'lines', from, each: '/lines', primaryKey: ['order', 'sku'],
          columns: { order: { record: '/id', type: 'integer' }, sku: 'text', n: 'integer' } },
        { name: 'settings', from: { localStorage: { prefix: 'set.' } } },
      ],
    };
    window.openIncremental = (store, storage) => open({ plan, store, storage });
  });
});
after(() => browser?.close());

for (const [name, storage] of [['OPFS', 'auto'], ['a memory image', 'memory-image']]) {
  test(`What was written, changed and deleted meanwhile arrives in ${name}`, async () => {
    const seen = await page.evaluate(async (kind) => {
      await appWrites((orders) => {
        orders.clear();
        for (let id = 0; id < 5000; ++id) orders.put(order(id, 'Bern'));
      });
      localStorage.clear();
      localStorage.setItem('set.theme', 'dark');
      localStorage.setItem('set.zoom', '1');
      const store = `incremental-${kind}.sqlite3`;
      const ferrite = await openIncremental(store, kind);
      const first = await ferrite.migrate({ incremental: true });
      const same = await ferrite.migrate({ incremental: true });
      await appWrites((orders) => {
        for (let id = 0; id < 5000; id += 50) orders.put(order(id, 'Oslo', 3));
        orders.delete(IDBKeyRange.bound(4001, 4010));
        for (let id = 5000; id < 5020; ++id) orders.add(order(id, 'Graz'));
      });
      localStorage.removeItem('set.zoom');
      localStorage.setItem('set.theme', 'light');
      localStorage.setItem('set.new', 'yes');
      const stale = await ferrite.verify();
      const plain = await ferrite.migrate();
      const second = await ferrite.migrate({ incremental: true });
      const verified = await ferrite.verify();
      const check = await ferrite.checkIfNeeded();
      const database = await ferrite.database();
      const counts = await database.get(
        `SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM orders WHERE city = 'Oslo') AS oslo,
          (SELECT count(*) FROM lines) AS lines, (SELECT group_concat(_key) FROM (SELECT _key FROM settings ORDER BY _key)) AS settings`);
      await ferrite.close();
      const fresh = await openIncremental(`fresh-${kind}.sqlite3`, kind);
      const whole = await fresh.migrate();
      await fresh.close();
      return { first, same, stale, plain, second, verified, check, counts, whole };
    }, storage);
    assert.equal(seen.first.status, 'verified');
    assert.equal(seen.first.incremental, undefined);
    assert.deepEqual(seen.same.incremental, { since: 1, new: 0, changed: 0, deleted: 0, unchanged: 5002 });
    assert.equal(seen.same.status, 'verified');
    assert.equal(seen.stale.status, 'completed_with_differences');
    assert.deepEqual(seen.plain.incremental, seen.same.incremental, 'without the option it is the stored report');
    const { since, ...changes } = seen.second.incremental;
    assert.deepEqual(changes, { new: 21, changed: 101, deleted: 11, unchanged: 4890 });
    assert.equal(since, 2);
    assert.equal(seen.second.status, 'verified');
    assert.equal(seen.verified.status, 'verified');
    assert.equal(seen.check.reason, 'already-migrated');
    assert.deepEqual(seen.counts, { orders: 5010, oslo: 100, lines: 10120, settings: 'set.new,set.theme' });
    const content = ({ tables }) => tables.map(({ name: table, rows, hash }) => ({ table, rows, hash }));
    assert.deepEqual(content(seen.second), content(seen.whole));
  });
}

test('A run that is cancelled goes on, and what the app changed in the store is respected', async () => {
  const seen = await page.evaluate(async () => {
    await appWrites((orders) => {
      orders.clear();
      for (let id = 0; id < 5000; ++id) orders.put(order(id, 'Bern'));
    });
    localStorage.clear();
    const ferrite = await openIncremental('cancelled.sqlite3');
    await ferrite.migrate({ incremental: true });
    const database = await ferrite.database();
    await database.run(`UPDATE orders SET city = 'mine' WHERE id IN (1, 2)`);
    await ferrite.close();
    await appWrites((orders) => {
      for (let id = 0; id < 5000; id += 2) orders.put(order(id, 'Oslo'));
    });
    const again = await openIncremental('cancelled.sqlite3');
    const stop = new AbortController();
    const cancelled = await again.migrate({
      incremental: true, batchSize: 500, signal: stop.signal, progressInterval: 0,
      onProgress: ({ stage, current }) => { if (stage === 'copy' && current > 1000) stop.abort(); },
    }).then(() => 'done', ({ code }) => code);
    const unfinished = await again.verify().catch(({ code }) => code);
    const report = await again.migrate({ incremental: true });
    const store = await again.database();
    const rows = await store.all('SELECT id, city FROM orders WHERE id IN (1, 2, 4)');
    const failed = await again.failed();
    await again.close();
    return { cancelled, unfinished, report, rows, failed: failed.records.map(({ key, code }) => [key, code]) };
  });
  assert.equal(seen.cancelled, 'cancelled');
  assert.equal(seen.unfinished, 'state');
  assert.deepEqual(seen.report.incremental, { since: 1, new: 0, changed: 2500, deleted: 0, unchanged: 2500 });
  assert.equal(seen.report.attempts, 2);
  assert.deepEqual(seen.rows.map(({ city }) => city), ['mine', 'mine', 'Oslo']);
  assert.deepEqual(seen.failed, [['2', 'not_unique']]);
  assert.equal(seen.report.status, 'completed_with_differences');
});
