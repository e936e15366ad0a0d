// What threads bring to ferrite migrate: one run with one thread and one with
// each other number, in turn; medians of wall time and of the time that the
// processors spent, and the ratio to one thread.
//   node tests/bench/threads.mjs [--orders 300000] [--rounds 7] [--threads 2,4] [--plan simple]
// Figures of core/doc/decisions/0010-threads.md. Needs the native release build.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bin, makeBundle } from '../native/support.mjs';

const { values: options } = parseArgs({
  options: {
    orders: { type: 'string', default: '300000' },
    rounds: { type: 'string', default: '7' },
    threads: { type: 'string', default: '2' },
    plan: { type: 'string', default: 'simple' },
  },
});
const counts = [1, ...options.threads.split(',').map(Number)];

const orders = {
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
};
const PLANS = {
  simple: {},
  schema: {
    schema: {
      type: 'object',
      required: ['id', 'createdAt', 'total'],
      properties: {
        id: { type: 'string', pattern: '^o-[0-9]{8}$' },
        createdAt: { format: 'date-time' },
        total: { minimum: 0 },
        lines: { items: { required: ['sku'], properties: { sku: { pattern: '^sku-' }, quantity: { type: 'integer', maximum: 100 } } } },
      },
    },
  },
  sql: { when: "record ->> '$.total' >= 0" },
};
const plan = {
  ferrite: 1,
  name: 'shop',
  tables: [
    { ...orders, ...PLANS[options.plan] },
    {
      name: 'customers',
      from: { indexedDB: 'shop', store: 'customers' },
      columns: { id: { path: '$key', type: 'integer' }, name: 'text', active: 'boolean' },
      primaryKey: ['id'],
    },
  ],
};

const dir = mkdtempSync(path.join(tmpdir(), 'ferrite-threads-'));
try {
  const bundle = makeBundle(path.join(dir, 'shop.bundle'), options.orders);
  const planFile = path.join(dir, 'plan.json');
  writeFileSync(planFile, JSON.stringify(plan));
  const results = new Map(counts.map((count) => [count, { wall: [], busy: [], hash: new Set() }]));
  for (let round = 0; round < Number(options.rounds); ++round) {
    for (const count of counts) {
      const store = path.join(dir, 'shop.db');
      const { stdout, stderr } = spawnSync(
        'bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$@"', 'bash', bin, 'migrate', bundle, '--plan', planFile,
          '--store', store, '--threads', String(count), '--no-backup', '--json'],
        { encoding: 'utf8', maxBuffer: 1 << 28 });
      const [wall, user, system] = stderr.trim().split('\n').at(-1).split(' ').map(Number);
      const { tables } = JSON.parse(stdout);
      const result = results.get(count);
      result.wall.push(wall);
      result.busy.push(user + system);
      result.hash.add(JSON.stringify(tables.map(({ hash }) => hash)));
      for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(store + suffix, { force: true });
    }
  }
  const hashes = new Set([...results.values()].flatMap(({ hash }) => [...hash]));
  if (hashes.size !== 1) throw new Error('the tables differ');
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
  const one = results.get(1);
  console.log(`${options.orders} orders, plan "${options.plan}", ${options.rounds} rounds, load ${loadavg()[0].toFixed(1)}`);
  for (const [count, { wall, busy }] of results) {
    // Of a round with the one beside it: both met the same load.
    const ratio = (values, others) => median(values.map((value, i) => value / others[i])).toFixed(2);
    console.log(
      `${count} threads  wall ${median(wall).toFixed(2)} s, least ${Math.min(...wall).toFixed(2)} s (${ratio(wall, one.wall)})` +
      `  processors ${median(busy).toFixed(2)} s (${ratio(busy, one.busy)})`);
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
