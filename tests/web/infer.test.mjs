// A plan for what lies in the origin, made in the page and run as it is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { buildDemo } from '../../web/demo/build.mjs';
import { fillLegacy, openDemo, openUpgraded } from '../../web/demo/journey.mjs';
import { openBrowser } from './support/browser.mjs';
import { buildTestPages, pages } from './support/pages.mjs';

const SCALE = 0.1;

let browser;
let demo;
let page;

before(async () => {
  await Promise.all([buildDemo(), buildTestPages()]);
  browser = await openBrowser();
  demo = await openDemo({ roots: { '/test/': pages } });
  await (await fillLegacy(demo.context, demo.url, SCALE)).page.close();
  page = await openUpgraded(demo.context, demo.url);
});

after(async () => {
  await demo?.closeBrowser();
  await demo?.closeServer();
  await browser?.close();
});

/** Runs `use` in a page of an origin that holds what `fill` makes. */
async function inOrigin(fill, use) {
  const origin = await browser.newPage();
  try {
    await origin.evaluate(async () => {
      window.ferriteModule = await import('/ferrite/index.js');
      localStorage.clear();
      sessionStorage.clear();
      for (const { name } of await indexedDB.databases()) await legacy.answer(indexedDB.deleteDatabase(name));
    });
    await origin.evaluate(fill);
    return await origin.evaluate(use);
  } finally {
    await origin.close();
  }
}

const demoLeft = () => page.evaluate(async () => {
  const files = [];
  for await (const name of (await navigator.storage.getDirectory()).keys()) files.push(name);
  const databases = (await indexedDB.databases()).map(({ name, version }) => `${name}@${version}`);
  return { files: files.sort(), databases: databases.sort(), local: { ...localStorage }, session: { ...sessionStorage } };
});

test('The libraries of the demo are recognised by what they wrote, and nothing is left behind', async () => {
  const was = await demoLeft();
  const { layouts, notes } = await page.evaluate(async () =>
    (await import('/ferrite/index.js')).recognizeLayouts());
  const presets = layouts.map(({ preset }) => preset);
  for (const name of ['localforage', 'idb-keyval', 'dexie', 'redux-persist']) assert.ok(presets.includes(name), `${name} of ${presets}`);
  for (const { preset, evidence } of layouts) assert.ok(evidence.length > 0, preset);
  assert.deepEqual(notes, []);
  assert.deepEqual(await demoLeft(), was);
});

test('The plan for the demo migrates everything as it is, and every record is rebuilt equal', async () => {
  const was = await demoLeft();
  const inferred = await page.evaluate(async () => (await import('/ferrite/index.js')).inferPlan({ name: 'harbour' }));
  assert.equal(inferred.plan.name, 'harbour');
  assert.deepEqual(await demoLeft(), was);
  const { report, compared } = await page.evaluate(async ({ plan, scale }) => {
    const { openFerrite } = await import('/ferrite/index.js');
    const { entriesOf } = await import('/test/rebuild.js');
    const { DATASETS, serialise } = await import('/expected.js');
    const ferrite = await openFerrite({ plan, store: 'inferred.db' });
    const migrated = await ferrite.migrate();
    const database = await ferrite.database();
    const id = (from) => (from.store !== undefined ? `${from.indexedDB}/${from.store}` : Object.keys(from)[0]);
    const found = new Map();
    for (const table of plan.tables.filter(({ each }) => each === undefined)) {
      for (const { key, value } of await entriesOf(database, table)) {
        found.set(`${id([table.from].flat()[0])} ${await serialise(key)}`, await serialise(value));
      }
    }
    const different = [];
    let count = 0;
    for (const { source, stored } of DATASETS) {
      for (const { key, value } of stored(scale)) {
        const [name, content] = [`${id(source)} ${await serialise(key)}`, await serialise(value)];
        if (found.get(name) !== content) different.push([name, content, found.get(name)].map((part) => part?.slice(0, 300)));
        count += 1;
      }
    }
    await ferrite.close();
    return { report: migrated, compared: { count, different: different.slice(0, 5) } };
  }, { plan: inferred.plan, scale: SCALE });
  assert.equal(report.status, 'verified', JSON.stringify(report.failed));
  assert.equal(report.totals.failed, 0);
  assert.deepEqual(report.sources.filter(({ unclaimed }) => unclaimed > 0), []);
  assert.ok(compared.count > 2000, String(compared.count));
  assert.deepEqual(compared.different, []);
});

test('Of 20 000 records a sample is read, and the plan fits all of them', async () => {
  const { infer, report, handed } = await inOrigin(
    () => legacy.createDatabase('large', {
      numbers: { options: { keyPath: 'id' }, entries: Array.from({ length: 20_000 }, (_, i) => [undefined, legacy.note(i)]) },
      texts: {
        options: { keyPath: 'id' },
        entries: Array.from({ length: 20_000 }, (_, i) => [undefined, { id: `k${i}`, text: 'x'.repeat(i === 9999 ? 9000 : i % 50) }]),
      },
    }),
    async () => {
      let last;
      const made = await ferriteModule.inferPlan({ onProgress: (progress) => { last = progress; } });
      const ferrite = await open({ plan: made.plan, store: 'large.db' });
      const migrated = await ferrite.migrate();
      await ferrite.close();
      return { infer: made, report: migrated, handed: last };
    });
  assert.equal(handed.stage, 'done');
  assert.ok(handed.current >= 4000 && handed.current < 10_000, `${handed.current} records were read`);
  assert.ok(infer.notes.some(({ text }) => text.includes('20 000')), JSON.stringify(infer.notes));
  // Both ends of the keys were seen, or it would not know that all are texts.
  const texts = infer.plan.tables.find(({ from }) => from.store === 'texts');
  assert.deepEqual(texts.primaryKey, ['id'], JSON.stringify(texts));
  assert.equal(report.status, 'verified', JSON.stringify(report.failed));
  assert.deepEqual(report.sources.map(({ records }) => records), [20_000, 20_000]);
});

test('With nothing there the answer is an error that says so', async () => {
  const { error, layouts } = await inOrigin(() => undefined, async () => ({
    error: await ferriteModule.inferPlan().catch(({ code, message }) => ({ code, message })),
    layouts: await ferriteModule.recognizeLayouts(),
  }));
  assert.deepEqual(error, { code: 'source_missing', message: 'There are no records here to make a plan for.' });
  assert.deepEqual(layouts, { layouts: [], unknown: [], notes: [] });
});

test('A database that is blocked and one that is absent are noted, the others are in the plan', async () => {
  const { infer, layouts } = await inOrigin(
    async () => {
      await legacy.createNotes('free', 30);
      await legacy.createNotes('held', 30);
    },
    async () => {
      // A connection that does not make way for an upgrade, behind which every open waits.
      const holder = await legacy.answer(indexedDB.open('held'));
      const upgrade = indexedDB.open('held', 9);
      await new Promise((resolve) => { upgrade.onblocked = resolve; });
      const options = { openTimeout: 300, databases: ['free', 'held', 'nowhere'] };
      const made = await ferriteModule.inferPlan(options);
      const recognised = await ferriteModule.recognizeLayouts(options);
      holder.close();
      (await legacy.answer(upgrade)).close();
      return { infer: made, layouts: recognised };
    });
  assert.deepEqual(infer.plan.tables.map(({ from }) => from.indexedDB), ['free']);
  for (const { notes } of [infer, layouts]) {
    assert.ok(notes.some(({ text }) => text.startsWith('indexedDB held is left out: it is blocked.')), JSON.stringify(notes));
    assert.ok(notes.some(({ text }) => text === 'indexedDB nowhere is left out: it is absent.'), JSON.stringify(notes));
  }
});

// Counted while they could be opened; from then on the first is held by a connection that does not make way for an
// upgrade, and the second does not open at all.
test('What can no longer be read while it is sampled is noted, and the others are in the plan', async () => {
  const { infer, alone } = await inOrigin(
    async () => {
      for (const name of ['free', 'held', 'gone', 'last']) await legacy.createNotes(name, 30);
    },
    async () => {
      const source = await (await fetch('/ferrite/reader.js')).text();
      const reader = `
        const open = IDBFactory.prototype.open;
        const opened = { held: 0, gone: 0 };
        IDBFactory.prototype.open = function (name, ...version) {
          if (name in opened && ++opened[name] > 1) {
            if (name === 'gone') throw new DOMException('not any more', 'SecurityError');
            if (opened.held === 2) open.call(this, name, 9);
          }
          return open.call(this, name, ...version);
        };
        ${source.replace(/\/\/# sourceMappingURL.*/, '')}`;
      const readerUrl = () => URL.createObjectURL(new Blob([reader], { type: 'text/javascript' }));
      const holder = await legacy.answer(indexedDB.open('held'));
      const options = { openTimeout: 300, maxRetries: 0 };
      const made = await ferriteModule.inferPlan({ ...options, readerUrl: readerUrl() });
      const error = await ferriteModule.inferPlan({ ...options, readerUrl: readerUrl(), databases: ['gone'] })
        .catch(({ code, hint }) => ({ code, hint }));
      holder.close();
      return { infer: made, alone: error };
    });
  assert.deepEqual(infer.plan.tables.map(({ from }) => from.indexedDB).sort(), ['free', 'last']);
  for (const [name, why] of [['held', 'blocked'], ['gone', 'unreadable']]) {
    assert.ok(infer.notes.some(({ text }) => text.startsWith(`indexedDB ${name}/notes is left out: it is ${why}. `)), JSON.stringify(infer.notes));
  }
  assert.equal(alone.code, 'source_missing');
  assert.match(alone.hint, /gone\/notes is left out: it is unreadable\. .*not any more/);
});

test('Names that no plan can hold are noted, and the rest is looked at', async () => {
  const { notes, plan } = await inOrigin(
    async () => {
      await legacy.createNotes('\ud800', 1);
      await legacy.createDatabase('mixed', {
        '\udc00': { options: {}, entries: [[1, 1]] }, kept: { options: {}, entries: [['a', { b: 1 }], ['c\ud800', { b: 2 }]] },
      });
      localStorage.setItem('\ud800', '1');
    },
    () => ferriteModule.inferPlan());
  assert.equal(notes.filter(({ text }) => text.includes('no Unicode text')).length, 2, JSON.stringify(notes));
  assert.ok(plan.tables.some(({ from }) => from.store === 'kept'));
});

test('A preset of the caller that is wrong is an error', async () => {
  const error = await inOrigin(() => undefined, () =>
    ferriteModule.recognizeLayouts({ presets: ['{"preset":1}'] }).catch(({ code }) => code));
  assert.equal(error, 'plan_invalid');
});

test('A call can be cancelled, and arguments of the wrong kind are refused', async () => {
  const codes = await inOrigin(() => legacy.createNotes('some', 30), async () => {
    const code = (promise) => promise.then(() => 'none', (error) => error.code);
    return [
      await code(ferriteModule.inferPlan({ signal: AbortSignal.abort() })),
      await code(ferriteModule.inferPlan({ sampleSize: 5 })),
      await code(ferriteModule.inferPlan({ name: '' })),
      await code(ferriteModule.recognizeLayouts({ databases: 'some' })),
    ];
  });
  assert.deepEqual(codes, ['cancelled', 'invalid_argument', 'invalid_argument', 'invalid_argument']);
});
