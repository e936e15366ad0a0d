// Both twins must make the same tables of every case folder, hash by hash.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { root, withoutFetch } from '../support/load-module.mjs';

const run = promisify(execFile);

// A case that failed is on standard output, where it is wanted.
async function outputOf(program, ...args) {
  const { stdout } = await run(program, args).catch((error) => {
    if (typeof error.code !== 'number' || !error.stdout) throw error;
    return error;
  });
  return stdout;
}

const linesOf = (output) => output.trimEnd().split('\n');

test('both twins give the same rows and hashes in every case', async () => {
  const [native, browser] = await Promise.all([
    outputOf(`${root}build/native-release/tests/case_runner`),
    outputOf(process.execPath, ...withoutFetch,
      `${root}build/wasm-release/tests/case_runner.js`),
  ]);
  const lines = linesOf(native);
  console.log(`native   ${lines.at(-1)}`);
  console.log(`browser  ${linesOf(browser).at(-1)}`);
  assert.deepEqual(linesOf(browser), lines);
  assert.equal(browser, native);
  assert.deepEqual(lines.filter((line) => line.startsWith('FAILED')), []);
  const cases = lines.filter((line) => line.startsWith('ok '));
  assert.ok(cases.length >= 60, `${cases.length} cases`);
});
