// Runs the program schema_tool of both twins.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { root, withoutFetch } from '../support/load-module.mjs';

const run = promisify(execFile);

// tests/support/json_record.h takes an object with a name in "$" for a value
// that JSON cannot say.
export function asRecord(value) {
  if (Array.isArray(value)) return value.map(asRecord);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, member]) => [name, asRecord(member)]);
  return entries.some(([name]) => name.startsWith('$')) ? { $object: entries } : Object.fromEntries(entries);
}

// lines: [{schema, values}]; gives for each {error} or an array with true or an
// error for each value. Both twins must say the same.
export async function check(lines) {
  const folder = await mkdtemp(join(tmpdir(), 'ferrite-schema-'));
  try {
    const file = join(folder, 'lines.jsonl');
    await writeFile(file, lines.map((line) => JSON.stringify(line) + '\n').join(''));
    const options = { maxBuffer: 1 << 28 };
    const [native, browser] = await Promise.all([
      run(`${root}build/native-release/tests/schema_tool`, [file], options),
      run(process.execPath, [...withoutFetch, `${root}build/wasm-release/tests/schema_tool.js`, file], options),
    ]);
    assert.equal(browser.stdout, native.stdout);
    const answers = native.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.equal(answers.length, lines.length);
    return answers;
  } finally {
    await rm(folder, { recursive: true });
  }
}
