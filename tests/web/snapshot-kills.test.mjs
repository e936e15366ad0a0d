// A restore that is cut off: the page is closed or its renderer dies at any
// moment of it. After that each database is what it was, absent or complete;
// unless all of them are of one kind, pendingRestore() says so; and another
// call brings them to what they were when the snapshot was taken.
//
// FERRITE_KILLS: how many [30]. FERRITE_SEED: of the moments and the data [1].
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { crash, openBrowser } from './support/browser.mjs';
import { seeded } from './support/random-values.mjs';
import { snapshotPage } from './support/snapshot-page.mjs';

const KILLS = Number(process.env.FERRITE_KILLS ?? 30);
const SEED = Number(process.env.FERRITE_SEED ?? 1);
const SHAPES = 100;
/** Between two of them a restore is brought to its end, and compared. */
const KILLS_PER_ROUND = 5;

let browser;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

const restore = () => window.ferrite.restoreSource(window.bundle, { confirm: true, lockTimeout: 30000, openTimeout: 30000 });

/** A page with the bundle that lies in the origin's private file system. */
async function openPage() {
  const page = await snapshotPage(browser);
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    window.bundle = await (await root.getFileHandle('test.bundle')).getFile();
  });
  return page;
}

async function prepare() {
  const page = await snapshotPage(browser);
  const made = await page.evaluate(async ([seed, count]) => {
    await shapes.fillOrigin(seed, count, true);
    const { bundle } = await ferrite.takeSnapshot();
    const root = await navigator.storage.getDirectory();
    const writable = await (await root.getFileHandle('test.bundle', { create: true })).createWritable();
    await bundle.stream().pipeTo(writable);
    const names = (await indexedDB.databases()).map(({ name }) => name).filter((name) => !name.startsWith('ferrite-')).sort();
    window.bundle = bundle;
    await shapes.scrambleOrigin(names);
    const begun = performance.now();
    const outline = await shapes.outlineOfOrigin(names);
    await ferrite.restoreSource(bundle, { confirm: true });
    return { names, ms: performance.now() - begun, scrambled: outline, complete: await shapes.outlineOfOrigin(names) };
  }, [SEED, SHAPES]);
  await page.close();
  return made;
}

const kinds = (outlines, complete) => outlines.map((outline, i) =>
  (outline === complete[i] ? 'complete' : outline === 'absent' || outline === 'scrambled' ? outline : `part: ${outline}`));

/** What is there after a kill, and whether it is admitted. */
async function look(page, { names, complete }) {
  const { outline, pending } = await page.evaluate(async (list) => ({
    outline: await shapes.outlineOfOrigin(list), pending: await ferrite.pendingRestore(),
  }), names);
  const found = kinds(outline, complete);
  assert.deepEqual(found.filter((kind) => kind.startsWith('part')), [], 'a database is there in part');
  const isMixed = new Set(found).size > 1 || found.includes('absent');
  if (isMixed) assert.ok(pending, `nothing says that the restore was cut off: ${found}`);
  return isMixed;
}

async function finishAndCompare(page) {
  return page.evaluate(async ([source, seed, count]) => {
    const report = await (0, eval)(`(${source})`)();
    const is = await compare.stateOfOrigin();
    const pending = await ferrite.pendingRestore();
    // Made once more, by those who made it first.
    await shapes.deleteOrigin();
    await shapes.fillOrigin(seed, count, true);
    return { status: report.status, pending, differences: await compare.differences(await compare.stateOfOrigin(), is) };
  }, [restore.toString(), SEED, SHAPES]);
}

describe('A restore that is killed', () => {
  test(`${KILLS} times is in no database half done, and ends in the exact state`, async (t) => {
    const random = seeded(SEED);
    const made = await prepare();
    let mixed = 0;
    let ended = 0;
    for (let kill = 0; kill < KILLS;) {
      let page = await openPage();
      await page.evaluate((names) => shapes.scrambleOrigin(names), made.names);
      for (let i = 0; i < KILLS_PER_ROUND && kill < KILLS; ++i, ++kill) {
        await page.evaluate((source) => {
          (0, eval)(`(${source})`)().then(() => { window.ended = true; }, (error) => { window.ended = String(error); });
        }, restore.toString());
        await new Promise((resolve) => setTimeout(resolve, random() * made.ms));
        const state = await page.evaluate(() => window.ended);
        if (state === true) ended += 1;
        else assert.equal(state, undefined);
        if (random() < 0.5) await crash(page);
        else await page.close({ runBeforeUnload: false });
        page = await openPage();
        if (await look(page, made)) mixed += 1;
      }
      const { status, pending, differences } = await finishAndCompare(page);
      assert.deepEqual([status, pending, differences], ['restored', undefined, []]);
      await page.close();
    }
    t.diagnostic(`${KILLS} kills: ${mixed} left old and new databases side by side, ${ended} came after the end`);
    assert.ok(mixed >= KILLS / 30, 'too few kills came while databases were built');
  });
});
