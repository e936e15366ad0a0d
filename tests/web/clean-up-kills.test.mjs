// Clean-ups and rollbacks of cleaned sources whose page dies at any moment:
// there is always one complete state, in the store or in the sources, no
// database is there in part, and the next call comes to the end.
//
// FERRITE_KILLS: how many [12]. FERRITE_SEED: of the moments [1].
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { crash, openBrowser } from './support/browser.mjs';
import { seeded } from './support/random-values.mjs';

const KILLS = Number(process.env.FERRITE_KILLS ?? 12);
const COUNT = 1500;
const STORE = 'killed.sqlite3';
/** Kills of one call before it is brought to its end. */
const MOST_IN_A_ROW = 3;
/** Kills that wait for the removal, which is short beside what comes before it, and for how long then. */
const CHANCE_OF_NEAR = 0.6;
const NEAR_MS = 150;

const random = seeded(Number(process.env.FERRITE_SEED ?? 1));
let browser;

async function newPage() {
  const page = await browser.newPage();
  await page.evaluate(async () => {
    window.house = await import('/clean-up.js');
    window.inHouse = async (store, work) => {
      const ferrite = await open({ plan: house.PLAN, store, openTimeout: 30_000, lockTimeout: 30_000 });
      try {
        return await work(ferrite);
      } finally {
        await ferrite.close();
      }
    };
    window.calls = {
      cleanUp: (ferrite) => {
        let passes = 0;
        let tell;
        window.near = new Promise((resolve) => { tell = resolve; });
        return ferrite.cleanUp({
          confirm: true, retention: 0, progressInterval: 0,
          // Of the call, the snapshot and the verification; behind that comes the removal.
          onProgress: ({ stage }) => {
            if (stage === 'prepare') passes += 1;
            else if (passes === 3 && stage !== 'copy') tell();
          },
        });
      },
      rollback: (ferrite) => ferrite.rollback({ confirm: true }),
    };
    window.timed = async (store, call) => {
      const begun = performance.now();
      const result = await inHouse(store, calls[call]);
      return { result, ms: performance.now() - begun };
    };
    /** By database: "all" of what was migrated, "none" of it, or "part". */
    window.lookAtHouse = async (before) => {
      const state = await house.stateOfHouse();
      const kinds = {};
      for (const database of ['shop', 'mixed']) {
        const names = Object.keys(before).filter((name) => name.startsWith(`${database} `));
        const same = names.every((name) => JSON.stringify(state[name]) === JSON.stringify(before[name]));
        const left = names.flatMap((name) => state[name]).filter(([key]) => database === 'shop' || /^app:[ab]$/.test(key));
        const others = database === 'shop' || JSON.stringify(state['mixed 1 kv'].filter(([key]) => !/^app:[ab]$/.test(key)))
          === JSON.stringify(before['mixed 1 kv'].filter(([key]) => !/^app:[ab]$/.test(key)));
        kinds[database] = same ? 'all' : left.length === 0 && others ? 'none' : 'part';
      }
      const items = Object.keys(before.items).filter((key) => state.items[key] === before.items[key]).length;
      const isStrange = Object.keys(state.items).some((key) => state.items[key] !== before.items[key]);
      kinds.items = isStrange ? 'part' : items === 4 ? 'all' : items === 2 ? 'none' : 'some';
      return kinds;
    };
    /** Undefined when there is no store, or it has no table. */
    window.rowsOf = async (store) => {
      if (!(await legacy.opfsNames()).includes(store)) return undefined;
      return inHouse(store, async (ferrite) => {
        const db = await ferrite.database();
        const [{ integrity_check: whole }] = await db.all('PRAGMA integrity_check');
        const there = await db.all("SELECT 1 FROM sqlite_schema WHERE name = 'orders'");
        const counts = there.length === 0 ? [] : await db.all(
          'SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM photos) AS photos, (SELECT count(*) FROM kv) AS kv, '
          + '(SELECT count(*) FROM settings) AS settings');
        return { whole, ...counts[0] };
      });
    };
  });
  return page;
}

const FULL = { whole: 'ok', orders: COUNT, photos: 12, kv: 2, settings: 2 };
const isFull = (rows) => JSON.stringify(rows) === JSON.stringify(FULL);
const isAll = (kinds) => Object.values(kinds).every((kind) => kind === 'all');

before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

test(`${KILLS} kills of clean-ups and rollbacks leave one complete state each, and the next call goes on`, { timeout: 120_000 + KILLS * 60_000 }, async (t) => {
  let page = await newPage();
  const before = await page.evaluate(async (count) => {
    await house.createHouse(count);
    return house.stateOfHouse();
  }, COUNT);
  const told = { cleanUp: 0, rollback: 0, mixed: 0, resumed: 0, inForce: 0, ended: 0 };
  const took = { cleanUp: 3000, rollback: 3000 };
  await page.evaluate((store) => inHouse(store, (ferrite) => ferrite.migrate()), STORE);
  // How long they take undisturbed.
  for (const call of ['cleanUp', 'rollback']) {
    ({ ms: took[call] } = await page.evaluate(([store, name]) => timed(store, name), [STORE, call]));
  }
  await page.evaluate((store) => inHouse(store, (ferrite) => ferrite.migrate()), STORE);
  let call = 'cleanUp';
  for (let kill = 0; kill < KILLS;) {
    const row = 1 + Math.floor(random() * MOST_IN_A_ROW);
    let isOver = false;
    for (let i = 0; i < row && kill < KILLS && !isOver; ++i, ++kill) {
      await page.evaluate(([store, name]) => {
        window.ended = undefined;
        window.near = new Promise(() => undefined);
        inHouse(store, calls[name]).then(() => { window.ended = true; }, (error) => { window.ended = String(error); });
      }, [STORE, call]);
      const isNear = call === 'cleanUp' && random() < CHANCE_OF_NEAR;
      // One that goes on has nothing to verify.
      if (isNear) await page.evaluate(() => Promise.race([window.near, new Promise((resolve) => setTimeout(resolve, 3000))]));
      await new Promise((resolve) => setTimeout(resolve, random() * (isNear ? NEAR_MS : took[call] * 1.1)));
      const ended = await page.evaluate(() => window.ended);
      assert.ok(ended === undefined || ended === true, String(ended));
      isOver = ended === true;
      if (isOver) told.ended += 1;
      if (random() < 0.5) await crash(page);
      else await page.close({ runBeforeUnload: false });
      page = await newPage();
      told[call] += 1;
      const { kinds, rows } = await page.evaluate(async ([store, state]) => ({ kinds: await lookAtHouse(state), rows: await rowsOf(store) }), [STORE, before]);
      const seen = `${call}, kill ${kill}: ${JSON.stringify({ kinds, rows })}`;
      assert.ok(!Object.values(kinds).includes('part'), seen);
      assert.ok(isFull(rows) || isAll(kinds), `neither is complete. ${seen}`);
      if (new Set(Object.values(kinds)).size > 1) told.mixed += 1;
    }
    // Of a clean-up that was cut off half of the time the way back, which is to be possible from everywhere.
    const look = await page.evaluate((store) => inHouse(store, async (ferrite) => ({
      last: (await ferrite.canCleanUp({ retention: 0 }).catch(() => ({}))).last?.status, can: await ferrite.canRollback(),
    })), STORE);
    if (['running', 'restoring'].includes(look.last)) told.inForce += 1;
    if (call === 'cleanUp' && random() < 0.5) {
      if (!isOver) {
        const cleaned = await page.evaluate((store) => inHouse(store, calls.cleanUp).catch(({ code }) => ({ code })), STORE);
        assert.ok(cleaned.status === 'cleaned' || cleaned.code === 'state', JSON.stringify(cleaned));
        if (cleaned.resumed) told.resumed += 1;
      }
      const kinds = await page.evaluate((state) => lookAtHouse(state), before);
      assert.deepEqual(kinds, { shop: 'none', mixed: 'none', items: 'none' });
      call = 'rollback';
      continue;
    }
    // A rollback that has come to its end has nothing left to go back to.
    const rolled = await page.evaluate((store) => inHouse(store, calls.rollback).then(({ status }) => status, ({ code }) => code), STORE);
    assert.ok(rolled === 'removed' || (isOver && call === 'rollback' && rolled === 'state') || (look.can.can === false && rolled === 'state'), rolled);
    assert.deepEqual(await page.evaluate(() => house.stateOfHouse()), before);
    assert.equal((await page.evaluate((store) => inHouse(store, (ferrite) => ferrite.migrate()), STORE)).status, 'verified');
    call = 'cleanUp';
  }
  t.diagnostic(`${KILLS} kills (clean-up ${told.cleanUp}, rollback ${told.rollback}): ${told.mixed} left sources half way, ${told.inForce} a call to go on with, `
    + `${told.resumed} clean-ups went on, ${told.ended} came after the end`);
  assert.ok(told.mixed + told.inForce > KILLS / 12, 'too few kills came while something was changed');
});
