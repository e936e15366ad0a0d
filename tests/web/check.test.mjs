// What an app pays and learns at every start.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { dist, openBrowser } from './support/browser.mjs';

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
});
after(() => browser?.close());

test('The package holds everything it exports', async () => {
  const folder = join(dist, '..');
  const [{ files }] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }));
  const packed = new Set(files.map(({ path }) => `./${path}`));
  const { exports } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const wanted = Object.values(exports).flatMap((target) => (typeof target === 'string' ? target : Object.values(target)));
  assert.deepEqual(wanted.filter((path) => !packed.has(path)), []);
  for (const path of ['./LICENSE', './README.md']) assert.ok(packed.has(path), path);
});

const checkOf = (target, plan, options = {}) => target.evaluate(async ([thePlan, more]) => {
  const ferrite = await open({ plan: thePlan, store: 'check.sqlite3', ...more });
  return ferrite.checkIfNeeded();
}, [plan, options]);

const planOf = (...sources) => ({
  ferrite: 1, name: 'check', tables: sources.map((from, i) => ({ name: `t${i}`, from })),
});

/** What a browser loads with a module: the module, and what it imports while loading. */
async function loadedWith(file, seen = new Map()) {
  if (seen.has(file)) return seen;
  const code = await readFile(join(dist, file));
  seen.set(file, code);
  for (const [, path] of code.toString().matchAll(/\bfrom\s*["']\.\/([^"']+)["']/g)) await loadedWith(path, seen);
  return seen;
}

test('What is loaded at start-up is under 6 KB gzip and comes from the package alone', async () => {
  const files = await loadedWith('index.js');
  assert.deepEqual([...files.keys()], ['index.js', 'chunk.js']);
  const bytes = [...files.values()].reduce((sum, code) => sum + gzipSync(code, { level: 9 }).length, 0);
  assert.ok(bytes < 6 * 1024, `${bytes} bytes`);
  for (const [file, code] of files) {
    assert.doesNotMatch(code.toString(), /\bfrom\s*["'](?!\.\/chunk\.js["'])|\bimport\s*["']/, file);
  }
});

test('When nothing is to be done neither worker nor engine is fetched', async () => {
  const fresh = await browser.newPage();
  const requests = [];
  fresh.on('request', (request) => requests.push(request.url()));
  const check = await checkOf(fresh, planOf({ indexedDB: 'nowhere', store: 'nothing' }));
  assert.equal(check.needed, false);
  assert.equal(check.reason, 'nothing-found');
  assert.deepEqual(requests, [], 'not even the rest of the client');
  assert.deepEqual(fresh.workers(), []);
  await fresh.close();
});

test('Absent, empty, ready and the store that is not in its database are told apart', async () => {
  await page.evaluate(() => legacy.createDatabase('four', {
    none: { entries: [] },
    some: { options: { keyPath: ['a', 'b'], autoIncrement: false }, entries: [[undefined, { a: 1, b: 2 }]] },
  }));
  const check = await checkOf(page, planOf(
    { indexedDB: 'four', store: 'none' }, { indexedDB: 'four', store: 'some' },
    { indexedDB: 'four', store: 'other' }, { indexedDB: 'not-there', store: 'any' }));
  assert.deepEqual(check.sources.map(({ status }) => status), ['empty', 'ready', 'absent', 'absent']);
  assert.deepEqual(check.sources[1].info, { keyPath: ['a', 'b'], autoIncrement: false, version: 1, indexes: [] });
  assert.equal(check.items, 1);
  assert.equal(check.needed, true);
  assert.equal(check.reason, 'data-found');
  assert.match(check.sources[2].message, /no store "other"/);
});

for (const [name, hide] of [['with indexedDB.databases()', false], ['without it', true]]) {
  test(`Looking does not create a database, ${name}`, async () => {
    const fresh = await browser.newPage();
    if (hide) await fresh.evaluate(() => { delete IDBFactory.prototype.databases; });
    const check = await checkOf(fresh, planOf({ indexedDB: 'never-made', store: 'any' }));
    assert.equal(check.sources[0].status, 'absent');
    await fresh.close();
    const names = await page.evaluate(() => legacy.databaseNames());
    assert.ok(!names.includes('never-made'), names.join());
  });
}

test('A database behind a pending upgrade is blocked, and is not taken for nothing', async () => {
  const holder = await browser.newPage();
  await holder.evaluate(async () => {
    await legacy.createDatabase('held', { notes: { options: { keyPath: 'id' }, entries: [[undefined, { id: 1 }]] } });
    // Keeps its connection through the versionchange event; the upgrade waits, and everyone behind it.
    window.connection = await legacy.answer(indexedDB.open('held'));
    window.upgrade = indexedDB.open('held', 2);
  });
  const check = await checkOf(page, planOf({ indexedDB: 'held', store: 'notes' }), { openTimeout: 300 });
  assert.equal(check.sources[0].status, 'blocked');
  assert.equal(check.reason, 'unclear');
  assert.equal(check.needed, true);
  const error = await page.evaluate(async (plan) => {
    const ferrite = await open({ plan, store: 'held.sqlite3', openTimeout: 300 });
    const caught = await legacy.failure(ferrite.migrate());
    await ferrite.close();
    return caught;
  }, planOf({ indexedDB: 'held', store: 'notes' }));
  assert.equal(error.code, 'source_blocked');
  await holder.evaluate(() => connection.close());
  await holder.close();
  assert.ok(!(await page.evaluate(() => legacy.opfsNames())).includes('held.sqlite3'));
});

test('A source that fails to open is unreadable', async () => {
  const fresh = await browser.newPage();
  const check = await fresh.evaluate(async (plan) => {
    IDBFactory.prototype.open = () => { throw new DOMException('not in this window', 'SecurityError'); };
    delete IDBFactory.prototype.databases;
    return (await open({ plan, store: 'check.sqlite3' })).checkIfNeeded();
  }, planOf({ indexedDB: 'four', store: 'some' }));
  assert.equal(check.sources[0].status, 'unreadable');
  assert.match(check.sources[0].message, /SecurityError: not in this window/);
  assert.equal(check.reason, 'unclear');
  await fresh.close();
});

test('Only the localStorage keys of the plan count, whatever they are called', async () => {
  await page.evaluate(() => {
    localStorage.clear();
    for (const key of ['length', 'getItem', 'key', 'app.one', 'app.\ud800', 'other']) localStorage.setItem(key, key);
  });
  const items = async (localStorage) => (await checkOf(page, planOf({ localStorage }))).items;
  assert.equal(await items(true), 6);
  assert.equal(await items({ prefix: 'app.' }), 2);
  assert.equal(await items({ key: 'getItem' }), 1);
  assert.equal((await checkOf(page, planOf({ localStorage: { key: 'absent' } }))).reason, 'nothing-found');
});

test('A store needs a plain file name', async () => {
  for (const store of ['', 'a/b', '..', undefined]) {
    const error = await page.evaluate(([plan, name]) => legacy.failure(open({ plan, store: name })),
      [planOf({ localStorage: true }), store]);
    assert.equal(error.name, 'FerriteError');
    assert.equal(error.code, 'invalid_argument');
  }
});
