// Cleaning legacy data up in Chromium: what stands in the way, what goes and
// what stays, and that a rollback brings all of it back.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { openBrowser } from './support/browser.mjs';

const COUNT = 400;

let browser;
let page;
let number = 0;

async function newPage() {
  const fresh = await browser.newPage();
  await fresh.evaluate(async () => {
    window.house = await import('/clean-up.js');
    window.openHouse = (store, options = {}) => open({ plan: house.PLAN, store, openTimeout: 1500, lockTimeout: 3000, ...options });
    window.why = ({ blockers }) => blockers.map(({ why }) => why);
    window.inHouse = async (store, work, options) => {
      const ferrite = await openHouse(store, options);
      try {
        return await work(ferrite);
      } finally {
        await ferrite.close();
      }
    };
    window.fail = (promise) => legacy.failure(promise);
    /** The house as it was made, migrated; kinds of the history. */
    window.migrated = (store) => inHouse(store, (ferrite) => ferrite.migrate());
    window.kinds = async (ferrite) => (await ferrite.history({ sort: 'id' })).rows.map(({ kind, status }) => `${kind} ${status}`);
  });
  return fresh;
}

const fresh = () => `house-${++number}.sqlite3`;

before(async () => {
  browser = await openBrowser();
  page = await newPage();
});
beforeEach(() => page.evaluate(() => house.createHouse()));
after(() => browser?.close());

test('It is refused until everything speaks for it, and then nothing was touched', async () => {
  const seen = await page.evaluate(async (store) => {
    const before = await house.stateOfHouse();
    const none = await inHouse(store, (ferrite) => fail(ferrite.canCleanUp()));
    await migrated(store);
    return inHouse(store, async (ferrite) => {
      const refused = {
        none,
        unsure: await fail(ferrite.cleanUp()),
        retention: await fail(ferrite.cleanUp({ confirm: true })),
        wrong: await fail(ferrite.cleanUp({ confirm: true, retention: '7 days' })),
      };
      const looks = { default: await ferrite.canCleanUp(), now: await ferrite.canCleanUp({ retention: 0 }) };
      const soon = await fail(ferrite.cleanUp({ confirm: true, retention: '12h' }));
      return { refused, soon, looks, same: JSON.stringify(await house.stateOfHouse()) === JSON.stringify(before), kinds: await kinds(ferrite) };
    });
  }, fresh());
  const { refused, looks } = seen;
  assert.deepEqual(Object.values(refused).map(({ code }) => code), ['state', 'invalid_argument', 'state', 'invalid_argument']);
  assert.match(refused.retention.message, /stays until 20\d\d-/);
  assert.match(seen.soon.message, /stays until/);
  assert.deepEqual(looks.default.blockers.map(({ why }) => why), ['retention']);
  assert.equal(looks.default.can, false);
  assert.ok(Math.abs(looks.default.notBefore - looks.default.migration.finishedAt - 7 * 86_400_000) < 2);
  assert.deepEqual([looks.now.can, looks.now.blockers], [true, []]);
  assert.deepEqual(looks.now.removes.map(({ source, records }) => [source.store ?? 'localStorage', records]),
    [['orders', COUNT], ['photos', 12], ['kv', 2], ['localStorage', 2]]);
  assert.deepEqual(looks.now.keeps.map(({ source, records }) => [source.store ?? 'localStorage', records]), [['kv', 3], ['localStorage', 2]]);
  assert.ok(seen.same);
  assert.deepEqual(seen.kinds, ['migration verified']);
});

test('What the migration took over goes, and what the plan excludes or does not name stays', async () => {
  const seen = await page.evaluate(async (store) => {
    await migrated(store);
    return inHouse(store, async (ferrite) => {
      const cleaned = await ferrite.cleanUp({ confirm: true, retention: 0 });
      const state = await house.stateOfHouse();
      const rows = await (await ferrite.database()).all('SELECT count(*) AS n FROM orders');
      const after = {
        look: await ferrite.canCleanUp({ retention: 0 }), again: await fail(ferrite.cleanUp({ confirm: true, retention: 0 })),
        verify: await fail(ferrite.verify()), incremental: await fail(ferrite.migrate({ incremental: true })),
        migrate: (await ferrite.migrate()).status, check: (await ferrite.checkIfNeeded()).reason,
      };
      const audit = (await ferrite.audit({ sort: 'id' })).rows.map(({ action }) => action);
      // The app of before gives the next key, and finds its stores.
      const next = await house.put('shop', 'orders', { text: 'new' });
      return { cleaned, state, rows, after, audit, kinds: await kinds(ferrite), intact: await ferrite.checkAudit(), next };
    });
  }, fresh());
  const { cleaned, state, after } = seen;
  assert.deepEqual([cleaned.status, cleaned.resumed, cleaned.left], ['cleaned', false, []]);
  assert.deepEqual(cleaned.removed.map(({ records }) => records), [COUNT, 12, 2, 2]);
  assert.deepEqual(state['shop 3 orders'], []);
  assert.deepEqual(state['shop 3 photos'], []);
  assert.deepEqual(state['mixed 1 kv'].map(([key]) => key), [7, 'app:secret', 'other']);
  assert.equal(state['mixed 1 drafts'].length, 1);
  assert.deepEqual(Object.keys(state.items), ['other', 'set.token']);
  assert.equal(seen.rows[0].n, COUNT);
  assert.deepEqual([after.look.can, after.look.blockers[0].why, after.look.last.status], [false, 'already-cleaned', 'done']);
  assert.deepEqual([after.again.code, after.verify.code, after.incremental.code], ['state', 'state', 'state']);
  assert.deepEqual([after.migrate, after.check], ['verified', 'already-migrated']);
  assert.deepEqual(seen.kinds, ['migration verified', 'verification verified', 'cleanUp completed']);
  assert.ok(seen.audit.includes('cleanUp.begin') && seen.audit.includes('cleanUp.end'), String(seen.audit));
  assert.equal(seen.intact.intact, true);
  assert.equal(seen.next, COUNT + 1);
});

test('What the old app wrote since the migration blocks it, until the store has it too', async () => {
  const seen = await page.evaluate(async (store) => {
    await inHouse(store, (ferrite) => ferrite.migrate({ incremental: true }));
    await house.put('shop', 'orders', { ...house.order(5), text: 'changed' });
    localStorage.setItem('set.c', 'new');
    return inHouse(store, async (ferrite) => {
      const before = JSON.stringify(await house.stateOfHouse());
      const refused = await fail(ferrite.cleanUp({ confirm: true, retention: 0 }));
      const same = JSON.stringify(await house.stateOfHouse()) === before;
      const files = await house.backupFiles(store);
      const databases = await legacy.databaseNames();
      const { differences } = await ferrite.verify();
      await ferrite.migrate({ incremental: true });
      const cleaned = await ferrite.cleanUp({ confirm: true, retention: 0 });
      return { refused, same, files, databases, differences, cleaned, after: await house.stateOfHouse() };
    });
  }, fresh());
  assert.equal(seen.refused.code, 'not_verified');
  assert.match(seen.refused.message, /2 differences/);
  assert.ok(seen.same);
  assert.deepEqual(seen.differences.map(({ kind }) => kind).sort(), ['different', 'missing']);
  assert.ok(!seen.files.some((name) => name.endsWith('.snapshot')), String(seen.files));
  assert.ok(!seen.databases.some((name) => name.startsWith('ferrite-kept')));
  assert.deepEqual(seen.cleaned.removed.map(({ records }) => records), [COUNT, 12, 2, 3]);
  assert.deepEqual(Object.keys(seen.after.items), ['other', 'set.token']);
});

test('Failed records block it unless they are accepted, and differences and a missing backup do', async () => {
  const seen = await page.evaluate(async ([one, two]) => {
    const strict = structuredClone(house.PLAN);
    strict.tables[0].columns.text = { type: 'text', notNull: true };
    await house.put('shop', 'orders', { id: 900 });
    await inHouse(one, (ferrite) => ferrite.migrate(), { plan: strict });
    const failed = await inHouse(one, async (ferrite) => ({
      look: why(await ferrite.canCleanUp({ retention: 0 })),
      refused: await fail(ferrite.cleanUp({ confirm: true, retention: 0 })),
      accepted: await ferrite.cleanUp({ confirm: true, retention: 0, acceptFailed: true }),
      ledger: (await ferrite.failed()).total,
      orders: (await house.stateOfHouse())['shop 3 orders'].length,
    }), { plan: strict });
    await house.createHouse();
    await inHouse(two, async (ferrite) => (await ferrite.database()).exec('CREATE TABLE mine(x)'));
    await inHouse(two, (ferrite) => ferrite.migrate({ backup: false }));
    const noBackup = await inHouse(two, async (ferrite) => ({
      look: why(await ferrite.canCleanUp({ retention: 0 })), refused: await fail(ferrite.cleanUp({ confirm: true, retention: 0 })),
    }));
    return { failed, noBackup };
  }, [fresh(), fresh()]);
  assert.deepEqual(seen.failed.look, ['failed-records']);
  assert.equal(seen.failed.refused.code, 'not_verified');
  assert.deepEqual([seen.failed.accepted.status, seen.failed.ledger, seen.failed.orders], ['cleaned', 1, 0]);
  assert.deepEqual(seen.noBackup.look, ['no-rollback']);
  assert.equal(seen.noBackup.refused.code, 'state');
});

test('A tab that is writing to a database blocks it, one that has it open does not, and of two clean-ups one is done', async () => {
  const store = fresh();
  const other = await newPage();
  await page.evaluate((name) => migrated(name), store);
  const before = await page.evaluate(() => house.stateOfHouse());
  await other.evaluate(async () => {
    window.held = await house.openLegacy('shop');
    const target = held.transaction('orders', 'readwrite').objectStore('orders');
    window.letGo = false;
    const spin = () => { target.count().onsuccess = () => { if (!window.letGo) spin(); }; };
    spin();
  });
  const blocked = await page.evaluate((name) => inHouse(name, async (ferrite) => ({
    look: why(await ferrite.canCleanUp({ retention: 0 })), error: await fail(ferrite.cleanUp({ confirm: true, retention: 0 })),
  })), store);
  await other.evaluate(() => { window.letGo = true; });
  assert.deepEqual([blocked.look[0], blocked.error.code], ['blocked', 'source_blocked']);
  assert.deepEqual(await page.evaluate(() => house.stateOfHouse()), before);
  const both = await Promise.all([page, other].map((each) => each.evaluate((name) =>
    inHouse(name, (ferrite) => ferrite.cleanUp({ confirm: true, retention: 0 }), { lockTimeout: 60_000 }).then(({ status }) => status, ({ code }) => code), store)));
  assert.deepEqual(both.sort(), ['cleaned', 'state']);
  // The connection that was open all the time sees the empty store, and writes.
  const seen = await other.evaluate(async () => {
    const target = held.transaction('orders', 'readwrite').objectStore('orders');
    return [await legacy.answer(target.count()), await legacy.answer(target.put({ text: 'since' }))];
  });
  assert.deepEqual(seen, [0, COUNT + 1]);
  await other.close();
});

test('What is written between the comparison and the removal stays, with all of its database', async () => {
  const seen = await page.evaluate(async (store) => {
    await migrated(store);
    return inHouse(store, async (ferrite) => {
      const before = await house.stateOfHouse();
      // Of the call itself, the snapshot and the verification.
      let passes = 0;
      let written;
      const cleaned = await ferrite.cleanUp({
        confirm: true, retention: 0, progressInterval: 0,
        onProgress: ({ stage, source }) => {
          if (stage === 'prepare') passes += 1;
          // The verification has read the orders.
          else if (passes === 3 && source > 0) written ??= house.put('shop', 'orders', { ...house.order(8), text: 'late' });
        },
      });
      await written;
      const state = await house.stateOfHouse();
      const rolled = await ferrite.rollback({ confirm: true });
      return { before, wrote: written !== undefined, cleaned, state, rolled, after: await house.stateOfHouse() };
    });
  }, fresh());
  assert.ok(seen.wrote);
  assert.deepEqual(seen.cleaned.left.map(({ source }) => source.store), ['orders', 'photos']);
  assert.deepEqual(seen.cleaned.removed.map(({ source }) => source.store ?? 'localStorage'), ['kv', 'localStorage']);
  assert.equal(seen.state['shop 3 orders'].length, COUNT);
  assert.equal(JSON.parse(seen.state['shop 3 orders'][7][1]).text, 'late');
  assert.equal(seen.state['shop 3 photos'].length, 12);
  assert.equal(seen.rolled.sources.records, 4);
  assert.deepEqual(seen.after, { ...seen.before, 'shop 3 orders': seen.state['shop 3 orders'] });
});

test('A rollback brings the sources back as they were, and restoring its safety backup undoes the store\'s part', async () => {
  const seen = await page.evaluate(async (store) => {
    const before = await house.stateOfHouse();
    await migrated(store);
    return inHouse(store, async (ferrite) => {
      const { snapshot } = await ferrite.cleanUp({ confirm: true, retention: 0 });
      const can = await ferrite.canRollback();
      const rolled = await ferrite.rollback({ confirm: true });
      const after = await house.stateOfHouse();
      const check = (await ferrite.checkIfNeeded()).reason;
      const undone = await ferrite.restoreBackup(rolled.safety, { confirm: true });
      const verified = await ferrite.verify();
      const look = await ferrite.canCleanUp({ retention: 0 });
      const twice = await ferrite.cleanUp({ confirm: true, retention: 0 });
      const back = await ferrite.rollback({ confirm: true });
      const next = await house.put('shop', 'orders', { text: 'new' });
      return { snapshot, before, can, rolled, after, check, undone, verified, look, twice, back, next, kinds: await kinds(ferrite).catch(String) };
    });
  }, fresh());
  assert.deepEqual(seen.after, seen.before);
  assert.deepEqual([seen.can.can, seen.can.to, seen.can.sources.missing, seen.can.sources.newer], [true, 'absent', COUNT + 16, []]);
  assert.deepEqual([seen.rolled.status, seen.rolled.sources], ['removed', { snapshot: seen.snapshot, records: COUNT + 16, replaced: 0 }]);
  assert.equal(seen.check, 'data-found');
  assert.deepEqual([seen.undone.status, seen.undone.sources], ['restored', undefined]);
  assert.equal(seen.verified.status, 'verified');
  assert.deepEqual([seen.look.can, seen.look.last.status], [true, 'restored']);
  assert.notEqual(seen.twice.snapshot, seen.snapshot);
  assert.equal(seen.back.sources.records, COUNT + 16);
  assert.equal(seen.next, COUNT + 1);
});

test('A store that was there before goes back to its backup, which no retention takes, and history tells of it', async () => {
  const seen = await page.evaluate(async (store) => {
    const before = await house.stateOfHouse();
    await inHouse(store, async (ferrite) => (await ferrite.database()).exec('CREATE TABLE mine(x); INSERT INTO mine VALUES(1)'));
    const { backup } = await migrated(store);
    return inHouse(store, async (ferrite) => {
      await ferrite.cleanUp({ confirm: true, retention: 0 });
      const made = await ferrite.createBackup({ full: true, retention: { keep: 1, maxAgeDays: 0 } });
      const again = await ferrite.createBackup({ full: true, retention: { keep: 1, maxAgeDays: 0 } });
      const kept = (await ferrite.listBackups()).map(({ id }) => id);
      const refused = await fail(ferrite.deleteBackup(backup, { confirm: true }));
      // Made behind the clean-up: the sources stay as they are.
      const later = await ferrite.restoreBackup(again.id, { confirm: true });
      const stillClean = house.counts(await house.stateOfHouse());
      const rolled = await ferrite.rollback({ confirm: true });
      const rows = await (await ferrite.database()).all("SELECT name FROM sqlite_schema WHERE name IN ('mine', 'orders')");
      const history = (await ferrite.history({ kind: 'rollback' })).rows[0];
      return {
        before, after: await house.stateOfHouse(), backup, made, kept, refused, later, stillClean, rolled, rows, history, kinds: await kinds(ferrite),
        intact: (await ferrite.checkAudit()).intact,
      };
    });
  }, fresh());
  assert.ok(seen.kept.includes(seen.backup), 'retention took the backup that the rollback needs');
  assert.ok(!seen.kept.includes(seen.made.id));
  assert.equal(seen.refused.code, 'state');
  assert.deepEqual([seen.later.status, seen.later.sources], ['restored', undefined]);
  assert.equal(seen.stillClean['shop 3 orders'], 0);
  assert.equal(seen.rolled.to, seen.backup);
  assert.deepEqual(seen.after, seen.before);
  assert.deepEqual(seen.rows.map(({ name }) => name), ['mine']);
  assert.equal(seen.history.config.sources, seen.rolled.sources.snapshot);
  assert.ok(seen.kinds.includes('cleanUp completed') && seen.kinds.includes('migration rolled_back'), String(seen.kinds));
  assert.equal(seen.intact, true);
});

test('What the old app wrote after the clean-up stays; what took a removed key\'s place goes aside only when asked, and comes back', async () => {
  const seen = await page.evaluate(async (store) => {
    const before = await house.stateOfHouse();
    await migrated(store);
    return inHouse(store, async (ferrite) => {
      await ferrite.cleanUp({ confirm: true, retention: 0 });
      await house.put('shop', 'orders', { text: 'since' });
      await house.put('shop', 'orders', { id: 3, text: 'other' });
      localStorage.setItem('set.a', 'default');
      localStorage.setItem('set.z', 'since');
      const newer = await house.stateOfHouse();
      const can = await ferrite.canRollback();
      const refused = await fail(ferrite.rollback({ confirm: true }));
      const untouched = JSON.stringify(await house.stateOfHouse()) === JSON.stringify(newer);
      const rolled = await ferrite.rollback({ confirm: true, replaceNewer: true });
      const after = await house.stateOfHouse();
      const undone = await ferrite.restoreBackup(rolled.safety, { confirm: true });
      const undoneState = await house.stateOfHouse();
      const look = await fail(ferrite.cleanUp({ confirm: true, retention: 0 }));
      return { before, can, refused, untouched, rolled, after, undone, undoneState, look };
    });
  }, fresh());
  assert.equal(seen.can.can, false);
  assert.match(seen.can.reason, /replaceNewer/);
  assert.deepEqual(seen.can.sources.newer.map(({ source, keys }) => [source.store ?? 'localStorage', keys]), [['orders', [3]], ['localStorage', ['set.a']]]);
  assert.equal(seen.refused.code, 'state');
  assert.ok(seen.untouched);
  assert.equal(seen.rolled.sources.replaced, 2);
  const orders = (state) => new Map(state['shop 3 orders']);
  const wanted = orders(seen.before);
  for (const [key, value] of wanted) assert.equal(orders(seen.after).get(key), value);
  assert.equal(orders(seen.after).size, COUNT + 1);
  assert.deepEqual(seen.after.items, { ...seen.before.items, 'set.z': 'since' });
  assert.equal(JSON.parse(orders(seen.undoneState).get(3)).text, 'other');
  assert.equal(seen.undoneState.items['set.a'], 'default');
  assert.equal(orders(seen.undoneState).get(4), wanted.get(4));
  assert.equal(seen.look.code, 'not_verified');
});

test('A database that is gone comes back whole, and a forgotten snapshot is gone for good', async () => {
  const seen = await page.evaluate(async ([one, two]) => {
    const before = await house.stateOfHouse();
    await migrated(one);
    const gone = await inHouse(one, async (ferrite) => {
      await ferrite.cleanUp({ confirm: true, retention: 0 });
      await legacy.answer(indexedDB.deleteDatabase('shop'));
      await ferrite.rollback({ confirm: true });
      return { after: await house.stateOfHouse(), next: await house.put('shop', 'orders', { text: 'new' }) };
    });
    await house.createHouse();
    await migrated(two);
    const forgotten = await inHouse(two, async (ferrite) => {
      await ferrite.cleanUp({ confirm: true, retention: 0 });
      const unsure = await fail(ferrite.forgetLegacySnapshot());
      await ferrite.forgetLegacySnapshot({ confirm: true });
      return {
        unsure, can: await ferrite.canRollback(), refused: await fail(ferrite.rollback({ confirm: true })),
        rows: (await (await ferrite.database()).all('SELECT count(*) AS n FROM orders'))[0].n, files: await house.backupFiles(two),
      };
    });
    return { before, gone, forgotten };
  }, [fresh(), fresh()]);
  assert.deepEqual(seen.gone.after, seen.before);
  assert.equal(seen.gone.next, COUNT + 1);
  const { forgotten } = seen;
  assert.deepEqual([forgotten.unsure.code, forgotten.can.can, forgotten.refused.code, forgotten.rows], ['invalid_argument', false, 'state', COUNT]);
  assert.match(forgotten.can.reason, /snapshot/);
  assert.ok(!forgotten.files.some((name) => name.endsWith('.snapshot')));
});
