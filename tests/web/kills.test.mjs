// Migrations in Chromium that are killed at random moments and resumed, by the
// next page or in the same one, until they end: each ends as an undisturbed run.
// FERRITE_KILLS says how many; scripts/check kill asks for 300.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { seeded } from '../native/support.mjs';
import { openBrowser } from './support/browser.mjs';
import { killRenderers } from './support/renderers.mjs';

const KILLS = Number(process.env.FERRITE_KILLS ?? 20);
const ORDERS = 4000;
// Of a run, when it is not killed once more.
const CHANCE_OF_END = 0.3;

const random = seeded(Number(process.env.FERRITE_SEED ?? 1));

let browser;
let page;
let wanted;
let duration;

async function newPage() {
  const fresh = await browser.newPage();
  await prepare(fresh);
  return fresh;
}

/** What does not come within two minutes is told by its name, instead of holding everything up. */
async function within(name, promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`${name} takes two minutes`)), 120_000); });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Gives the page what it runs, and a way to end its workers. */
async function prepare(target) {
  await target.evaluate(async () => {
    const { openFerrite } = await import('/ferrite/index.js');
    const { createMarket, marketPlan } = await import('/market.js');
    const { opfsNames } = await import('/legacy.js');
    const workers = [];
    window.Worker = class extends Worker {
      constructor(...given) {
        super(...given);
        workers.push(this);
      }
    };
    Object.assign(window, {
      createMarket,
      opfsNames,
      endWorkers: () => workers.splice(0).forEach((worker) => worker.terminate()),
      openMarket: (store) => openFerrite({
        plan: marketPlan('market'), store, lockTimeout: 60_000, openTimeout: 60_000,
      }),
      /** `copying` resolves when its first batch is in the store. */
      async migrateMarket(store) {
        let begun;
        window.copying = new Promise((resolve) => { begun = resolve; });
        const ferrite = await window.openMarket(store);
        await ferrite.migrate({ progressInterval: 0, onProgress: ({ current }) => current > 0 && begun() });
      },
    });
  });
}

/** What there is to compare behind a migration that came to its end. */
async function outcome(target, store) {
  return target.evaluate(async (file) => {
    const ferrite = await window.openMarket(file);
    const report = await ferrite.migrate();
    const failed = await ferrite.failed({ limit: 1000 });
    const conflicts = await ferrite.conflicts({ limit: 1000 });
    await ferrite.close();
    const of = (list, names) => list.map((each) => names.map((name) => each[name]));
    return {
      attempts: report.attempts,
      content: {
        status: report.status,
        tables: report.tables,
        sources: report.sources,
        failed: { total: failed.total, records: of(failed.records, ['id', 'table', 'key', 'code', 'message', 'path']) },
        conflicts: { total: conflicts.total, rows: of(conflicts.conflicts, ['id', 'table', 'key', 'columns', 'source', 'store']) },
      },
    };
  }, store);
}

// Each ends what runs in `page`, and leaves a page that can resume.
const KINDS = {
  'renderer SIGKILL': async () => {
    const crashed = new Promise((resolve) => page.once('crash', resolve));
    assert.ok(killRenderers(browser.profile) > 0);
    await within('the crash', crashed);
    await within('closing the crashed page', page.close());
    page = await within('a page after the crash', newPage());
  },
  'page closed': async () => {
    await within('closing the page', page.close());
    page = await within('a page after one was closed', newPage());
  },
  navigation: async () => {
    await within('the navigation', page.goto(new URL('empty.html?again', browser.url).href));
    await within('preparing the page', prepare(page));
  },
  'worker terminated': async () => {
    await page.evaluate(() => window.endWorkers());
  },
};

before(async () => {
  browser = await openBrowser();
  page = await newPage();
  await page.evaluate((count) => window.createMarket('market', count), ORDERS);
  await outcome(page, 'warm.sqlite3');
  const begun = performance.now();
  wanted = (await outcome(page, 'wanted.sqlite3')).content;
  duration = performance.now() - begun;
});
after(() => browser?.close());

test('The migration has everything in it', () => {
  const text = JSON.stringify(wanted);
  for (const some of ['"not_null"', '"not_unique"', '"type_mismatch"', '"quarantined":', '"nulled":', '"overwritten":', '"merged":']) {
    assert.ok(text.includes(some), some);
  }
  assert.ok(wanted.conflicts.total > 100);
  assert.ok(wanted.failed.total > 100);
});

test(`Of ${KILLS} kills none loses or doubles anything`, { timeout: 60_000 + KILLS * 60_000 }, async () => {
  const kills = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, 0]));
  const kinds = Object.keys(KINDS);
  let done = 0;
  let runs = 0;
  let begun = 0; // kills of migrations that had begun in the store
  const tell = () => {
    const each = kinds.map((kind) => `${kind} ${kills[kind]}`).join(', ');
    console.log(`kills: ${done} (${each}), ${begun} of them of a migration that had begun, ` +
      `migrations: ${runs}, different from an undisturbed run: 0`);
  };
  for (let file = 1; done < KILLS; ++file) {
    const store = `killed-${file}.sqlite3`;
    const history = [];
    while (done < KILLS && (history.length === 0 || random() > CHANCE_OF_END)) {
      // Errors are what a kill is expected to give.
      const ended = page.evaluate((name) => window.migrateMarket(name), store).then(() => true, () => false);
      // Every fourth while the engine may still be starting.
      if (done % 16 >= 4) await Promise.race([ended, page.evaluate(() => window.copying).catch(() => false)]);
      const started = performance.now();
      const moment = random() * duration;
      const late = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, moment, false))]);
      if (late) {
        // Not too late for ever, where the first run was a slow one.
        if (history.length === 0) duration = Math.min(duration, performance.now() - started);
        break;
      }
      const kind = kinds[done % kinds.length];
      await KINDS[kind]();
      history.push(`${kind} after ${Math.round(moment)} ms`);
      ++kills[kind];
      ++done;
    }
    const { attempts, content } = await within(`resuming after ${history.join(', ')}`, outcome(page, store));
    ++runs;
    begun += attempts - 1;
    assert.deepEqual(content, wanted, history.join(', '));
    if (runs % 25 === 0) tell();
    await page.evaluate(async (name) => {
      const root = await navigator.storage.getDirectory();
      for (const each of await window.opfsNames()) if (each.startsWith(name)) await root.removeEntry(each, { recursive: true });
    }, store);
  }
  tell();
});
