// How much memory the program takes for a source of a gigabyte: at most 64 MB
// above what it takes for nothing. Needs 4 GB of disk and some minutes, so it is
// run by scripts/check memory and not with the other tests.
//   node tests/native/memory.mjs [FOLDER [ORDERS]]
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bin, makeBundle, root } from './support.mjs';

const GIGABYTE = 1e9;
const LIMIT = 64 * 1024; // KiB
const [, , parent = tmpdir(), orders = '4000000'] = process.argv;

// With what grows with the rows where nobody takes care: an index, and a
// reference that every row has.
const plan = {
  ferrite: 1,
  name: 'shop',
  tables: [
    {
      name: 'orders',
      from: { indexedDB: 'shop', store: 'orders' },
      columns: {
        id: 'text',
        placed: { path: '/createdAt', type: 'datetime', notNull: true },
        total: 'real',
        customer: { path: '/customer', type: 'integer', references: { table: 'customers', onOrphan: 'quarantine' } },
        city: { path: '/address/city', type: 'text' },
        lines: 'json',
        thumbnail: 'blob',
      },
      primaryKey: ['id'],
      indexes: [{ name: 'orders_city', columns: ['city', 'placed'] }],
    },
    {
      name: 'customers',
      from: { indexedDB: 'shop', store: 'customers' },
      columns: { id: { path: '$key', type: 'integer' }, name: 'text', active: 'boolean' },
      primaryKey: ['id'],
    },
    { name: 'settings', from: { localStorage: { prefix: 'settings.' } } },
  ],
};

function run(folder, args) {
  const tool = process.env.FERRITE_PEAK_MEMORY ?? path.join(root, 'build/native-release/tests/peak_memory');
  const { status, stdout, stderr } = spawnSync(tool, [bin, ...args], {
    encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, SQLITE_TMPDIR: folder },
  });
  return { status, stdout, stderr, peak: Number(stderr.trim().split('\n').at(-1)) };
}

const folder = mkdtempSync(path.join(parent, 'ferrite-memory-'));
try {
  const bundle = makeBundle(path.join(folder, 'shop.bundle'), orders, 1000);
  const planFile = path.join(folder, 'plan.json');
  writeFileSync(planFile, JSON.stringify(plan));
  const size = statSync(bundle).size;
  const idle = run(folder, ['--version']);
  const migrated = run(folder, ['migrate', bundle, '--plan', planFile, '--store', path.join(folder, 'shop.db'), '--json']);
  const mib = (kib) => (kib / 1024).toFixed(1);
  const above = migrated.peak - idle.peak;
  console.log(`source: ${(size / GIGABYTE).toFixed(2)} GB, idle: ${mib(idle.peak)} MiB, peak: ${mib(migrated.peak)} MiB, ` +
    `above idle: ${mib(above)} MiB of ${mib(LIMIT)}`);
  const report = JSON.parse(migrated.stdout);
  const [table] = report.tables;
  assert.ok(size >= GIGABYTE || orders !== '4000000', 'the source is too small');
  assert.equal(table.rows + table.failed + table.quarantined, Number(orders), migrated.stderr);
  assert.equal(table.hash, table.expectedHash);
  assert.ok(above > 0 && above <= LIMIT);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
