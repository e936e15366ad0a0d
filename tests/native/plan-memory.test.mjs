// What checking a plan over a million records costs in memory: the whole
// process, at its highest.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { bin, makeBundle, root } from './support.mjs';

const ORDERS = 1_000_000;
const MIB = 1024;  // KiB

const plan = {
  ferrite: 1,
  name: 'shop',
  tables: [
    {
      name: 'orders',
      from: { indexedDB: 'shop', store: 'orders' },
      schema: { type: 'object', properties: { id: { type: 'string', pattern: '^o-\\d{8}$' }, total: { minimum: 0 } }, required: ['id', 'total'] },
      columns: {
        id: 'text',
        total: 'real',
        customer: { type: 'integer', references: { table: 'customers', onOrphan: 'quarantine' } },
        city: { path: '/address/city', type: 'text' },
      },
      primaryKey: ['id'],
    },
    {
      name: 'customers',
      from: { indexedDB: 'shop', store: 'customers' },
      columns: { id: { path: '$key', type: 'integer' }, name: 'text' },
      primaryKey: ['id'],
    },
  ],
};

let dir;
let bundle;
before(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'ferrite-test-'));
  bundle = makeBundle(path.join(dir, 'shop.bundle'), ORDERS);
  writeFileSync(path.join(dir, 'plan.json'), JSON.stringify(plan));
});
after(() => rmSync(dir, { recursive: true, force: true }));

/** Runs the program; `peak` is the most memory that it had resident, in KiB. */
function measured(args) {
  const tool = process.env.FERRITE_PEAK_MEMORY ?? path.join(root, 'build/native-release/tests/peak_memory');
  const { status, stdout, stderr } = spawnSync(tool, [bin, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return { status, stderr, peak: Number(stderr.trimEnd().split('\n').at(-1)), json: JSON.parse(stdout) };
}

for (const [what, ends, check] of [
  ['plan explain', 0, (json) => assert.equal(json.records, 1.1 * ORDERS)],
  // Customer 0, whom every 100 001st order names from the first on, is not there; the first has number 1.
  ['validate', 8, (json) => {
    assert.equal(json.totals.records, 1.1 * ORDERS);
    assert.deepEqual([json.totals.failed, new Set(json.failed.map(({ code }) => code))], [9, new Set(['orphan'])]);
  }],
  ['plan infer', 0, (json) => assert.deepEqual(json.plan.tables.map(({ name }) => name).slice(0, 2), ['orders', 'customers'])],
]) {
  test(`${what} of a million records stays under 64 MiB`, { timeout: 600_000 }, (t) => {
    const args = what === 'plan infer' ? [bundle] : [path.join(dir, 'plan.json'), '--bundle', bundle];
    const { status, json, peak, stderr } = measured([...what.split(' '), '--json', ...args]);
    assert.equal(status, ends, stderr + JSON.stringify(json).slice(0, 500));
    check(json);
    assert.ok(peak > 4 * MIB && peak < 64 * MIB, `${peak} KiB`);
    t.diagnostic(`${(peak / MIB).toFixed(1)} MiB`);
  });
}
