// inspect, migrate and verify, on good, damaged and foreign files.
import assert from 'node:assert/strict';
import { closeSync, copyFileSync, existsSync, openSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { content, cuttingProxy, ferrite, folder, makeBundle, push, serve, sqlite, start } from './support.mjs';

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
        customer: 'integer',
        city: { path: '/address/city', type: 'text' },
        lines: 'json',
        thumbnail: 'blob',
      },
      primaryKey: ['id'],
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

function prepare(t, { orders = 3000, bad = 0, plan: changed = plan } = {}) {
  const dir = folder(t);
  const files = { dir, bundle: path.join(dir, 'shop.bundle'), plan: path.join(dir, 'plan.json'), store: path.join(dir, 'shop.db') };
  makeBundle(files.bundle, orders, bad);
  writeFileSync(files.plan, typeof changed === 'string' ? changed : JSON.stringify(changed));
  return files;
}

const migrate = (files, ...args) =>
  ferrite(['migrate', files.bundle, '--plan', files.plan, '--store', files.store, '--json', ...args]);
const verify = (files, ...args) =>
  ferrite(['verify', files.bundle, '--plan', files.plan, '--store', files.store, '--json', ...args]);

test('a bundle becomes a verified store, once', async (t) => {
  const files = prepare(t);
  const first = await migrate(files);
  assert.equal(first.status, 0, first.stderr + first.stdout);
  assert.equal(first.json.status, 'verified');
  assert.deepEqual(first.json.tables.map((table) => [table.name, table.rows]), [['orders', 3000], ['customers', 300], ['settings', 3]]);
  assert.equal(sqlite(files.store, 'PRAGMA integrity_check;'), 'ok');
  assert.equal(sqlite(files.store, `SELECT placed, city, typeof(total) FROM orders WHERE id = 'o-00000001';`), '1700000061001|São Paulo|real');
  const again = await migrate(files);
  assert.equal(again.status, 0);
  assert.deepEqual(again.json.tables.map((table) => table.hash), first.json.tables.map((table) => table.hash));
  assert.equal(sqlite(files.store, 'SELECT count(*) FROM orders;'), '3000');
  const verified = await verify(files);
  assert.equal(verified.status, 0, verified.stdout);
  assert.equal(verified.json.totals.differences, 0);
});

test('a dry run answers the same and leaves nothing behind', async (t) => {
  const files = prepare(t, { bad: 2 });
  const dry = await migrate(files, '--dry-run');
  assert.equal(dry.status, 8);
  assert.deepEqual(readdirSync(files.dir).sort(), ['plan.json', 'shop.bundle']);
  const real = await migrate(files);
  assert.equal(real.status, 8);
  // The same report, failures included, but for where to, when, how fast, and the backup that only a run makes.
  const lasting = ({ store, backup, startedAt, finishedAt, busyMs, throughput, totals: { recordsPerSecond, ...totals }, ...report }) =>
    ({ ...report, totals });
  assert.equal(dry.json.failed.length, 2);
  assert.deepEqual(lasting(dry.json), lasting(real.json));
  const before = readFileSync(files.store);
  assert.equal((await migrate(files, '--dry-run')).status, 8);
  assert.deepEqual(readFileSync(files.store), before);
});

test('a record that does not fit is kept with its data, the rest goes on, and the status says so', async (t) => {
  const files = prepare(t, { bad: 3 });
  const result = await migrate(files);
  assert.equal(result.status, 8);
  assert.equal(result.json.status, 'completed_with_differences');
  assert.equal(result.json.totals.failed, 3);
  assert.deepEqual(result.json.failed.map((entry) => [entry.code, entry.path]), Array(3).fill(['type_mismatch', '/createdAt']));
  assert.equal(sqlite(files.store, 'SELECT count(*) FROM orders;'), '2997');
  const kept = Buffer.from(sqlite(files.store, 'SELECT hex(value) FROM ferrite_failed LIMIT 1;'), 'hex');
  assert.ok(kept.includes('yesterday'));
});

test('verify finds what was changed, removed and added', async (t) => {
  const files = prepare(t);
  await migrate(files);
  sqlite(files.store, `UPDATE orders SET city = 'Bern' WHERE id = 'o-00000007'; DELETE FROM orders WHERE id = 'o-00000008';
    INSERT INTO customers SELECT -1, name, active, _unmapped FROM customers LIMIT 1;`);
  const result = await verify(files);
  assert.equal(result.status, 8);
  const tables = Object.fromEntries(result.json.tables.map((table) => [table.name, table]));
  assert.deepEqual([tables.orders.different, tables.orders.missing, tables.customers.extra], [1, 1, 1]);
  const changed = result.json.differences.find((difference) => difference.kind === 'different');
  assert.deepEqual(changed.columns, ['city']);
});

test('a migration killed in the middle continues and ends with the same hashes', async (t) => {
  const files = prepare(t, { orders: 40000 });
  const whole = await migrate({ ...files, store: path.join(files.dir, 'whole.db') });
  assert.equal(whole.status, 0);
  let kills = 0;
  let result;
  for (let delay = 15; ; delay = Math.min(delay * 1.3, 2000)) {
    const run = start(['migrate', files.bundle, '--plan', files.plan, '--store', files.store, '--json']);
    const timer = setTimeout(() => run.child.kill('SIGKILL'), kills < 20 ? delay : 60000);
    result = await run.ended;
    clearTimeout(timer);
    if (!result.signal) break;
    kills++;
  }
  t.diagnostic(`kills: ${kills}`);
  assert.ok(kills >= 2, `only ${kills} kills`);
  assert.equal(result.status, 0, result.stderr);
  const report = JSON.parse(result.stdout);
  assert.deepEqual(report.tables.map((table) => table.hash), whole.json.tables.map((table) => table.hash));
});

test('Ctrl-C stops a migration in order, and the same command continues', async (t) => {
  const files = prepare(t, { orders: 60000 });
  const run = start(['migrate', files.bundle, '--plan', files.plan, '--store', files.store, '--json']);
  while (!existsSync(files.store) || statSync(files.store).size < 1_000_000) await new Promise((resolve) => setTimeout(resolve, 2));
  run.child.kill('SIGINT');
  const stopped = await run.ended;
  assert.equal(stopped.status, 11, stopped.stdout);
  assert.equal(JSON.parse(stopped.stdout).error.code, 'cancelled');
  const result = await migrate(files);
  assert.equal(result.status, 0);
  assert.ok(result.json.attempts >= 2);
});

test('Batches of few records with waits between them give the same content; Ctrl-C ends a wait, a stopped process goes on', async (t) => {
  const files = prepare(t, { orders: 300 });
  const whole = await migrate(files);
  rmSync(files.store);
  const run = start(
    ['migrate', files.bundle, '--plan', files.plan, '--store', files.store, '--json', '--batch-size', '20', '--delay', '20000']);
  while (!existsSync(files.store) || statSync(files.store).size < 8192) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 300));
  run.child.kill('SIGTSTP');
  run.child.kill('SIGCONT');
  run.child.kill('SIGINT');
  const begun = performance.now();
  const stopped = await run.ended;
  assert.equal(stopped.status, 11, stopped.stdout);
  assert.ok(performance.now() - begun < 5000);
  const rows = Number(sqlite(files.store, 'SELECT count(*) FROM orders;')) + Number(sqlite(files.store, 'SELECT count(*) FROM customers;'));
  assert.ok(rows <= 20, `${rows} rows in one batch of 20 records`);
  const result = await migrate(files, '--batch-size', '7', '--delay', '1');
  assert.equal(result.status, 0, result.stderr);
  assert.deepEqual(result.json.tables.map((table) => table.hash), whole.json.tables.map((table) => table.hash));
});

test('what a bundle migrated reaches the server over cut connections', async (t) => {
  const files = prepare(t, { orders: 20000 });
  assert.equal((await migrate(files)).status, 0);
  const server = await serve(t, path.join(files.dir, 'server.db'));
  const proxy = await cuttingProxy(t, server.port, { seed: 5, up: 400000, down: 800 });
  const result = await push(files.store, proxy, { args: ['--max-push', '65536', '--retries', '200', '--retry-delay', '1'] });
  assert.equal(result.status, 0, result.stderr);
  assert.ok(proxy.cuts.up + proxy.cuts.down >= 30, JSON.stringify(proxy.cuts));
  for (const table of ['orders', 'customers', 'settings']) {
    assert.equal(content(path.join(files.dir, 'server.db'), table, { tenant: 'acme' }), content(files.store, table));
  }
});

test('inspect says what each file is', async (t) => {
  const files = prepare(t, { bad: 1 });
  const bundle = await ferrite(['inspect', files.bundle, '--json']);
  assert.equal(bundle.status, 0, bundle.stdout);
  assert.equal(bundle.json.kind, 'bundle');
  assert.deepEqual(bundle.json.sources.map((source) => [source.label, source.status, source.records]), [
    ['indexedDB shop/orders', 'ready', 3000],
    ['indexedDB shop/customers', 'ready', 300],
    ['localStorage', 'ready', 5],
  ]);
  assert.ok(bundle.json.sources.every((source) => source.bytes > 0));
  assert.match(bundle.json.hash, /^[0-9a-f]{32}$/);

  await migrate(files);
  const store = await ferrite(['inspect', files.store, '--json']);
  assert.equal(store.json.kind, 'store');
  assert.deepEqual(store.json.tables.map((table) => [table.name, table.rows]), [['customers', 300], ['orders', 2999], ['settings', 3]]);
  assert.deepEqual([store.json.migration.plan, store.json.migration.failed, store.json.push], ['shop', 1, null]);

  const server = await serve(t, path.join(files.dir, 'server.db'));
  await push(files.store, server);
  assert.equal((await ferrite(['inspect', files.store, '--json'])).json.push.rows, 3302);
  const served = await ferrite(['inspect', path.join(files.dir, 'server.db'), '--json']);
  assert.equal(served.json.kind, 'server');
  assert.deepEqual(served.json.tables[1], { name: 'orders', tenants: [{ tenant: 'acme', rows: 2999 }] });
});

// Every file is refused by every command that would read it, with its code,
// and nothing is made of it.
test('damaged and foreign files', async (t) => {
  const files = prepare(t);
  const size = statSync(files.bundle).size;
  const variant = (name, change) => {
    const file = path.join(files.dir, name);
    copyFileSync(files.bundle, file);
    change(file);
    return file;
  };
  const overwrite = (file, at, bytes) => {
    const handle = openSync(file, 'r+');
    writeSync(handle, bytes, 0, bytes.length, at);
    closeSync(handle);
  };
  const cases = [
    ['half', (file) => truncateSync(file, Math.floor(size / 2)), 'bundle_truncated', 7],
    ['page-short', (file) => truncateSync(file, size - 4096), 'bundle_truncated', 7],
    ['header-only', (file) => truncateSync(file, 100), 'bundle_truncated', 7],
    ['damaged', (file) => overwrite(file, 3 * 8192, Buffer.alloc(8192, 0xaa)), 'bundle_truncated', 7],
    ['never-completed', (file) => sqlite(file, `DELETE FROM bundle_meta WHERE key = 'complete';`), 'bundle_truncated', 7],
    ['one-record-less', (file) => sqlite(file, 'DELETE FROM bundle_record WHERE key = (SELECT max(key) FROM bundle_record);'), 'bundle_truncated', 7],
    ['newer', (file) => sqlite(file, 'PRAGMA user_version = 4;'), 'bundle_foreign', 7],
  ];
  for (const [name, change, code, status] of cases) {
    const bundle = variant(name, change);
    const store = path.join(files.dir, `${name}.db`);
    for (const result of [await ferrite(['inspect', bundle, '--json']), await migrate({ ...files, bundle, store })]) {
      assert.deepEqual([result.json.error?.code, result.status], [code, status], name + result.stdout);
      assert.ok(result.json.error.message.length > 10);
    }
    assert.ok(!existsSync(store), name);
  }

  const text = path.join(files.dir, 'text');
  writeFileSync(text, 'id,name\n1,Ada\n'.repeat(500));
  const foreign = path.join(files.dir, 'foreign.db');
  sqlite(foreign, 'CREATE TABLE t(id);');
  const empty = path.join(files.dir, 'empty');
  writeFileSync(empty, '');
  // An empty file may be a bundle that was cut to nothing.
  for (const [file, code] of [[text, 'bundle_foreign'], [foreign, 'bundle_foreign'], [empty, 'bundle_truncated']]) {
    const seen = await ferrite(['inspect', file, '--json']);
    assert.deepEqual([seen.json.error?.code, seen.status], ['store_foreign', 6], file);
    const moved = await migrate({ ...files, bundle: file, store: path.join(files.dir, 'none.db') });
    assert.deepEqual([moved.json.error?.code, moved.status], [code, 7], file + moved.stdout);
  }
  assert.equal((await ferrite(['inspect', path.join(files.dir, 'nowhere'), '--json'])).status, 6);
  const swapped = await migrate({ ...files, store: files.bundle });
  assert.deepEqual([swapped.json.error?.code, swapped.status], ['store_foreign', 6]);
  const nothing = await verify({ ...files, store: path.join(files.dir, 'nowhere.db') });
  assert.equal(nothing.status, 6);
  assert.ok(!existsSync(path.join(files.dir, 'nowhere.db')));
});

test('a wrong plan is refused with its place, and no store is made', async (t) => {
  const cases = [
    ['{', 'plan_syntax', 3],
    [{ ...plan, extra: 1 }, 'plan_invalid', 3],
    [{ ...plan, tables: [{ ...plan.tables[0], from: { indexedDB: 'shop', store: 'nowhere' } }] }, 'source_missing', 4],
    [{ ...plan, tables: [{ ...plan.tables[0], columns: { id: 'txt' } }] }, 'plan_invalid', 3],
  ];
  for (const [changed, code, status] of cases) {
    const files = prepare(t, { orders: 10, plan: changed });
    const result = await migrate(files);
    assert.deepEqual([result.json.error?.code, result.status], [code, status], result.stdout);
  }
  const files = prepare(t, { orders: 10 });
  const unread = await migrate({ ...files, plan: path.join(files.dir, 'none.json') });
  assert.equal(unread.status, 2);
});
