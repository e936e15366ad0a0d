// ferrite migrate on several threads: the same store, and an end in order.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { ferrite, folder, makeBundle, start, until } from './support.mjs';

const ORDERS = 30000;
const BAD = 500;

const plan = {
  ferrite: 1,
  name: 'shop',
  tables: [
    {
      name: 'orders',
      from: { indexedDB: 'shop', store: 'orders' },
      columns: {
        id: 'text',
        placed: { path: '/createdAt', type: 'datetime' },
        total: 'real',
        customer: { path: '/customer', type: 'integer', references: { table: 'customers', onOrphan: 'quarantine' } },
        city: { sql: "upper(record ->> '$.address.city')", type: 'text' },
      },
      schema: { type: 'object', properties: { note: { maxLength: 30 } } },
      primaryKey: ['id'],
    },
    {
      name: 'lines',
      from: { indexedDB: 'shop', store: 'orders' },
      each: '/lines',
      columns: { order: { record: '/id', type: 'text' }, position: { path: '$position', type: 'integer' }, sku: 'text' },
      primaryKey: ['order', 'position'],
    },
    {
      name: 'customers',
      from: { indexedDB: 'shop', store: 'customers' },
      columns: { id: { path: '$key', type: 'integer' }, name: 'text' },
      primaryKey: ['id'],
    },
    { name: 'settings', from: { localStorage: { prefix: 'settings.' } } },
  ],
};

function files(t) {
  const dir = folder(t);
  const planFile = path.join(dir, 'plan.json');
  writeFileSync(planFile, JSON.stringify(plan));
  return { dir, plan: planFile, bundle: makeBundle(path.join(dir, 'shop.bundle'), ORDERS, BAD) };
}

const migrate = (given, store, threads, ...more) =>
  ['migrate', given.bundle, '--plan', given.plan, '--store', path.join(given.dir, store), '--threads', String(threads), '--json', ...more];

// What a report says of the data, and not of the time that it took.
function content({ sources, tables, totals: { recordsPerSecond, ...totals }, failed, status }) {
  assert.ok(recordsPerSecond > 0);
  return { sources, tables, totals, failed, status };
}

test('the content and the ledger are the same on any number of threads', async (t) => {
  const given = files(t);
  const reports = [];
  for (const threads of [1, 2, 4]) {
    const { status, json, stderr } = await ferrite(migrate(given, `${threads}.db`, threads));
    assert.equal(status, 8, stderr);
    reports.push(content(json));
  }
  assert.ok(reports[0].totals.failed >= BAD);
  assert.equal(reports[0].failed[0].code, 'type_mismatch');
  assert.deepEqual(reports[1], reports[0]);
  assert.deepEqual(reports[2], reports[0]);
});

test('an interrupted migration goes on with other threads', async (t) => {
  const given = files(t);
  const whole = await ferrite(migrate(given, 'whole.db', 1));
  const cut = start(migrate(given, 'cut.db', 4, '--delay', '100', '--batch-bytes', '500000'));
  await until('its store', () => existsSync(path.join(given.dir, 'cut.db')));
  await setTimeout(300);
  cut.child.kill('SIGINT');
  assert.equal((await cut.ended).status, 11);
  const rest = await ferrite(migrate(given, 'cut.db', 2));
  assert.equal(rest.status, 8, rest.stderr);
  assert.deepEqual(content(rest.json), content(whole.json));
});

test('a number of threads that is none is refused', async (t) => {
  const given = files(t);
  for (const threads of ['0', '-1', '65', 'all']) {
    assert.equal((await ferrite(migrate(given, 'x.db', threads))).status, 2, threads);
  }
});
