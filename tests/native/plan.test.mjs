// plan check, plan explain, validate and trial runs.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { ferrite, folder, makeBundle, sqlite } from './support.mjs';

const ordersTable = {
  name: 'orders',
  from: { indexedDB: 'shop', store: 'orders' },
  columns: {
    id: 'text',
    placed: { path: '/createdAt', type: 'datetime', notNull: true },
    city: { path: '/address/city', type: 'text' },
    lines: 'json',
  },
  primaryKey: ['id'],
};
const customersTable = {
  name: 'customers',
  from: { indexedDB: 'shop', store: 'customers' },
  columns: { id: { path: '$key', type: 'integer' }, name: 'text' },
  primaryKey: ['id'],
};
const plan = { ferrite: 1, name: 'shop', tables: [ordersTable, customersTable] };

function prepare(t, { orders = 3000, bad = 0, plan: changed = plan } = {}) {
  const dir = folder(t);
  const files = { dir, bundle: path.join(dir, 'shop.bundle'), plan: path.join(dir, 'plan.json'), store: path.join(dir, 'shop.db') };
  makeBundle(files.bundle, orders, bad);
  writeFileSync(files.plan, JSON.stringify(changed));
  return files;
}

const explain = (files, ...args) => ferrite(['plan', 'explain', files.plan, '--bundle', files.bundle, '--json', ...args]);
const validate = (files, ...args) => ferrite(['validate', files.plan, '--bundle', files.bundle, '--json', ...args], {});
const codes = ({ json }) => json.blockers.map(({ code }) => code);

test('plan check says what a plan means', async (t) => {
  const files = prepare(t);
  const { status, json } = await ferrite(['plan', 'check', files.plan, '--json']);
  assert.equal(status, 0);
  assert.equal(json.plan.name, 'shop');
  assert.deepEqual(json.tables.map(({ name, primaryKey }) => [name, primaryKey]), [['orders', ['id']], ['customers', ['id']]]);
  assert.deepEqual(json.order, ['orders', 'customers']);
  const text = await ferrite(['plan', 'check', files.plan]);
  assert.match(text.stdout, /^Plan shop: usable, 2 tables from 2 sources\n/);
  assert.match(text.stdout, /\n {2}orders +4 +id +indexedDB shop\/orders/);
});

test('plan check names what is wrong with its path', async (t) => {
  const files = prepare(t, { plan: { ...plan, tables: [{ ...ordersTable, colums: {} }] } });
  const { status, json } = await ferrite(['plan', 'check', files.plan, '--json']);
  assert.equal(status, 3);
  assert.equal(json.error.path, '/tables/0/colums');
  assert.match(json.error.hint, /Did you mean "columns"/);
});

test('plan explain counts, measures and writes nothing', async (t) => {
  const files = prepare(t);
  const answer = await explain(files);
  assert.equal(answer.status, 0, answer.stdout);
  const { json } = answer;
  assert.equal(json.canProceed, true);
  assert.equal(json.records, 3300);
  assert.deepEqual(json.tables.map(({ name, rows }) => [name, rows]), [['orders', 3000], ['customers', 300]]);
  assert.equal(json.estimate.basis, 'probe');
  assert.equal(json.estimate.probe.records, 2300);
  assert.ok(json.space.needed > 0 && json.space.available > 0);
  assert.deepEqual(readdirSync(files.dir).sort(), ['plan.json', 'shop.bundle']);
  const text = await ferrite(['plan', 'explain', files.plan, '--bundle', files.bundle]);
  assert.match(text.stdout, /: can proceed\n/);
});

test('plan explain ends with the status of what is in the way', async (t) => {
  const files = prepare(t, {
    plan: { ...plan, tables: [...plan.tables, { name: 'more', from: { indexedDB: 'shop', store: 'more' } }] },
  });
  const answer = await explain(files);
  assert.equal(answer.status, 4);
  assert.deepEqual(codes(answer), ['source_missing']);
  assert.equal(answer.json.blockers[0].path, '/tables/2/from');
});

test('plan explain looks at the store and leaves it as it is', async (t) => {
  const files = prepare(t);
  await ferrite(['migrate', files.bundle, '--plan', files.plan, '--store', files.store]);
  const migrated = readFileSync(files.store);
  const same = await explain(files, '--store', files.store);
  assert.equal(same.status, 0);
  assert.match(same.json.recommendations[0], /completed migration/);
  writeFileSync(files.plan, JSON.stringify({ ...plan, name: 'other' }));
  const other = await explain(files, '--store', files.store);
  assert.equal(other.status, 6);
  assert.deepEqual(codes(other), ['table_exists']);
  assert.deepEqual(readFileSync(files.store), migrated);
  const foreign = await explain(files, '--store', files.bundle);
  assert.deepEqual(codes(foreign), ['store_foreign']);
});

test('a database of the app is no obstacle', async (t) => {
  const files = prepare(t);
  sqlite(files.store, 'CREATE TABLE mine(a);');
  const before = readFileSync(files.store);
  assert.deepEqual(codes(await explain(files, '--store', files.store)), []);
  assert.deepEqual(readFileSync(files.store), before);
});

test('validate finds records that do not fit and references that lead nowhere', async (t) => {
  const orders = { ...ordersTable, columns: { ...ordersTable.columns, customer: { type: 'integer', references: { table: 'customers' } } } };
  const good = prepare(t);
  const fine = await validate(good);
  assert.equal(fine.status, 0, fine.stdout);
  assert.equal(fine.json.kind, 'validation');
  assert.equal(fine.json.status, 'completed');
  assert.equal(fine.json.store, undefined);
  const files = prepare(t, { bad: 3, plan: { ...plan, tables: [orders, customersTable] } });
  const { status, json } = await validate(files);
  assert.equal(status, 8);
  assert.equal(json.status, 'completed_with_differences');
  assert.deepEqual([...new Set(json.failed.map(({ code }) => code))].sort(), ['orphan', 'type_mismatch']);
  assert.deepEqual(readdirSync(files.dir).sort(), ['plan.json', 'shop.bundle']);
});

test('validate leaves no temporary file', async (t) => {
  const files = prepare(t);
  const { status } = await ferrite(['validate', files.plan, '--bundle', files.bundle], { env: { TMPDIR: files.dir } });
  assert.equal(status, 0);
  assert.deepEqual(readdirSync(files.dir).sort(), ['plan.json', 'shop.bundle']);
});

test('a trial run takes so many records of each source and keeps nothing', async (t) => {
  const files = prepare(t, { bad: 2 });
  const trial = (...args) => ferrite(['migrate', files.bundle, '--plan', files.plan, '--store', files.store, '--json', ...args]);
  const { status, json } = await trial('--sample', '100');
  assert.equal(status, 8);
  assert.equal(json.sampled, true);
  assert.deepEqual(json.sources.map(({ records }) => records), [100, 100]);
  assert.deepEqual(readdirSync(files.dir).sort(), ['plan.json', 'shop.bundle']);
  assert.equal((await trial('--sample', '0')).status, 2);
});
