// history, logs, stats and audit: for machines, and for people at 80 columns.
import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { ferrite, folder, makeBundle, sqlite, start } from './support.mjs';

const plan = (name) => ({
  ferrite: 1,
  name,
  tables: [{
    name: 'orders',
    from: { indexedDB: 'shop', store: 'orders' },
    columns: { id: 'text', placed: { path: '/createdAt', type: 'datetime', notNull: true }, total: 'real' },
    primaryKey: ['id'],
  }],
});

function prepare(t, { orders = 2000, bad = 0 } = {}) {
  const dir = folder(t);
  const files = { dir, bundle: path.join(dir, 'shop.bundle'), plan: path.join(dir, 'plan.json'), store: path.join(dir, 'shop.db') };
  makeBundle(files.bundle, orders, bad);
  writeFileSync(files.plan, JSON.stringify(plan('shop')));
  return files;
}

const migrate = ({ bundle, plan: file, store }) => ferrite(['migrate', bundle, '--plan', file, '--store', store, '--json']);
const ask = (files, command, ...args) => ferrite([command, '--store', files.store, ...args]);
const json = async (files, command, ...args) => (await ask(files, command, '--json', ...args)).json;

/** No line of what a person reads is wider than a terminal. */
function assertNarrow(text) {
  for (const line of text.split('\n')) assert.ok([...line].length <= 80, `${[...line].length}: ${line}`);
}

async function withOneOfEach(t) {
  const files = prepare(t, { bad: 3 });
  assert.equal((await migrate(files)).status, 8);
  await ferrite(['verify', files.bundle, '--plan', files.plan, '--store', files.store]);
  const file = path.join(files.dir, 'old.json');
  writeFileSync(file, JSON.stringify([
    { id: 1, status: 'failed', startedAt: '2025-01-31T09:30:00Z', plan: 'an old plan of a long name', code: 'boom', message: `It was full. ${'And more is to be said. '.repeat(5)}` },
    { id: 2, status: 'cancelled', startedAt: '2025-02-01T09:30:00Z', logs: [{ message: 'A, "quoted"\nline' }] },
  ]));
  const imported = await ask(files, 'history', '--import', file);
  assert.equal(imported.status, 0, imported.stderr);
  assert.match(imported.stdout, /Imported 2 entries; 0 entries there before\./);
  return files;
}

test('the history lists what was done, the newest first', async (t) => {
  const files = await withOneOfEach(t);
  const page = await json(files, 'history');
  assert.deepEqual([page.total, page.rows.map(({ kind, status }) => `${kind} ${status}`)], [4, [
    'verification completed_with_differences', 'migration completed_with_differences',
    'migration cancelled', 'migration failed']]);
  assert.equal(page.rows[1].failed, 3);
  assert.equal(page.rows[1].initiator, 'ferrite migrate');
  const failed = await json(files, 'history', '--status', 'failed', '--to', '2025-02-01');
  assert.deepEqual([failed.total, failed.rows[0].message.slice(0, 12)], [1, 'It was full.']);
  const text = await ask(files, 'history');
  assert.equal(text.status, 0);
  assertNarrow(text.stdout);
  assert.match(text.stdout, /verify +shop +differences/);
  const part = await ask(files, 'history', '--limit', '2', '--offset', '1');
  assert.match(part.stdout, /2 to 3 of 4 rows/);
});

/** Begins a migration and sends `signal` once it has committed something. */
async function migrateUntil(files, signal) {
  const run = start(['migrate', files.bundle, '--plan', files.plan, '--store', files.store, '--json']);
  const committed = () => existsSync(files.store) && statSync(files.store).size > 1 << 20;
  let ended = false;
  run.ended.then(() => { ended = true; });
  while (!ended && !committed()) await new Promise((resolve) => setTimeout(resolve, 5));
  run.child.kill(signal);
  return run.ended;
}

test('a migration that is stopped is cancelled, and goes on as a second attempt', async (t) => {
  const files = prepare(t, { orders: 200_000 });
  assert.equal((await migrateUntil(files, 'SIGINT')).status, 11);
  const [before] = (await json(files, 'history')).rows;
  assert.deepEqual([before.status, before.code], ['cancelled', 'cancelled']);
  assert.match((await ask(files, 'history')).stdout, /^1: .*\[cancelled\]$/m);
  assert.equal((await migrate(files)).status, 0);
  const { rows: [after], total } = await json(files, 'history');
  assert.deepEqual([total, after.status, after.attempts, after.tables[0].rows], [1, 'verified', 2, 200_000]);
  assert.deepEqual(after.runs.map(({ status }) => status), ['cancelled', 'verified']);
});

test('a migration that was killed is interrupted', async (t) => {
  const files = prepare(t, { orders: 200_000 });
  assert.equal((await migrateUntil(files, 'SIGKILL')).signal, 'SIGKILL');
  await ask(files, 'logs', '--set-level', 'debug');
  assert.equal((await json(files, 'history')).rows[0].status, 'interrupted');
  assert.equal((await migrate(files)).json.status, 'verified');
  const runs = (await json(files, 'history')).rows[0].runs.map(({ status }) => status);
  assert.deepEqual(runs, ['interrupted', 'verified']);
  assert.ok((await json(files, 'logs', '--search', 'Batch of')).total > 0);
});

test('the log is read by level and leaves as CSV', async (t) => {
  const files = await withOneOfEach(t);
  const warnings = await json(files, 'logs', '--level', 'warn');
  assert.ok(warnings.rows.every(({ level }) => level === 'warn' || level === 'error'));
  assert.ok(warnings.rows.some(({ message }) => message === '3 records of indexedDB shop/orders could not become rows.'));
  const text = await ask(files, 'logs');
  assertNarrow(text.stdout);
  assert.match(text.stdout, /Migration begun, plan "shop"/);
  const all = await json(files, 'logs', '--limit', '1000');
  const csv = await ask(files, 'logs', '--csv', '--limit', '2');
  assert.equal(csv.stdout.split('\r\n')[0], 'id,at,level,migration,message,context');
  assert.match(csv.stdout, /,"A, ""quoted""\nline",\{\}\r\n/);
  assert.equal(csv.stdout.split('\r\n').length, all.total + 2);
  const wrong = await ask(files, 'logs', '--level', 'wran', '--json');
  assert.deepEqual([wrong.status, wrong.json.error.path], [2, '/level']);
  assert.match(wrong.json.error.hint, /Did you mean "warn"/);
});

test('statistics count every status and show a trend', async (t) => {
  const files = await withOneOfEach(t);
  const all = await json(files, 'stats', '--days', '2');
  assert.deepEqual(
    [all.total, all.withDifferences, all.failed, all.cancelled, all.successRate, all.records, all.days.length],
    [3, 1, 1, 1, 0, 2000, 2]);
  const text = await ask(files, 'stats');
  assertNarrow(text.stdout);
  assert.match(text.stdout, /3 migrations, 0 % of those that ended succeeded/);
  assert.match(text.stdout, /2,000 records/);
});

test('the audit trail says who, and shows where it was edited', async (t) => {
  const files = await withOneOfEach(t);
  const { rows } = await json(files, 'audit', '--sort', 'id');
  assert.deepEqual(rows.map(({ action }) => action),
    ['migration.begin', 'migration.end', 'verification.begin', 'verification.end', 'history.import']);
  assert.deepEqual(rows[4].details, { imported: 2, existing: 0 });
  assert.match(rows[0].origin, /.@./);
  const text = (await ask(files, 'audit')).stdout;
  assertNarrow(text);
  assert.ok(text.includes(rows[0].origin.slice(0, 8)));
  const intact = await ask(files, 'audit', '--check');
  assert.deepEqual([intact.status, intact.stdout], [0, 'Intact: 5 entries, each as it was appended.\n']);
  assert.throws(() => sqlite(files.store, `UPDATE ferrite_audit SET who = 'nobody' WHERE id = 3;`), /never changed/);
  sqlite(files.store, `DROP TRIGGER ferrite_audit_unchanged; UPDATE ferrite_audit SET who = 'nobody' WHERE id = 3;`);
  const broken = await ask(files, 'audit', '--check', '--json');
  assert.deepEqual([broken.status, broken.json.broken], [8, 3]);
});

test('clean-up removes what is old, and never what the data comes from', async (t) => {
  const files = await withOneOfEach(t);
  const cleaned = await json(files, 'history', '--clean-up', '--keep', '0', '--logs-max-age-days', '30');
  assert.deepEqual(cleaned, { history: 2, logs: 1 });
  const { rows } = await json(files, 'history');
  assert.deepEqual(rows.map(({ kind, failed }) => [kind, failed]), [['verification', 3], ['migration', 3]]);
  assert.equal((await ask(files, 'history', '--keep', '1')).status, 2);
  assert.equal((await ask({ store: path.join(files.dir, 'none.db') }, 'history', '--json')).json.error.code, 'store_open');
});
