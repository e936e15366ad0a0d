// Whole migrations in Chromium: once, twice, in two tabs, killed, dry, without OPFS.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { crash, hashes, openBrowser } from './support/browser.mjs';

const COUNT = 12_000;

let browser;
let page;
let wanted;

/** Runs in the page: a Ferrite over `database` with a store of its own. */
const openNotes = `
  window.openNotes = (database, store, more = {}) =>
    open({ plan: legacy.notePlan(database), store, ...more });
`;

async function newPage() {
  const fresh = await browser.newPage();
  await fresh.evaluate(openNotes);
  return fresh;
}

/** Begins a migration in the page and resolves once `share` of it is committed. */
async function beginMigration(target, database, store, share, options = {}) {
  await target.evaluate(([name, file, part, more]) => new Promise((resolve, reject) => {
    window.running = openNotes(name, file, more).then((ferrite) => ferrite.migrate({
      progressInterval: 0,
      onProgress: ({ stage, current, total }) => {
        if (stage === 'copy' && current >= total * part) resolve();
      },
    }));
    window.running.then(() => reject(new Error('finished before it could be interrupted')), reject);
  }), [database, store, share, options]);
}

before(async () => {
  browser = await openBrowser();
  page = await newPage();
  await page.evaluate((count) => legacy.createNotes('notes', count, 1500), COUNT);
  wanted = hashes(await page.evaluate(async () => {
    const ferrite = await openNotes('notes', 'wanted.sqlite3');
    return ferrite.migrate();
  }));
});
after(() => browser?.close());

test('A migration is verified, told about and not needed again', async () => {
  const seen = await page.evaluate(async () => {
    const ferrite = await openNotes('notes', 'once.sqlite3');
    const before = await ferrite.checkIfNeeded();
    const progress = [];
    const report = await ferrite.migrate({ progressInterval: 0, onProgress: (step) => progress.push(step) });
    const again = await ferrite.migrate();
    const after = await ferrite.checkIfNeeded();
    const kept = await ferrite.report();
    await ferrite.close();
    return { before, progress, report, again, after, kept, files: await legacy.opfsNames() };
  });
  assert.equal(seen.before.reason, 'data-found');
  assert.equal(seen.before.items, COUNT);
  assert.equal(seen.report.status, 'verified');
  assert.equal(seen.report.tables[0].rows, COUNT);
  assert.equal(seen.report.store.kind, 'opfs');
  assert.equal(seen.report.store.durable, true);
  assert.ok(seen.report.store.bytes > 0);
  assert.equal(seen.progress[0].stage, 'prepare');
  const last = seen.progress.at(-1);
  assert.deepEqual([last.stage, last.current, last.total, last.percentage], ['done', COUNT, COUNT, 100]);
  assert.ok(seen.progress.some(({ collection }) => collection === 'indexedDB notes/notes'));
  assert.equal(seen.after.needed, false);
  assert.equal(seen.after.reason, 'already-migrated');
  assert.equal(seen.after.items, COUNT);
  assert.deepEqual(hashes(seen.again), hashes(seen.report));
  assert.equal(seen.again.attempts, 1);
  assert.deepEqual(hashes(seen.kept), hashes(seen.report));
  assert.deepEqual(
    seen.files.filter((name) => name.startsWith('once')),
    ['once.sqlite3', 'once.sqlite3-journal', 'once.sqlite3.ferrite.json']);
});

test('A marker without its store is not believed', async () => {
  const reason = await page.evaluate(async () => {
    const ferrite = await openNotes('notes', 'lost.sqlite3');
    await ferrite.migrate();
    await ferrite.close();
    const root = await navigator.storage.getDirectory();
    await root.removeEntry('lost.sqlite3');
    return (await ferrite.checkIfNeeded()).reason;
  });
  assert.equal(reason, 'data-found');
});

test('Of two tabs one migrates and the other finds it done', async () => {
  const tabs = [await newPage(), await newPage()];
  const reports = await Promise.all(tabs.map((tab) => tab.evaluate(async () => {
    const ferrite = await openNotes('notes', 'tabs.sqlite3');
    const report = await ferrite.migrate();
    return report;
  })));
  for (const report of reports) {
    assert.equal(report.status, 'verified');
    assert.equal(report.attempts, 1);
    assert.deepEqual(hashes(report), wanted);
  }
  await Promise.all(tabs.map((tab) => tab.close()));
});

test('A store that another tab uses is busy, until that tab closes', async () => {
  const other = await newPage();
  await other.evaluate(async () => {
    window.ferrite = await openNotes('notes', 'busy.sqlite3');
    await ferrite.database();
  });
  const ask = () => page.evaluate(async () => {
    const ferrite = await openNotes('notes', 'busy.sqlite3', { lockTimeout: 300 });
    const errors = [await legacy.failure(ferrite.database()), await legacy.failure(ferrite.migrate())];
    await ferrite.close();
    return errors.map((error) => error?.code);
  });
  assert.deepEqual(await ask(), ['store_busy', 'store_busy']);
  await other.close();
  assert.deepEqual(await ask(), [undefined, undefined]);
});

test('A store made before any migration is no interrupted migration', async () => {
  const reasons = await page.evaluate(async () => {
    const one = await openNotes('nobody', 'fresh.sqlite3');
    await one.database();
    await one.close();
    const two = await openNotes('notes', 'fresh.sqlite3');
    return [(await one.checkIfNeeded()).reason, (await two.checkIfNeeded()).reason];
  });
  assert.deepEqual(reasons, ['nothing-found', 'data-found']);
});

for (const [how, end] of [
  ['The tab is closed', (target) => target.close()],
  ['The renderer crashes', (target) => crash(target)],
  ['The page is left', async (target) => { await target.goto('about:blank'); await target.close(); }],
  ['The browser is ended', async () => { await browser.restart(); page = await newPage(); }],
]) {
  test(`${how} in the middle, and it goes on where it was`, async () => {
    const store = `killed-${how.replaceAll(' ', '-')}.sqlite3`;
    const victim = await newPage();
    await beginMigration(victim, 'notes', store, 0.3);
    await end(victim);
    const { check, report } = await page.evaluate(async (file) => {
      const ferrite = await openNotes('notes', file);
      return { check: await ferrite.checkIfNeeded(), report: await ferrite.migrate() };
    }, store);
    assert.equal(check.needed, true);
    assert.equal(check.reason, 'unfinished');
    assert.equal(report.status, 'verified');
    assert.equal(report.attempts, 2);
    assert.deepEqual(hashes(report), wanted);
  });
}

test('A cancelled migration stops between two batches and can be taken up', async () => {
  const { error, report } = await page.evaluate(async () => {
    const ferrite = await openNotes('notes', 'cancelled.sqlite3');
    const stop = new AbortController();
    const error = await legacy.failure(ferrite.migrate({
      signal: stop.signal,
      progressInterval: 0,
      onProgress: ({ current }) => { if (current > 0) stop.abort(); },
    }));
    return { error, report: await ferrite.migrate() };
  });
  assert.equal(error.code, 'cancelled');
  assert.deepEqual(hashes(report), wanted);
});

test('A dry run says what would happen and leaves nothing behind', async () => {
  const { report, files, check } = await page.evaluate(async () => {
    const ferrite = await openNotes('notes', 'dry.sqlite3');
    const report = await ferrite.migrate({ dryRun: true });
    await ferrite.close();
    return { report, files: await legacy.opfsNames(), check: await ferrite.checkIfNeeded() };
  });
  assert.equal(report.dryRun, true);
  assert.equal(report.status, 'verified');
  assert.deepEqual(hashes(report), wanted);
  assert.deepEqual(files.filter((name) => name.startsWith('dry')), []);
  assert.equal(check.reason, 'data-found');
});

test('A dry run gives the report of the run, failures included', async () => {
  const [dry, real] = await page.evaluate(async () => {
    const notes = Array.from({ length: 300 }, (_, i) => legacy.note(i + 1)).map((note, i) => (i % 100 === 7 ? { ...note, title: [i] } : note));
    await legacy.createDatabase('uneven', { notes: { options: { keyPath: 'id' }, entries: notes.map((note) => [undefined, note]) } });
    const ferrite = await openNotes('uneven', 'uneven.sqlite3');
    const reports = [await ferrite.migrate({ dryRun: true }), await ferrite.migrate()];
    await ferrite.close();
    return reports;
  });
  const lasting = ({ store, backup, startedAt, finishedAt, busyMs, throughput, dryRun, totals: { recordsPerSecond, ...totals }, ...report }) =>
    ({ ...report, totals });
  assert.equal(dry.status, 'completed_with_differences');
  assert.equal(dry.failed.length, 3);
  assert.deepEqual(lasting(dry), lasting(real));
});

test('A missing source leaves nothing changed', async () => {
  const { error, files, databases } = await page.evaluate(async () => {
    const ferrite = await openNotes('not-there', 'missing.sqlite3');
    const error = await legacy.failure(ferrite.migrate());
    await ferrite.close();
    return { error, files: await legacy.opfsNames(), databases: await legacy.databaseNames() };
  });
  assert.equal(error.code, 'source_missing');
  assert.deepEqual(files.filter((name) => name.startsWith('missing')), []);
  assert.ok(!databases.includes('not-there'));
});

test('What is wrong with a plan is said with its path, and nothing is made', async () => {
  const { error, files } = await page.evaluate(async () => {
    const plan = { ...legacy.notePlan('notes'), colour: 'blue' };
    const ferrite = await open({ plan, store: 'wrong.sqlite3' });
    const error = await legacy.failure(ferrite.migrate());
    await ferrite.close();
    return { error, files: await legacy.opfsNames() };
  });
  assert.equal(error.name, 'FerriteError');
  assert.equal(error.code, 'plan_invalid');
  assert.equal(error.path, '/colour');
  assert.deepEqual(files.filter((name) => name.startsWith('wrong')), []);
});

test('An engine that is not there is a clear error', async () => {
  const errors = await page.evaluate(async () => {
    const caught = [];
    for (const options of [{ wasmUrl: '/nowhere.wasm' }, { workerUrl: '/nowhere.js' }]) {
      const ferrite = await openNotes('notes', 'unreachable.sqlite3', options);
      caught.push(await legacy.failure(ferrite.migrate()));
      await ferrite.close();
    }
    return caught;
  });
  assert.deepEqual(errors.map(({ code }) => code), ['unreachable', 'unreachable']);
  assert.match(errors[0].message, /nowhere\.wasm: Error: 404/);
});

test('Without OPFS the store is an image in IndexedDB, and the report says so', async () => {
  const first = await page.evaluate(async () => {
    const ferrite = await openNotes('notes', 'image.sqlite3', { storage: 'memory-image' });
    const report = await ferrite.migrate();
    await ferrite.close();
    return { report, check: await ferrite.checkIfNeeded(), files: await legacy.opfsNames() };
  });
  assert.equal(first.report.status, 'verified');
  assert.equal(first.report.store.kind, 'memory-image');
  assert.equal(first.report.store.durable, true);
  assert.match(first.report.warnings.at(-1), /held in memory/);
  assert.equal(first.check.reason, 'already-migrated');
  assert.deepEqual(hashes(first.report), wanted);
  assert.deepEqual(first.files.filter((name) => name.startsWith('image')), []);

  await browser.restart();
  page = await newPage();
  const again = await page.evaluate(async () => {
    // Without the option: a store stays where it is.
    const ferrite = await openNotes('notes', 'image.sqlite3');
    return { check: await ferrite.checkIfNeeded(), report: await ferrite.verify() };
  });
  assert.equal(again.check.reason, 'already-migrated');
  assert.equal(again.report.status, 'verified');
  assert.equal(again.report.store.kind, 'memory-image');
});

test('Without OPFS a killed migration goes on as well', async () => {
  const victim = await newPage();
  await beginMigration(victim, 'notes', 'image-killed.sqlite3', 0.6, { storage: 'memory-image' });
  await crash(victim);
  const report = await page.evaluate(async () => {
    const ferrite = await openNotes('notes', 'image-killed.sqlite3', { storage: 'memory-image' });
    return ferrite.migrate();
  });
  assert.equal(report.status, 'verified');
  assert.deepEqual(hashes(report), wanted);
});

test('The bundle is one SQLite file, and its making leaves nothing behind', async () => {
  const { head, size, files } = await page.evaluate(async () => {
    const ferrite = await openNotes('notes', 'bundled.sqlite3');
    const blob = await ferrite.exportBundle();
    await ferrite.close();
    const head = new TextDecoder().decode(await blob.slice(0, 15).arrayBuffer());
    return { head, size: blob.size, files: await legacy.opfsNames() };
  });
  assert.equal(head, 'SQLite format 3');
  assert.ok(size > COUNT * 1500);
  assert.deepEqual(files.filter((name) => name.startsWith('bundled')), []);
});
