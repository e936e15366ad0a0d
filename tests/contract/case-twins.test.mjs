// Both twins must make the same tables of the case folders: one line per case
// with its tables' hashes, byte for byte.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { root } from '../support/load-module.mjs';

const run = promisify(execFile);
const cases = `${root}tests/cases`;

test('both twins make the same tables of every case', async () => {
  const [native, wasm] = await Promise.all([
    run(`${root}build/native-release/tests/case_runner`, [cases]),
    run(process.execPath, [
      '--require',
      `${root}scripts/cmake/without_fetch.cjs`,
      `${root}build/wasm-release/tests/case_runner.js`,
      cases,
    ]),
  ]);
  assert.match(native.stdout, /^[1-9][0-9]* cases, 0 differ$/m);
  assert.equal(wasm.stdout, native.stdout);
});
