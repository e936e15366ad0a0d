// Failed records: the run that stops at one, the list, corrections, the retry.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { bundleFromJson, ferrite, folder, sqlite } from './support.mjs';

const plan = (placed) => ({
  ferrite: 1,
  name: 'shop',
  tables: [
    {
      name: 'orders',
      from: { indexedDB: 'shop', store: 'orders' },
      columns: { id: 'integer', placed, city: { type: 'text', notNull: true } },
      primaryKey: ['id'],
    },
  ],
});

// Of 60 orders the tenth, twentieth … were placed "soon", the fifth has no city.
function prepare(t) {
  const dir = folder(t);
  const records = Array.from({ length: 60 }, (_, i) => i + 1).map((id) => [
    id, { id, placed: id % 10 === 0 ? 'soon' : { $date: id * 1000 }, ...(id === 5 ? {} : { city: `City ${id}` }) },
  ]);
  const files = { bundle: path.join(dir, 'shop.bundle'), store: path.join(dir, 'shop.db'), plan: path.join(dir, 'plan.json'), dir };
  bundleFromJson(files.bundle, [{ source: { indexedDB: 'shop', store: 'orders' }, info: { keyPath: 'id' }, records }]);
  writeFileSync(files.plan, JSON.stringify(plan('datetime')));
  return files;
}

const migrate = (files, ...args) =>
  ferrite(['migrate', files.bundle, '--plan', files.plan, '--store', files.store, '--json', ...args]);
const verify = (files) =>
  ferrite(['verify', files.bundle, '--plan', files.plan, '--store', files.store, '--json']);
const retry = (files, ...args) => ferrite(['retry', '--plan', files.plan, '--store', files.store, '--json', ...args]);
const failed = (files, action, ...args) => ferrite(['failed', action, ...args, '--store', files.store, '--json']);
const fileWith = (files, value) => {
  const file = path.join(files.dir, 'record.json');
  writeFileSync(file, JSON.stringify(value));
  return file;
};

test('--stop-on-error ends at the first failed record, and the next run goes on there', async (t) => {
  const files = prepare(t);
  const stopped = await migrate(files, '--stop-on-error');
  assert.equal(stopped.status, 5, stopped.stdout);
  assert.equal(stopped.json.error.code, 'not_null');
  assert.match(stopped.json.error.message, /The record 5 of indexedDB shop\/orders/);
  assert.equal(sqlite(files.store, 'SELECT count(*) FROM orders;'), '4');
  assert.equal(sqlite(files.store, 'SELECT status FROM ferrite_migration;'), 'failed');
  const further = await migrate(files, '--max-errors', '2');
  assert.match(further.json.error.message, /The record 20 of/);
  assert.equal(sqlite(files.store, 'SELECT count(*) FROM orders;'), String(19 - 2));
  const whole = await migrate(files);
  assert.equal(whole.json.status, 'completed_with_differences');
  assert.equal(whole.json.totals.failed, 7);
});

test('a corrected plan and a corrected record bring every record into its table', async (t) => {
  const files = prepare(t);
  assert.equal((await migrate(files)).status, 8);
  const list = await failed(files, 'list', '--limit', '3');
  assert.equal(list.status, 0, list.stdout + list.stderr);
  assert.equal(list.json.total, 7);
  assert.deepEqual(list.json.records.map(({ key, code }) => [key, code]), [['5', 'not_null'], ['10', 'type_mismatch'], ['20', 'type_mismatch']]);
  assert.deepEqual(list.json.records[1].value, { id: 10, placed: 'soon', city: 'City 10' });
  // JSON cannot carry the Date of the first.
  const [{ id, value }] = list.json.records;
  assert.deepEqual(Object.keys(value), ['$cbor']);
  assert.equal((await failed(files, 'list', '--code', 'type_mismatch', '--search', '30')).json.records[0].key, '30');
  const shown = await failed(files, 'show', String(id));
  assert.match(shown.json.shown, /1970-01-01T00:00:05/);

  const exported = await ferrite(['failed', 'export', '--store', files.store]);
  assert.equal(exported.stdout.trim().split('\n').map((line) => JSON.parse(line)).length, 7);

  // With another shape it is refused, and the table named.
  writeFileSync(files.plan, JSON.stringify(plan('text')));
  const refused = await retry(files);
  assert.equal(refused.status, 3);
  assert.equal(refused.json.error.code, 'plan_changed');
  assert.match(refused.json.error.message, /"orders"/);

  writeFileSync(files.plan, JSON.stringify(plan({ type: 'datetime', onMismatch: 'null' })));
  const first = await retry(files);
  assert.equal(first.status, 8, first.stdout);
  assert.deepEqual(first.json.retry, { tried: 7, moved: 6, left: 1 });
  assert.equal((await verify(files)).json.totals.differences, 0);

  const wrong = await failed(files, 'correct', String(id), path.join(files.dir, 'absent.json'));
  assert.equal(wrong.json.error.code, 'invalid_argument');
  const correct = await failed(files, 'correct', String(id), fileWith(files, { id: 5, placed: null, city: 'Oslo' }));
  assert.equal(correct.status, 0, correct.stdout);
  const second = await retry(files);
  assert.equal(second.status, 0, second.stdout);
  assert.equal(second.json.status, 'verified');
  assert.equal(second.json.tables[0].corrected, 1);
  assert.equal(sqlite(files.store, 'SELECT city FROM orders WHERE id=5;'), 'Oslo');
  const verified = await verify(files);
  assert.equal(verified.json.status, 'verified', verified.stdout);
  assert.equal(verified.json.tables[0].matched, 60);
  assert.equal(verified.json.tables[0].corrected, 1);
  // The same migration again finds it done, by the corrected plan.
  const again = await migrate(files);
  assert.equal(again.status, 0);
  assert.deepEqual(again.json.tables[0].hash, second.json.tables[0].hash);
});

test('a record is discarded only when that is confirmed, and is kept', async (t) => {
  const files = prepare(t);
  await migrate(files);
  const { id } = (await failed(files, 'list', '--code', 'not_null')).json.records[0];
  assert.equal((await failed(files, 'discard', String(id))).json.error.code, 'invalid_argument');
  assert.equal((await failed(files, 'discard', String(id), '--confirm')).status, 0);
  assert.equal((await failed(files, 'list')).json.total, 6);
  assert.equal(sqlite(files.store, 'SELECT kind, code, length(original) > 0 FROM ferrite_correction;'), 'discarded|not_null|1');
  assert.equal((await failed(files, 'show', String(id))).json.error.code, 'invalid_argument');
  writeFileSync(files.plan, JSON.stringify(plan({ type: 'datetime', onMismatch: 'null' })));
  assert.equal((await retry(files)).json.status, 'verified');
  assert.equal((await verify(files)).json.tables[0].discarded, 1);
});
