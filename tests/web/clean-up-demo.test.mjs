// The demo app's way there and back: Dexie, localForage, idb-keyval,
// redux-persist and zustand fill the old storage, it is migrated and cleaned
// up, and after a rollback the unchanged old app has all its data and goes on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { buildDemo } from '../../web/demo/build.mjs';
import { fillLegacy, openDemo, openUpgraded } from '../../web/demo/journey.mjs';

const SCALE = 0.2;

let demo;
let legacy;

before(async () => {
  await buildDemo();
  demo = await openDemo();
  legacy = await fillLegacy(demo.context, demo.url, SCALE);
  await legacy.page.close();
});
after(async () => {
  await demo?.closeBrowser();
  await demo?.closeServer();
});

async function openOld() {
  const page = await demo.context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(demo.url);
  await page.evaluate(() => window.demo.ready);
  return { page, errors };
}

/** What the old app shows: its lists are drawn from what it finds. */
async function look({ page, errors }) {
  const { phase, counts } = await page.evaluate(() => window.demo.state);
  const digests = await page.evaluate(() => window.demo.readBack());
  return { phase, counts, digests, rows: await page.locator('td').count(), errors: [...errors] };
}

async function withUpgraded(work, ...given) {
  const page = await openUpgraded(demo.context, demo.url);
  const result = await page.evaluate(work, given);
  await page.evaluate(() => window.ferrite.close());
  await page.close();
  return result;
}

const cleanUp = () => withUpgraded(async () => {
  const report = await window.ferrite.migrate();
  const refused = await window.ferrite.cleanUp({ confirm: true }).catch(({ code }) => code);
  return { status: report.status, refused, cleaned: await window.ferrite.cleanUp({ confirm: true, retention: 0 }) };
});

let shown;

test('The old app is migrated and its data cleaned up', async () => {
  const old = await openOld();
  shown = await look(old);
  await old.page.close();
  assert.deepEqual(shown.digests, legacy.digests);
  assert.ok(shown.rows > 0);
  const { status, refused, cleaned } = await cleanUp();
  assert.deepEqual([status, refused, cleaned.status, cleaned.left], ['verified', 'state', 'cleaned', []]);
  const removed = cleaned.removed.reduce((sum, { records }) => sum + records, 0);
  assert.equal(removed, Object.values(legacy.state.counts).reduce((sum, count) => sum + count, 0)
    // Of redux-persist and zustand one item each, whatever is in it.
    - legacy.state.counts.redux + 1);
  const left = await withUpgraded(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    let records = localStorage.length;
    for (const { name } of (await indexedDB.databases()).filter((each) => !each.name.startsWith('ferrite'))) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        if (store !== 'local-forage-detect-blob-support') records += await done(database.transaction(store).objectStore(store).count());
      }
      database.close();
    }
    return records;
  });
  assert.equal(left, 0);
});

test('After a rollback the unchanged old app shows all its data and goes on writing', async () => {
  const rolled = await withUpgraded(() => window.ferrite.rollback({ confirm: true }));
  assert.deepEqual([rolled.status, rolled.sources.replaced], ['removed', 0]);
  const old = await openOld();
  assert.deepEqual(await look(old), shown);
  const next = await old.page.evaluate(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await done(indexedDB.open('harbour'));
    const id = await done(database.transaction('orders', 'readwrite').objectStore('orders').put({ status: 'new', skus: [], placed: new Date(0) }));
    database.close();
    return id;
  });
  assert.equal(next, shown.counts.orders + 1);
  const filled = await old.page.evaluate((scale) => window.demo.fill({ scale }), SCALE);
  assert.equal(filled.phase, 'filled');
  assert.deepEqual((await look(old)).digests, legacy.digests);
  assert.deepEqual(old.errors, []);
  await old.page.close();
});

test('An old app that ran with the empty storage does not keep its data from coming back', async () => {
  const { status } = await cleanUp();
  assert.equal(status, 'verified');
  const empty = await openOld();
  assert.equal(await empty.page.evaluate(() => window.demo.state.phase), 'empty');
  // Its libraries write their beginnings where the items were that they know.
  await empty.page.waitForFunction(() => localStorage.length > 0);
  await empty.page.close();
  const can = await withUpgraded(() => window.ferrite.canRollback());
  assert.equal(can.can, false);
  assert.deepEqual(can.sources.newer.map(({ source }) => source), [{ localStorage: true }]);
  const rolled = await withUpgraded(() => window.ferrite.rollback({ confirm: true, replaceNewer: true }));
  assert.equal(rolled.sources.replaced, can.sources.newer[0].keys.length);
  const old = await openOld();
  assert.deepEqual(await look(old), shown);
  await old.page.close();
});
