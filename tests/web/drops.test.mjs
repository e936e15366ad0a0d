// A source whose connection is lost while it is read.
//
// What is real here: a database deleted by the page, and one upgraded by it;
// both ask the reading connection to make way ("versionchange"). What is brought
// about: close() of the reading worker's own connection, and requests that end
// with the error WebKit gives when its database process dies, both inside the
// reading worker and through its own IDBDatabase.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { dist, hashes, openBrowser } from './support/browser.mjs';

const COUNT = 30_000;

let browser;
let page;
let wanted;
let reader;

/** reader.js with something before it that breaks connections: every so often, so many times; never the first look. */
const breaking = (how, every, times) => `
  let count = 0;
  let left = ${times};
  const transaction = IDBDatabase.prototype.transaction;
  const due = () => left > 0 && ++count > 1 && count % ${every} === 0 && left-- > 0;
  ${how}
${reader}`;

const CLOSED = `
  IDBDatabase.prototype.transaction = function (...given) {
    if (due()) this.close();  // and so: InvalidStateError
    return transaction.apply(this, given);
  };`;
const ABORTED = `
  const getAll = IDBObjectStore.prototype.getAll;
  IDBObjectStore.prototype.getAll = function (...given) {
    const request = getAll.apply(this, given);
    if (due()) this.transaction.abort();  // and so: AbortError of every request in flight
    return request;
  };`;
const LOST = `
  // As WebKit's: the connection object stays, and everything on it fails from then on.
  const dead = new WeakSet();
  IDBDatabase.prototype.transaction = function (...given) {
    if (due()) dead.add(this);
    if (dead.has(this)) throw new DOMException('Connection to Indexed Database server lost. Refresh the page to try again', 'UnknownError');
    return transaction.apply(this, given);
  };`;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  reader = (await readFile(join(dist, 'reader.js'), 'utf8')).replace(/\/\/# sourceMappingURL.*/, '');
  await page.evaluate(async (count) => {
    await legacy.createNotes('notes', count, 500);
    window.migrate = async (store, source, more) => {
      const readerUrl = source && URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
      const ferrite = await open({ plan: legacy.notePlan('notes'), store, ...(readerUrl && { readerUrl }) });
      let retries = 0;
      ferrite.on('progressUpdate', (progress) => { retries = Math.max(retries, progress.retries); });
      try {
        const begun = performance.now();
        const report = await ferrite.migrate({ progressInterval: 0, ...more });
        return { report, retries, ms: performance.now() - begun };
      } catch ({ code, message }) {
        return { error: { code, message }, retries };
      } finally {
        await ferrite.close();
      }
    };
  }, COUNT);
  wanted = hashes((await page.evaluate(() => migrate('wanted.sqlite3'))).report);
});
after(() => browser?.close());

for (const [name, how, every] of [
  ['is closed', CLOSED, 3], ['aborts its transactions', ABORTED, 40], ['is lost as in WebKit', LOST, 3],
]) {
  test(`A connection that ${name} again and again is opened again, and nothing is lost or doubled`, async () => {
    const { report, retries, error } = await page.evaluate(
      ([store, source]) => migrate(store, source, { retryDelay: 20 }), [`${how.length}.sqlite3`, breaking(how, every, 6)]);
    assert.equal(error, undefined);
    assert.ok(retries >= 1, `${retries} retries`);
    assert.equal(report.retries, retries);
    assert.equal(report.attempts, 1);
    assert.deepEqual(hashes(report), wanted);
  });
}

test('A connection that never comes back is given up after maxRetries, and a later run goes on', async () => {
  const { error } = await page.evaluate(
    (source) => migrate('given-up.sqlite3', source, { retryDelay: 5, maxRetries: 2 }), breaking(LOST, 1, 1e9));
  assert.equal(error.code, 'source_unreadable');
  assert.match(error.message, /Connection to Indexed Database server lost/);
  const { report } = await page.evaluate(() => migrate('given-up.sqlite3'));
  assert.deepEqual(hashes(report), wanted);
});

test('Another tab that upgrades the database gets it at once, and the reading goes on behind it', async () => {
  const seen = await page.evaluate(async () => {
    await legacy.createDatabase('upgraded', {
      notes: { options: { keyPath: 'id' }, entries: Array.from({ length: 30_000 }, (_, i) => [undefined, legacy.note(i)]) },
    });
    const ferrite = await open({ plan: legacy.notePlan('upgraded'), store: 'upgraded.sqlite3' });
    const running = ferrite.migrate({ progressInterval: 0, batchSize: 500, delay: 5 });
    await new Promise((resolve) => { ferrite.on('progressUpdate', ({ current }) => { if (current > 2000) resolve(); }); });
    const begun = performance.now();
    const request = indexedDB.open('upgraded', 7);
    request.onupgradeneeded = () => request.result.createObjectStore('more');
    (await legacy.answer(request)).close();
    const waited = performance.now() - begun;
    const report = await running;
    await ferrite.close();
    return { waited, status: report.status, rows: report.tables[0].rows };
  });
  assert.deepEqual([seen.status, seen.rows], ['verified', 30_000]);
  assert.ok(seen.waited < 2500, `it waited for ${seen.waited} ms`);
});

test('A database that is deleted in the middle ends the migration: what was read stays, nothing is called verified', async () => {
  const { error, reason, rows } = await page.evaluate(async () => {
    await legacy.createNotes('deleted', 30_000, 500);
    const ferrite = await open({ plan: legacy.notePlan('deleted'), store: 'deleted.sqlite3' });
    const running = legacy.failure(ferrite.migrate({ progressInterval: 0, batchSize: 500, delay: 10, retryDelay: 10 }));
    await new Promise((resolve) => { ferrite.on('progressUpdate', ({ current }) => { if (current > 1000) resolve(); }); });
    await legacy.answer(indexedDB.deleteDatabase('deleted'));
    const error = await running;
    const { reason } = await ferrite.checkIfNeeded();
    const { rows } = await (await ferrite.database()).get('SELECT count(*) AS rows FROM notes');
    await ferrite.close();
    return { error, reason, rows };
  });
  assert.equal(error.code, 'source_changed');
  assert.equal(reason, 'unfinished');
  assert.ok(rows >= 1000 && rows < 30_000, `${rows} rows`);
});
