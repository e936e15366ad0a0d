// Conflicts as the program has them: listed, decided by a file, before and after the end of a migration.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { bundleFromJson, ferrite, folder, sqlite } from './support.mjs';

const source = { indexedDB: 'd', store: 's' };
const plan = (onConflict) => ({
  ferrite: 1, name: 'p',
  tables: [{ name: 't', from: source, columns: { id: 'integer', name: 'text', n: 'integer' }, primaryKey: ['id'], onConflict }],
});

/** A store with the rows 1 to 3 of the app's, and a bundle with the records 1 to 4. */
function prepare(t, onConflict) {
  const dir = folder(t);
  const files = { plan: path.join(dir, 'plan.json'), store: path.join(dir, 't.db'), decisions: path.join(dir, 'decisions.json') };
  files.bundle = bundleFromJson(path.join(dir, 'b.bundle'), [{
    source, info: { keyPath: 'id' }, records: [1, 2, 3, 4].map((id) => [id, { id, name: 'source', n: 2 }]),
  }]);
  writeFileSync(files.plan, JSON.stringify(plan(onConflict)));
  sqlite(files.store, `CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, n INTEGER, _unmapped BLOB);
    INSERT INTO t VALUES(1, 'store', 1, NULL), (2, 'store', 1, NULL), (3, 'source', 2, NULL);`);
  return files;
}

const migrate = (files, ...args) =>
  ferrite(['migrate', files.bundle, '--plan', files.plan, '--store', files.store, '--json', ...args]);
const rows = (files) => sqlite(files.store, 'SELECT id, name, n FROM t ORDER BY id;').split('\n');
const decide = (files, decisions) => writeFileSync(files.decisions, JSON.stringify(decisions));

test('a table with rows is refused, unless the plan says what becomes of them', async (t) => {
  const refused = prepare(t, 'ledger');
  const error = await migrate(refused);
  assert.equal(error.json.error.code, 'table_exists');
  const files = prepare(t, 'overwrite');
  const done = await migrate(files);
  assert.equal(done.status, 0, done.stdout);
  assert.equal(done.json.status, 'verified');
  assert.deepEqual(done.json.tables[0].conflicts, { before: 3, inserted: 1, equal: 1, overwritten: 2, merged: 0, kept: 0, undecided: 0 });
  assert.deepEqual(rows(files), ['1|source|2', '2|source|2', '3|source|2', '4|source|2']);
});

test('undecided conflicts are listed, decided by a file, and verified then', async (t) => {
  const files = prepare(t, 'ask');
  const done = await migrate(files);
  assert.equal(done.json.status, 'completed_with_differences');
  assert.equal(done.json.tables[0].conflicts.undecided, 2);
  const { json: page } = await ferrite(['conflicts', 'list', '--store', files.store, '--json', '--limit', '1']);
  assert.deepEqual([page.total, page.conflicts.length, page.next], [2, 1, 1]);
  assert.deepEqual(page.conflicts[0].columns, ['name', 'n']);
  assert.deepEqual(page.conflicts[0].source, { id: 1, name: 'source', n: 2, _unmapped: null });
  decide(files, [{ id: 1, decision: 'source' }, { table: 't', key: '2', decision: { name: 'both' } }]);
  const resolve = ['conflicts', 'resolve', '--store', files.store, '--plan', files.plan, '--decisions', files.decisions, '--json'];
  assert.deepEqual((await ferrite(resolve)).json, { decided: 2, passed: 0 });
  assert.deepEqual((await ferrite(resolve)).json, { decided: 0, passed: 2 });
  assert.deepEqual(rows(files), ['1|source|2', '2|both|1', '3|source|2', '4|source|2']);
  const verified = await ferrite(['verify', files.bundle, '--plan', files.plan, '--store', files.store, '--json']);
  assert.equal(verified.json.status, 'verified');
  assert.equal(verified.json.tables[0].conflicts.merged, 1);
});

test('a file of decisions answers while it migrates', async (t) => {
  const files = prepare(t, 'ask');
  decide(files, [{ table: 't', key: '1', decision: 'store' }, { table: 't', key: '2', decision: 'source' }]);
  const done = await migrate(files, '--decisions', files.decisions);
  assert.equal(done.json.status, 'verified', done.stdout);
  assert.deepEqual(rows(files), ['1|store|1', '2|source|2', '3|source|2', '4|source|2']);
});

test('decisions that are wrong change nothing, and the migration can be finished with right ones', async (t) => {
  const files = prepare(t, 'ask');
  decide(files, [{ table: 't', key: '1', decision: 'source' }, { table: 't', key: '9', decision: 'source' }]);
  const wrong = await migrate(files, '--decisions', files.decisions);
  assert.deepEqual([wrong.json.error.code, wrong.json.error.path], ['invalid_argument', '/1/key']);
  assert.equal(rows(files)[0], '1|store|1');
  decide(files, [{ table: 't', key: '1', decision: 'source' }, { table: 't', key: '2', decision: 'store' }]);
  const done = await migrate(files, '--decisions', files.decisions);
  assert.equal(done.json.status, 'verified', done.stdout);
});
