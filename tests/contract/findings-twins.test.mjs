// Both twins must find, list, export and show the same, byte by byte.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

import Ajv from 'ajv/dist/2020.js';

import { root } from '../support/load-module.mjs';

const run = promisify(execFile);
const schema = JSON.parse(readFileSync(`${root}core/schema/report.schema.json`, 'utf8'));

// Long enough to round in every way, and with times around a year's end.
const reports = [
  { report: 1, kind: 'migration', status: 'verified', startedAt: 1735689599999, finishedAt: 1735689600000, busyMs: 9949,
    totals: { records: 1234567, bytes: 999499999, failed: 0, differences: 0, recordsPerSecond: 99999 },
    throughput: Array.from({ length: 120 }, (_, i) => [(i + 1) * 83, (i + 1) ** 2 * 85, (i + 1) * 8333333]) },
  { report: 1, plan: { name: '</title>\u0000\u202e"\'' }, warnings: ['<b>', 7] },
  { report: 2 },
];

test('both twins find, list, export and show the same', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ferrite-findings-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = reports.map((report, i) => {
    const file = join(folder, `${i}.json`);
    writeFileSync(file, JSON.stringify(report));
    return file;
  });
  const options = { maxBuffer: 1 << 26 };
  const [native, browser] = await Promise.all([
    run(`${root}build/native-release/tests/findings_tool`, files, options),
    run(process.execPath, ['--no-experimental-fetch', `${root}build/wasm-release/tests/findings_tool.js`, ...files], options),
  ]);
  assert.equal(browser.stdout, native.stdout);

  const lines = native.stdout.split('\n');
  const documents = lines.filter((line) => line.startsWith('{"report":')).map((line) => JSON.parse(line));
  const [sampled, whole] = documents;
  const fits = new Ajv({ strictTypes: false }).compile(schema);
  for (const report of documents) assert.ok(fits(report), JSON.stringify(fits.errors));
  assert.equal(sampled.sampled, true);
  assert.equal(sampled.sources[0].records, 201);
  assert.equal(whole.tables[0].extra, 2);
  const list = lines.filter((line) => line.startsWith('{"compared":')).map((line) => JSON.parse(line)).at(-1);
  assert.equal(list.total, whole.totals.differences);
  assert.equal(native.stdout.split('<!doctype html>').length - 1, 4);
});
