// Both twins must give the same answers about the same store, and answers that
// the published schema describes.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import Ajv from 'ajv/dist/2020.js';
import { ferrite, folder, makeBundle, root } from '../native/support.mjs';

const run = promisify(execFile);
const now = Date.now();
const day = 86_400_000;

const entries = Array.from({ length: 40 }, (_, i) => ({
  id: `run-${i}`,
  status: ['verified', 'failed', 'cancelled', 'completed_with_differences', 'running'][i % 5],
  startedAt: now - i * day / 3,
  plan: `plan “${i % 3}” ✓`,
  records: i * 1000,
  bytes: i * 123_456,
  busyMs: i * 10,
  config: { zero: -0, tiny: 1e-7, nested: { list: [1, null, 'a"b'] } },
  logs: [{ message: `Line ${i}, "quoted"`, level: i % 2 ? 'warn' : 'info', context: { i } }],
}));

const requests = [
  { do: 'import', entries },
  { do: 'import', entries },
  { do: 'log', message: 'From the host.', level: 'error', context: { ratio: 0.1 } },
  { do: 'logLevel', level: 'debug' },
  { do: 'history' },
  { do: 'history', sort: 'records', offset: 7, limit: 3 },
  { do: 'history', status: ['failed', 'cancelled'], search: 'PLAN', from: new Date(now - 6 * day).toISOString() },
  { do: 'history', after: ['-startedAt', now - 2 * day, 5], limit: 4 },
  { do: 'history', format: 'csv', limit: 5 },
  { do: 'logs', level: 'warn', search: 'quoted', sort: 'at' },
  { do: 'logs', format: 'csv', sort: 'id' },
  { do: 'audit' },
  { do: 'checkAudit' },
  { do: 'statistics', days: 14, offsetMinutes: -330 },
  { do: 'statistics', kind: 'verification' },
  { do: 'cleanUp', history: { maxAgeDays: 10, keep: 20 }, logs: { keep: 10 } },
  { do: 'history', limit: 1000 },
  { do: 'history', kind: 'rollback' },
  { do: 'checkAudit' },
];
const wrong = [
  { do: 'historie' },
  { do: 'history', statsu: 'failed' },
  { do: 'logs', level: 'loud' },
  { do: 'import', entries: [{ id: 1, status: 'verified', startedAt: 'yesterday' }] },
  { do: 'cleanUp', logs: {} },
];

async function answers(tool, store, file) {
  const [program, ...args] = tool;
  const { stdout } = await run(program, [...args, store, String(now), file], { maxBuffer: 1 << 26 });
  return stdout.trimEnd().split('\n');
}

test('both twins answer alike, and as the schema says', async (t) => {
  const dir = folder(t);
  const bundle = makeBundle(path.join(dir, 'shop.bundle'), 300);
  const store = path.join(dir, 'native.db');
  const plan = path.join(dir, 'plan.json');
  const inferred = await ferrite(['plan', 'infer', bundle, '-o', plan]);
  assert.equal(inferred.status, 0, inferred.stderr);
  const migrated = await ferrite(['migrate', bundle, '--plan', plan, '--store', store, '--json']);
  assert.ok([0, 8].includes(migrated.status), migrated.stdout);
  const other = path.join(dir, 'wasm.db');
  copyFileSync(store, other);
  const file = path.join(dir, 'requests');
  writeFileSync(file, [...requests, ...wrong].map((request) => `${JSON.stringify(request)}\n`).join(''));

  const native = await answers([path.join(root, 'build/native-release/tests/history_tool')], store, file);
  const wasm = await answers(
    [process.execPath, '--no-experimental-fetch', path.join(root, 'build/wasm-release/tests/history_tool.js')], other, file);
  assert.equal(native.length, requests.length + wrong.length);
  assert.deepEqual(wasm, native);

  const schema = JSON.parse(readFileSync(path.join(root, 'core/schema/history.schema.json'), 'utf8'));
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  requests.forEach((request, i) => {
    assert.ok(validate(JSON.parse(native[i])), `${JSON.stringify(request).slice(0, 200)}\n${native[i]}\n${
      JSON.stringify(validate.errors?.slice(0, 3))}`);
  });
  wrong.forEach((request, i) => {
    const { code, path: at } = JSON.parse(native[requests.length + i]);
    assert.equal(code, 'invalid_argument', JSON.stringify(request));
    assert.match(at, /^\//);
  });
  const of = (i) => JSON.parse(native[i]);
  assert.deepEqual([of(0), of(1)], [{ imported: 40, existing: 0 }, { imported: 0, existing: 40 }]);
  assert.equal(of(4).total, 41);
  assert.equal(of(18).intact, true);
  // As it was given, to the digit.
  assert.match(native[4], /"tiny":1e-0?7/);
});
