// Conflicts in Chromium: the page decides them while it migrates, or later.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './support/browser.mjs';

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  await page.evaluate(async () => {
    await new Promise((resolve, reject) => {
      const opening = indexedDB.open('conflicts', 1);
      opening.onupgradeneeded = () => {
        const stores = ['old', 'new'].map((name) => opening.result.createObjectStore(name, { keyPath: 'id' }));
        for (let id = 0; id < 600; ++id) stores.forEach((store, i) => store.put({ id, name: `n${i}`, n: id }));
      };
      opening.onsuccess = () => { opening.result.close(); resolve(); };
      opening.onerror = () => reject(opening.error);
    });
    const plan = {
      ferrite: 1, name: 'conflicts', tables: [{
        name: 't', from: ['old', 'new'].map((store) => ({ indexedDB: 'conflicts', store })),
        columns: { id: 'integer', name: 'text', n: 'integer' }, primaryKey: ['id'], onConflict: 'ask',
      }],
    };
    window.openConflicts = (store) => open({ plan, store });
  });
});
after(() => browser?.close());

test('A callback decides, for many conflicts at a time', async () => {
  const seen = await page.evaluate(async () => {
    const ferrite = await openConflicts('asked.sqlite3');
    let asked = 0;
    const report = await ferrite.migrate({
      onConflict: async ({ id, source, store, columns }) => {
        ++asked;
        if (source.name !== 'n1' || store.name !== 'n0' || columns.join() !== 'name') throw new Error('other rows');
        return source.n % 3 === 0 ? 'source' : source.n % 3 === 1 ? 'store' : { name: `both ${id}` };
      },
    });
    const verified = await ferrite.verify();
    const db = await ferrite.database();
    const names = await db.all(`SELECT name LIKE 'both%' AS both, name = 'n1' AS source, count(*) AS n FROM t GROUP BY 1, 2 ORDER BY 1, 2`);
    await ferrite.close();
    return { asked, report, verified, names };
  });
  assert.equal(seen.asked, 600);
  assert.equal(seen.report.status, 'verified');
  const { overwritten, merged, kept, undecided, inserted } = seen.report.tables[0].conflicts;
  assert.deepEqual({ overwritten, merged, kept, undecided, inserted }, { overwritten: 200, merged: 200, kept: 200, undecided: 0, inserted: 600 });
  assert.deepEqual(seen.names.map(({ n }) => n), [200, 200, 200]);
  assert.equal(seen.verified.status, 'verified');
});

test('What is left undecided is listed and decided later', async () => {
  const seen = await page.evaluate(async () => {
    const ferrite = await openConflicts('later.sqlite3');
    const report = await ferrite.migrate({ onConflict: ({ source }) => (source.n === 5 ? undefined : 'source') });
    const first = await ferrite.conflicts();
    const decided = await ferrite.resolveConflicts([{ table: 't', key: '5', decision: { name: 'mine' } }]);
    const second = await ferrite.conflicts();
    const all = await ferrite.conflicts({ all: true, limit: 2 });
    const verified = await ferrite.verify();
    await ferrite.close();
    return { report, first, decided, second, all, verified };
  });
  assert.equal(seen.report.status, 'completed_with_differences');
  assert.equal(seen.first.total, 1);
  assert.deepEqual(seen.first.conflicts[0].store, { id: 5, name: 'n0', n: 5, _unmapped: null });
  assert.deepEqual(seen.decided, { decided: 1, passed: 0 });
  assert.equal(seen.second.total, 0);
  assert.deepEqual([seen.all.total, seen.all.conflicts.length], [600, 2]);
  assert.equal(seen.verified.status, 'verified');
});

test('An error of the callback is the caller\'s, and the migration goes on later', async () => {
  const seen = await page.evaluate(async () => {
    const ferrite = await openConflicts('thrown.sqlite3');
    const error = await ferrite.migrate({ onConflict: () => { throw new RangeError('mine'); } }).catch((reason) => reason.message);
    const report = await ferrite.migrate({ onConflict: () => 'store' });
    await ferrite.close();
    return { error, report };
  });
  assert.equal(seen.error, 'mine');
  assert.equal(seen.report.status, 'verified');
  assert.equal(seen.report.tables[0].conflicts.kept, 600);
});
