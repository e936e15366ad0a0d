// ferrite verify --sample and --tables, ferrite differences, ferrite report.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';

import Ajv from 'ajv/dist/2020.js';

import { root } from '../support/load-module.mjs';
import { ferrite, folder, makeBundle, sqlite } from './support.mjs';

const fits = new Ajv({ strictTypes: false }).compile(
  JSON.parse(readFileSync(`${root}core/schema/report.schema.json`, 'utf8')));

const plan = {
  ferrite: 1,
  name: 'shop',
  tables: [
    { name: 'orders', from: { indexedDB: 'shop', store: 'orders' },
      columns: { id: 'text', placed: { path: '/createdAt', type: 'datetime', notNull: true }, city: { path: '/address/city', type: 'text' } },
      primaryKey: ['id'] },
    { name: 'customers', from: { indexedDB: 'shop', store: 'customers' },
      columns: { id: { path: '$key', type: 'integer' }, name: 'text' }, primaryKey: ['id'] },
  ],
};

async function migrated(t, { orders = 3000, bad = 0 } = {}) {
  const dir = folder(t);
  const files = { dir, bundle: path.join(dir, 'shop.bundle'), plan: path.join(dir, 'plan.json'), store: path.join(dir, 'shop.db') };
  makeBundle(files.bundle, orders, bad);
  writeFileSync(files.plan, JSON.stringify(plan));
  const { json } = await ferrite(['migrate', files.bundle, '--plan', files.plan, '--store', files.store, '--json']);
  return { files, report: json };
}

const verify = ({ bundle, plan: file, store }, ...args) =>
  ferrite(['verify', bundle, '--plan', file, '--store', store, ...args]);
const list = ({ store }, ...args) => ferrite(['differences', store, ...args]);

test('a sample is completed, the whole is verified, and tables can be chosen', async (t) => {
  const { files } = await migrated(t);
  const sample = await verify(files, '--sample', '200', '--json');
  assert.equal(sample.status, 0, sample.stdout);
  assert.deepEqual([sample.json.status, sample.json.sampled, sample.json.sources[0].records], ['completed', true, 201]);
  const some = await verify(files, '--tables', 'customers', '--json');
  assert.equal(some.status, 0);
  assert.deepEqual([some.json.status, some.json.tables.length], ['completed', 1]);
  const whole = await verify(files, '--json');
  assert.equal(whole.json.status, 'verified');
  for (const { json } of [sample, some, whole]) assert.ok(fits(json), JSON.stringify(fits.errors));
  assert.equal((await verify(files, '--tables', 'nothing', '--json')).status, 2);
  const text = await verify(files, '--sample', '200');
  assert.match(text.stdout, /Only a sample of the records was compared/);
});

test('differences are listed, filtered and exported', async (t) => {
  const { files } = await migrated(t);
  assert.equal((await list(files, '--json')).json.compared, false);
  sqlite(files.store, `UPDATE orders SET city = 'a,"b"' WHERE id = 'o-00000007'; DELETE FROM orders WHERE id < 'o-00000005';
    INSERT INTO customers(id, name) VALUES (-1, 'x');`);
  const found = await verify(files);
  assert.equal(found.status, 8);
  assert.match(found.stdout, /2 of 2 tables differ\. orders: \d+ rows are missing, 1 row differs/);
  const all = (await list(files, '--json')).json;
  const { missing } = JSON.parse((await ferrite(['report', files.store, '--verification', '--json'])).stdout).tables[0];
  assert.equal(all.total, missing + 2);
  assert.equal((await list(files, '--kind', 'missing', '--json')).json.total, missing);
  const one = (await list(files, '--column', 'city', '--table', 'orders', '--json')).json;
  assert.equal(one.total, 1);
  assert.equal(one.rows[0].columns.city.store, '"a,\\"b\\""');
  assert.match((await list(files, '--search', '00000007')).stdout, /1 difference\./);
  const csv = (await list(files, '--csv', '--kind', 'different')).stdout.split('\r\n');
  assert.equal(csv.length, 3);
  assert.match(csv[1], /^orders,different,"""o-00000007""",/);
  const output = path.join(files.dir, 'all.json');
  assert.equal((await list(files, '-o', output)).status, 0);
  assert.equal(JSON.parse(readFileSync(output, 'utf8')).length, all.total);
  assert.equal((await list(files, '--kind', 'mising', '--json')).status, 2);
});

test('a report is shown, and becomes a page', async (t) => {
  const { files, report } = await migrated(t, { bad: 3 });
  assert.equal(report.tables[0].failed, 3);
  assert.equal(report.summary, 'orders: 3 records could not become rows.');
  const shown = await ferrite(['report', files.store, '--json']);
  assert.equal(shown.status, 0);
  assert.ok(fits(shown.json), JSON.stringify(fits.errors));
  assert.deepEqual(shown.json.tables, report.tables);
  assert.equal((await ferrite(['report', files.store, '--verification', '--json'])).json.error.code, 'state');
  const html = path.join(files.dir, 'out.html');
  const made = await ferrite(['report', files.store, '--html', html]);
  assert.equal(made.status, 0, made.stderr);
  const page = readFileSync(html, 'utf8');
  assert.match(page, /<b>3<\/b> × <bdi>type mismatch<\/bdi>/);
  assert.doesNotMatch(page, /<script|\{\{/);
  assert.equal((await ferrite(['report', files.store, '--html', path.join(files.dir, 'no/out.html')])).status, 2);
});
