// A migration beside a page in use: paused, resumed, cancelled, out of the way,
// told about; and what happens when its room or its source goes away.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hashes, openBrowser } from './support/browser.mjs';

const COUNT = 100_000;
const MANY = 200_000;

let browser;
let page;
let wanted;

const helpers = `
  window.openNotes = (store, more = {}) => open({ plan: legacy.notePlan('notes'), store, ...more });
  // Resolves once so many records are committed.
  window.after = (ferrite, records) => new Promise((resolve) => {
    const off = ferrite.on('progressUpdate', ({ stage, current }) => {
      if (stage === 'prepare' || (stage === 'copy' && current < records)) return;
      off();
      resolve();
    });
  });
  window.sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;

async function newPage() {
  const fresh = await browser.newPage();
  await fresh.evaluate(helpers);
  return fresh;
}

before(async () => {
  browser = await openBrowser();
  page = await newPage();
  await page.evaluate((count) => legacy.createNotes('notes', count), COUNT);
  wanted = hashes(await page.evaluate(async () => {
    const ferrite = await openNotes('wanted.sqlite3');
    const report = await ferrite.migrate();
    await ferrite.close();
    return report;
  }));
});
after(() => browser?.close());

test('A paused migration stands still, lets others write to its source and resumes to the same result', async () => {
  const seen = await page.evaluate(async () => {
    const ferrite = await openNotes('paused.sqlite3');
    let last;
    ferrite.on('progressUpdate', (progress) => { last = progress; });
    const running = ferrite.migrate({ progressInterval: 0 });
    await after(ferrite, 10_000);
    const stands = await ferrite.pause();
    const at = last;
    const marker = JSON.parse(await (await (await (await navigator.storage.getDirectory())
      .getFileHandle('paused.sqlite3.ferrite.json')).getFile()).text());
    const check = (await ferrite.checkIfNeeded()).reason;
    // A writing transaction waits for every reading one of the same store.
    const database = await legacy.answer(indexedDB.open('notes'));
    const begun = performance.now();
    await new Promise((resolve, reject) => {
      const transaction = database.transaction('notes', 'readwrite');
      const store = transaction.objectStore('notes');
      store.get(1).onsuccess = ({ target }) => store.put(target.result);
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const waited = performance.now() - begun;
    database.close();
    await sleep(400);
    const later = last;
    await ferrite.resume();
    const report = await running;
    const idle = await ferrite.pause();
    await ferrite.close();
    return { stands, at, later, marker: marker.status, check, waited, report, idle };
  });
  assert.equal(seen.stands, true);
  assert.equal(seen.at.paused, true);
  assert.equal(seen.later.current, seen.at.current, 'it went on while paused');
  assert.ok(seen.at.current < COUNT);
  assert.equal(seen.marker, 'paused');
  assert.equal(seen.check, 'unfinished');
  assert.equal(seen.idle, false);
  assert.deepEqual(hashes(seen.report), wanted);
});

test('A tab that is closed while paused: the next one goes on', async () => {
  const tab = await newPage();
  const at = await tab.evaluate(async () => {
    const ferrite = await openNotes('left.sqlite3');
    let current = 0;
    ferrite.on('progressUpdate', (progress) => { current = progress.current; });
    ferrite.migrate({ progressInterval: 0 }).catch(() => undefined);
    await after(ferrite, 10_000);
    await ferrite.pause();
    return current;
  });
  await tab.close();
  const { report, first } = await page.evaluate(async () => {
    const ferrite = await openNotes('left.sqlite3');
    let first;
    ferrite.on('progressUpdate', ({ stage, current }) => { if (stage === 'copy') first ??= current; });
    const report = await ferrite.migrate({ progressInterval: 0 });
    await ferrite.close();
    return { report, first };
  });
  assert.ok(first > at, `went on at ${first}, was paused at ${at}`);
  assert.equal(report.attempts, 2);
  assert.deepEqual(hashes(report), wanted);
});

test('A paused migration can be cancelled, and goes on later', async () => {
  const { error, paused, report } = await page.evaluate(async () => {
    const ferrite = await openNotes('paused-cancelled.sqlite3');
    const running = legacy.failure(ferrite.migrate({ progressInterval: 0 }));
    await after(ferrite, 10_000);
    const paused = await ferrite.pause();
    ferrite.cancel();
    const error = await running;
    const report = await ferrite.migrate();
    await ferrite.close();
    return { error, paused, report };
  });
  assert.equal(paused, true);
  assert.equal(error.code, 'cancelled');
  assert.deepEqual(hashes(report), wanted);
});

test('A cancellation is answered although the worker has no time to', async () => {
  const { errors, close } = await page.evaluate(async () => {
    const silent = URL.createObjectURL(new Blob(['onmessage = () => undefined;'], { type: 'text/javascript' }));
    const ferrite = await open({ plan: legacy.notePlan('notes'), store: 'silent.sqlite3', workerUrl: silent });
    const errors = [];
    for (const call of ['migrate', 'verify', 'prepare']) {
      const running = legacy.failure(ferrite[call]());
      ferrite.cancel();
      errors.push(await running);
      const controller = new AbortController();
      const aborted = legacy.failure(ferrite[call]({ signal: controller.signal }));
      controller.abort();
      errors.push(await aborted);
    }
    // Others have no end but their own.
    const close = await Promise.race([ferrite.close().then(() => 'closed'), sleep(300).then(() => 'waiting')]);
    return { errors, close };
  });
  assert.deepEqual(errors.map(({ code }) => code), Array(6).fill('cancelled'));
  assert.match(errors[0].hint, /stays/);
  assert.equal(close, 'waiting');
});

test('After a cancellation at any moment at most one batch is applied, and the rest goes on later', async (t) => {
  const { times, batches, report } = await page.evaluate(async (count) => {
    const times = [];
    const batches = [];
    const ferrite = await openNotes('cancelled.sqlite3');
    for (let i = 0; i < 25; ++i) {
      const controller = new AbortController();
      let since = 0;
      let asked = 0;
      ferrite.on('progressUpdate', () => { if (asked) ++since; });
      const running = legacy.failure(ferrite.migrate({ progressInterval: 0, signal: controller.signal }));
      await sleep(Math.random() * 250);
      asked = performance.now();
      if (i % 2) controller.abort();
      else ferrite.cancel();
      const error = await running;
      if (!error) break;
      if (error.code !== 'cancelled') throw new Error(JSON.stringify(error));
      times.push(performance.now() - asked);
      batches.push(since);
    }
    const report = await ferrite.migrate();
    await ferrite.close();
    return { times: times.sort((a, b) => a - b), batches, report };
  }, COUNT);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
  t.diagnostic(`${times.length} cancellations answered after ${at(0).toFixed(1)} to ${times.at(-1).toFixed(1)} ms, median ${at(0.5).toFixed(1)} ms`);
  t.diagnostic(`batches told after it: ${batches.join(' ')}`);
  assert.ok(times.length >= 5, `${times.length} cancellations`);
  // One being applied, and one whose progress was on its way to the page.
  assert.ok(Math.max(...batches) <= 2, `${batches}`);
  assert.ok(at(0.5) < 100, `median ${at(0.5)} ms`);
  assert.deepEqual(hashes(report), wanted);
});

test('Batches keep to the records, the wait and the idle moments that are asked for', async () => {
  const { steps, ms, idle, error } = await page.evaluate(async () => {
    await legacy.createNotes('few', 1000);
    const ferrite = await open({ plan: legacy.notePlan('few'), store: 'few.sqlite3' });
    const steps = [];
    let last = 0;
    const begun = performance.now();
    await ferrite.migrate({
      batchSize: 100, delay: 20, progressInterval: 0,
      onProgress: ({ stage, current }) => { if (stage === 'copy') { steps.push(current - last); last = current; } },
    });
    const ms = performance.now() - begun;
    await ferrite.close();
    const busy = await open({ plan: legacy.notePlan('few'), store: 'idle.sqlite3' });
    const idle = await busy.migrate({ batchSize: 250, idle: true });
    const error = await legacy.failure(busy.migrate({ batchSize: 0 }));
    await busy.close();
    return { steps, ms, idle, error };
  });
  assert.ok(steps.every((step) => step <= 100), `${steps}`);
  assert.ok(ms >= 9 * 20, `${ms} ms`);
  assert.equal(idle.status, 'verified');
  assert.equal(idle.tables[0].rows, 1000);
  assert.equal(error.code, 'invalid_argument');
});

test('A page that is never idle does not hold an idle migration up for ever', async () => {
  const tab = await newPage();
  const { report, ms } = await tab.evaluate(async () => {
    // Every task of a higher priority puts the next one in the queue.
    let on = true;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => { const until = performance.now() + 5; while (performance.now() < until); if (on) channel.port2.postMessage(0); };
    channel.port2.postMessage(0);
    const ferrite = await open({ plan: legacy.notePlan('few'), store: 'never-idle.sqlite3' });
    const begun = performance.now();
    const report = await ferrite.migrate({ batchSize: 500, idle: true });
    on = false;
    const ms = performance.now() - begun;
    await ferrite.close();
    return { report, ms };
  });
  await tab.close();
  assert.equal(report.status, 'verified');
  assert.ok(ms < 30_000, `${ms} ms`);
});

test('Events tell a migration from its start to its end, with the errors in between', async () => {
  const { events, told, log, again } = await page.evaluate(async () => {
    await legacy.createDatabase('flawed', { notes: { options: { keyPath: 'id' }, entries: Array.from({ length: 3000 }, (_, i) => [
      undefined, i % 100 === 7 ? { ...legacy.note(i), written: 'no date' } : legacy.note(i),
    ]) } });
    const plan = legacy.notePlan('flawed');
    const ferrite = await open({ plan, store: 'flawed.sqlite3' });
    const events = [];
    const told = [];
    for (const name of ['migrationStarted', 'stageChanged', 'migrationCompleted', 'migrationFailed']) {
      ferrite.on(name, (payload) => events.push([name, payload.stage ?? payload.plan?.name ?? payload.plan ?? payload.code]));
    }
    ferrite.on('errorAdded', (errors) => told.push(errors));
    const report = await ferrite.migrate({ batchSize: 500, progressInterval: 0 });
    const log = await ferrite.exportProgress();
    const off = ferrite.on('progressUpdate', () => { throw new Error('heard after off()'); });
    off();
    const controller = new AbortController();
    controller.abort();
    await legacy.failure(ferrite.migrate({ signal: controller.signal }));
    await ferrite.close();
    return { events, told, log, again: report.totals.failed };
  });
  assert.deepEqual(events.slice(0, 3), [['migrationStarted', 'flawed'], ['stageChanged', 'prepare'], ['stageChanged', 'copy']]);
  assert.deepEqual(events.filter(([name]) => name === 'migrationCompleted').length, 1);
  assert.deepEqual(events.at(-1), ['migrationFailed', 'cancelled']);
  assert.equal(again, 30);
  assert.equal(told.reduce((sum, { count }) => sum + count, 0), 30);
  assert.equal(told.at(-1).total, 30);
  assert.ok(told.every(({ errors }) => errors.length >= 1 && errors.length <= 5));
  assert.equal(told[0].errors[0].code, 'type_mismatch');
  assert.equal(told[0].errors[0].key, '7');
  assert.equal(log.kind, 'migrate');
  assert.equal(log.samples.at(-1).stage, 'done');
  assert.ok(log.samples.every(({ wasmBytes, stage }) => stage === 'prepare' || wasmBytes > 1e6));
});

test('Progress tells rate, time left, share of success and memory', async () => {
  const seen = await page.evaluate(async () => {
    const ferrite = await openNotes('told.sqlite3');
    const seen = [];
    await ferrite.migrate({ progressInterval: 50, onProgress: (progress) => seen.push(progress) });
    await ferrite.close();
    return seen;
  });
  const copying = seen.filter(({ stage, timeRemaining }) => stage === 'copy' && timeRemaining !== undefined);
  assert.ok(copying.length > 3, `${copying.length} of ${seen.length}`);
  for (const { itemsPerSecond, timeRemaining, current, total, successRate, memory, retries, paused } of copying) {
    assert.ok(Math.abs(timeRemaining * itemsPerSecond - (total - current)) <= 0.02 * total);
    assert.deepEqual([successRate, retries, paused], [1, 0, false]);
    assert.ok(memory.wasm > 1e6 && memory.wasm < 100e6);
  }
});

test(`No task of the page is over 50 ms while ${MANY} records are migrated`, async (t) => {
  const tab = await newPage();
  await tab.evaluate((count) => legacy.createNotes('many', count), MANY);
  await tab.close();
  // A fresh page, without what making the records left behind.
  const watched = await newPage();
  const { report, tasks, control } = await watched.evaluate(async () => {
    const tasks = [];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: 'longtask' });
    await sleep(300);
    tasks.length = 0;
    const ferrite = await open({ plan: legacy.notePlan('many'), store: 'many.sqlite3' });
    const report = await ferrite.migrate();
    await sleep(300);
    const during = [...tasks];
    await ferrite.close();
    // What would have been seen.
    tasks.length = 0;
    await sleep(0);
    setTimeout(() => { const until = performance.now() + 80; while (performance.now() < until); });
    await sleep(400);
    observer.disconnect();
    return { report, tasks: during, control: tasks.length };
  });
  await watched.close();
  t.diagnostic(`long tasks: ${JSON.stringify(tasks)}`);
  assert.equal(report.tables[0].rows, MANY);
  assert.ok(control >= 1, 'the observer sees nothing');
  assert.deepEqual(tasks, []);
});

test('A quota that shrinks in the middle: store_full, nothing of the source lost, and the rest goes on later', async () => {
  const tab = await newPage();
  const session = await tab.context().newCDPSession(tab);
  const { origin } = new URL(browser.url);
  await tab.evaluate(async () => {
    window.ferrite = await openNotes('quota.sqlite3');
    window.failed = legacy.failure(ferrite.migrate({ progressInterval: 0, batchBytes: 262_144, delay: 20 }));
    await after(ferrite, 20_000);
  });
  const { usage } = await tab.evaluate(() => navigator.storage.estimate());
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 1_000_000 });
  const seen = await tab.evaluate(async () => {
    const error = await failed;
    const database = await legacy.answer(indexedDB.open('notes'));
    const left = await legacy.answer(database.transaction('notes').objectStore('notes').count());
    database.close();
    const db = await ferrite.database();
    const { ok } = await db.get('SELECT integrity_check AS ok FROM pragma_integrity_check');
    const { rows } = await db.get('SELECT count(*) AS rows FROM notes');
    const { records } = await db.get('SELECT sum(records) AS records FROM ferrite_checkpoint');
    await ferrite.close();
    return { error, left, ok, rows, records };
  });
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  assert.equal(seen.error?.code, 'store_full', JSON.stringify(seen.error));
  assert.equal(seen.left, COUNT);
  assert.equal(seen.ok, 'ok');
  assert.equal(seen.rows, seen.records);
  assert.ok(seen.rows >= 20_000 && seen.rows < COUNT, `${seen.rows} rows`);
  const report = await tab.evaluate(async () => {
    const again = await openNotes('quota.sqlite3');
    const report = await again.migrate();
    await again.close();
    return report;
  });
  await tab.close();
  assert.deepEqual(hashes(report), wanted);
});
