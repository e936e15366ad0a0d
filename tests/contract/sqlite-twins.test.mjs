// Both twins must carry the same SQLite, compiled alike.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { loadModule, root } from '../support/load-module.mjs';

function parse(text) {
  const [version, sourceId, ...options] = text.trim().split('\n');
  return { version, sourceId, options };
}

// COMPILER= names the compiler. The browser module has a single thread and no
// pthreads, so THREADSAFE=2 there means mutexes that do nothing.
const expectedToDiffer = /^(COMPILER=|MUTEX_)/;

const native = parse(
  execFileSync(`${root}build/native-release/tests/sqlite_info`, {
    encoding: 'utf8',
  }),
);
const module = await loadModule('build/wasm/ferrite.js');
const engine = new module.Engine();
const { sqlite, sourceId, compileOptions } = JSON.parse(engine.info());
const browser = { version: sqlite, sourceId, options: compileOptions };
engine.delete();

test('both twins carry the SQLite the lockfile pins', async () => {
  console.log(`native   ${native.version} ${native.sourceId}`);
  console.log(`browser  ${browser.version} ${browser.sourceId}`);
  assert.equal(browser.sourceId, native.sourceId);
  const header = await readFile(
    `${root}node_modules/better-sqlite3/deps/sqlite3/sqlite3.h`,
    'utf8',
  );
  const pinned = header.match(/define SQLITE_SOURCE_ID\s+"([^"]+)"/)[1];
  assert.equal(native.sourceId, pinned);
});

test('both twins compile SQLite with the same options', () => {
  const only = (list, other) =>
    list.filter((option) => !other.options.includes(option));
  console.log(`options in both: ${native.options
    .filter((option) => browser.options.includes(option)).join(' ')}`);
  console.log(`native only:  ${only(native.options, browser).join(' ')}`);
  console.log(`browser only: ${only(browser.options, native).join(' ')}`);
  const comparable = ({ options }) =>
    options.filter((option) => !expectedToDiffer.test(option));
  assert.deepEqual(comparable(browser), comparable(native));
  const mutex = ({ options }) => options.find((o) => o.startsWith('MUTEX_'));
  assert.equal(mutex(native), 'MUTEX_PTHREADS');
  assert.equal(mutex(browser), 'MUTEX_NOOP');
});
