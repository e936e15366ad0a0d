// Bringing a store up to date with a second bundle, as the program does it.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { bundleFromJson, ferrite, folder, sqlite } from './support.mjs';

const source = { indexedDB: 'shop', store: 'orders' };
const plan = {
  ferrite: 1, name: 'shop',
  tables: [{ name: 'orders', from: source, columns: { id: 'integer', city: 'text' }, primaryKey: ['id'] }],
};
const cities = (entries) => entries.map(([id, city]) => [id, { id, city }]);

function prepare(t) {
  const dir = folder(t);
  const bundle = (name, records) =>
    bundleFromJson(path.join(dir, name), [{ source, info: { keyPath: 'id' }, records: cities(records) }]);
  const files = {
    plan: path.join(dir, 'plan.json'), store: path.join(dir, 'shop.db'), page: path.join(dir, 'report.html'),
    first: bundle('first.bundle', [[1, 'Bern'], [2, 'Oslo'], [3, 'Rome'], [4, 'Wien']]),
    second: bundle('second.bundle', [[2, 'Oslo'], [3, 'Paris'], [4, 'Wien'], [5, 'Graz']]),
  };
  writeFileSync(files.plan, JSON.stringify(plan));
  return files;
}

const run = (command, files, bundle, ...args) =>
  ferrite([command, bundle, '--plan', files.plan, '--store', files.store, ...args]);
const rows = (files) => sqlite(files.store, 'SELECT id, city FROM orders ORDER BY id;').split('\n');
const after = ['2|Oslo', '3|Paris', '4|Wien', '5|Graz'];

test('a second bundle brings the store up to date, and a third run changes nothing', async (t) => {
  const files = prepare(t);
  const first = await run('migrate', files, files.first, '--incremental', '--json');
  assert.equal(first.json.status, 'verified', first.stdout);
  const stale = await run('verify', files, files.second, '--json');
  assert.deepEqual(
    (({ missing, different, extra }) => ({ missing, different, extra }))(stale.json.tables[0]),
    { missing: 1, different: 1, extra: 1 });
  const second = await run('migrate', files, files.second, '--incremental');
  assert.equal(second.status, 0, second.stdout + second.stderr);
  assert.match(second.stdout, /^Brought .*shop\.db up to date with .*second\.bundle: verified/);
  assert.match(second.stdout, /1 record new, 1 changed, 1 deleted, 2 unchanged\./);
  assert.match(second.stdout, /indexedDB shop\/orders +1 +1 +1 +2/);
  assert.deepEqual(rows(files), after);
  const verified = await run('verify', files, files.second, '--json');
  assert.equal(verified.json.status, 'verified');
  const third = await run('migrate', files, files.second, '--incremental', '--json');
  assert.deepEqual(third.json.incremental, { since: 3, new: 0, changed: 0, deleted: 0, unchanged: 4 });
  const { json: history } = await ferrite(['history', '--store', files.store, '--json']);
  assert.deepEqual(
    history.rows.filter(({ kind }) => kind === 'migration').map(({ config }) => config.incremental), [true, true, true]);
});

test('a dry run says what would change and changes nothing', async (t) => {
  const files = prepare(t);
  await run('migrate', files, files.first, '--incremental');
  const before = rows(files);
  const dry = await run('migrate', files, files.second, '--incremental', '--dry-run', '--json');
  assert.deepEqual(dry.json.incremental, { since: 1, new: 1, changed: 1, deleted: 1, unchanged: 2 });
  assert.deepEqual(rows(files), before);
});

test('the report page shows the changes', async (t) => {
  const files = prepare(t);
  await run('migrate', files, files.first, '--incremental');
  await run('migrate', files, files.second, '--incremental');
  const page = await ferrite(['report', files.store, '--html', files.page]);
  assert.equal(page.status, 0, page.stderr);
  assert.match(readFileSync(files.page, 'utf8'), /Changes[\s\S]*Deleted[\s\S]*Unchanged/);
});

test('a store that was filled without it is refused and left as it is', async (t) => {
  const files = prepare(t);
  await run('migrate', files, files.first);
  const refused = await run('migrate', files, files.second, '--incremental', '--json');
  assert.equal(refused.json.error.code, 'state');
  assert.equal(rows(files)[0], '1|Bern');
  const plain = await run('migrate', files, files.second, '--json');
  assert.equal(plain.json.status, 'verified');
  assert.equal(rows(files)[0], '1|Bern');
});
