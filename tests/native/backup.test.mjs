// backup and rollback: what comes back is what was there, whatever happened to
// the store, the folder or the program in between.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync,
} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { bin, content, ferrite, folder, makeBundle, seeded, sqlite, start } from './support.mjs';

const table = (name, store, columns) =>
  ({ name, from: { indexedDB: 'shop', store }, columns, primaryKey: ['id'] });
const plans = {
  customers: { ferrite: 1, name: 'customers', tables: [
    table('customers', 'customers', { id: { path: '$key', type: 'integer' }, name: 'text', active: 'boolean' })] },
  // Bad orders have no createdAt.
  orders: { ferrite: 1, name: 'orders', tables: [
    table('orders', 'orders', { id: 'text', placed: { path: '/createdAt', type: 'datetime', notNull: true }, thumbnail: 'blob' })] },
};

function prepare(t, { orders = 2000, bad = 0 } = {}) {
  const dir = folder(t);
  const files = { dir, bundle: path.join(dir, 'shop.bundle'), store: path.join(dir, 'shop.db') };
  makeBundle(files.bundle, orders, bad);
  for (const [name, plan] of Object.entries(plans)) {
    files[name] = path.join(dir, `${name}.json`);
    writeFileSync(files[name], JSON.stringify(plan));
  }
  files.backups = `${files.store}.backups`;
  return files;
}

const run = (files, ...args) => ferrite([...args, '--store', files.store, '--json']);
const migrate = (files, plan, ...args) => run(files, 'migrate', files.bundle, '--plan', files[plan], ...args);
async function backup(files, action, ...args) {
  const done = await run(files, 'backup', action, ...args);
  assert.equal(done.status, 0, done.stdout + done.stderr);
  return done.json;
}
const containers = (files) => readdirSync(files.backups).filter((name) => name.endsWith('.backup')).sort();
const list = async (files) => (await backup(files, 'list')).backups;
const history = async (files) =>
  (await run(files, 'history', '--sort', 'id')).json.rows.map(({ kind, plan, status }) => `${kind} ${plan} ${status}`);

/** Table name → hash, as the store's own scan of its tables has it, with all cells. */
async function tables(files, ...names) {
  const all = {};
  for (const name of names) {
    const { json } = await run(files, 'verify', files.bundle, '--plan', files[name]);
    all[name] = [json.error?.code ?? json.tables[0].hash, content(files.store, name)];
  }
  return all;
}
const change = (files, sql = "UPDATE customers SET name = 'changed' WHERE id % 50 = 0;") => sqlite(files.store, sql);

async function withBoth(t, options) {
  const files = prepare(t, options);
  assert.equal((await migrate(files, 'customers')).json.status, 'verified');
  assert.equal((await migrate(files, 'orders')).json.status, 'verified');
  return files;
}

async function assertWhole(files) {
  assert.equal(sqlite(files.store, 'PRAGMA integrity_check;'), 'ok');
  const { json } = await run(files, 'audit', '--check');
  assert.equal(json.intact, true);
  assert.ok(!existsSync(`${files.store}.restore`) && !existsSync(path.join(files.backups, 'rollback.json')));
}

test('a full backup and its increments bring back what was there', async (t) => {
  const files = await withBoth(t);
  const states = [];
  const make = async (...args) => {
    const made = await backup(files, 'create', ...args);
    states.push({ made, tables: await tables(files, 'customers', 'orders') });
    return made;
  };
  const full = await make('--description', 'the first', '--full');
  assert.equal(full.kind, 'full');
  assert.equal(full.plainBytes % 8192, 0);
  change(files);
  const second = await make();
  assert.equal(second.kind, 'incremental');
  assert.equal(second.base, full.id);
  assert.ok(second.bytes * 2 < full.bytes, `${second.bytes} of ${full.bytes}`);
  sqlite(files.store, "DELETE FROM orders WHERE rowid % 40 = 1; CREATE TABLE mine(a); INSERT INTO mine VALUES('x');");
  const third = await make();
  assert.deepEqual((await list(files)).slice(0, 3).map(({ id, state, reason }) => [id, state, reason]), [third, second, full].map(({ id }) => [id, 'good', 'manual']));
  assert.equal((await list(files))[2].description, 'the first');
  const verified = await backup(files, 'verify');
  assert.equal(verified.backups.filter(({ ok }) => ok).length, 4);

  for (const { made, tables: before } of [states[0], states[2], states[1], states[2]]) {
    const restored = await backup(files, 'restore', made.id, '--yes');
    assert.equal(restored.to, made.id);
    assert.deepEqual(await tables(files, 'customers', 'orders'), before);
    await assertWhole(files);
  }
  assert.equal(sqlite(files.store, 'SELECT a FROM mine;'), 'x');
  assert.equal((await history(files)).filter((row) => row.startsWith('rollback')).length, 4);
});

test('a restore is undone by the backup that it makes first', async (t) => {
  const files = await withBoth(t);
  const made = await backup(files, 'create');
  change(files);
  const changed = await tables(files, 'customers', 'orders');
  const restored = await backup(files, 'restore', made.id.slice(0, 8), '--yes');
  assert.notDeepEqual(await tables(files, 'customers', 'orders'), changed);
  await backup(files, 'restore', restored.safety, '--yes');
  assert.deepEqual(await tables(files, 'customers', 'orders'), changed);
  await assertWhole(files);
});

test('what replaces or deletes asks for --yes, and an id that there is', async (t) => {
  const files = await withBoth(t);
  const made = await backup(files, 'create', '--full');
  const before = readFileSync(files.store);
  for (const args of [['backup', 'restore', made.id], ['backup', 'delete', made.id], ['rollback']]) {
    const refused = await run(files, ...args);
    assert.equal(refused.json.error.code, 'invalid_argument');
    assert.match(refused.json.error.hint, /--yes/);
  }
  assert.equal((await run(files, 'backup', 'restore', 'ffffffff', '--yes')).json.error.path, '/id');
  assert.deepEqual(readFileSync(files.store), before);
  change(files);
  const increment = await backup(files, 'create');
  assert.equal((await run(files, 'backup', 'delete', made.id, '--yes')).json.error.code, 'state');
  await backup(files, 'delete', increment.id, '--yes');
  await backup(files, 'delete', made.id, '--yes');
  assert.equal((await list(files)).length, 1);
  const none = await run({ store: `${files.store}2` }, 'backup', 'create');
  assert.equal(none.json.error.code, 'store_open');
  assert.ok(!existsSync(`${files.store}2`) && !existsSync(`${files.store}2.backups`));
});

test('behind ten increments comes a full one, and retention takes old chains as a whole', async (t) => {
  const files = await withBoth(t);
  // Enough that ten increments are not half of it.
  change(files, `CREATE TABLE bulk(bytes); INSERT INTO bulk VALUES(randomblob(${2 << 20}));`);
  const kinds = [];
  for (let i = 0; i < 12; ++i) {
    change(files, `UPDATE customers SET name = 'at ${i}' WHERE id = ${i};`);
    kinds.push((await backup(files, 'create', '--keep', '2', ...(i === 0 ? ['--full'] : []))).kind);
  }
  assert.deepEqual(kinds, ['full', ...Array(10).fill('incremental'), 'full']);
  change(files);
  const last = await backup(files, 'create', '--keep', '2');
  assert.equal(last.removed.length, 11);
  const left = await list(files);
  assert.deepEqual(left.map(({ kind }) => kind), ['incremental', 'full']);
  assert.equal((await backup(files, 'verify')).backups.length, 2);
  // Age alone never takes the last good one.
  await backup(files, 'create', '--max-age-days', '0', '--keep', '1');
  assert.deepEqual((await list(files)).map(({ state }) => state), ['good', 'good', 'good']);
  assert.equal(readdirSync(files.backups).length, 9);
});

test('a damaged backup is found and never restored', async (t) => {
  const files = await withBoth(t);
  const full = await backup(files, 'create', '--full');
  change(files);
  const increment = await backup(files, 'create');
  const random = seeded(3);
  for (const made of [full, increment]) {
    const file = path.join(files.backups, made.file);
    const good = readFileSync(file);
    for (let i = 0; i < 15; ++i) {
      const bad = Buffer.from(good);
      bad[Math.floor(random() * bad.length)] ^= 1 << Math.floor(random() * 8);
      writeFileSync(file, bad);
      const before = readFileSync(files.store);
      const verified = await run(files, 'backup', 'verify');
      assert.notEqual(verified.status, 0);
      const restored = await run(files, 'backup', 'restore', increment.id, '--yes');
      assert.notEqual(restored.status, 0, restored.stdout);
      assert.deepEqual(readFileSync(files.store), before);
      assert.ok(!existsSync(`${files.store}.restore`));
    }
    truncateSync(file, Math.floor(good.length / 2));
    assert.notEqual((await run(files, 'backup', 'restore', made.id, '--yes')).status, 0);
    assert.ok((await list(files)).some(({ state }) => state !== 'good'));
    writeFileSync(file, good);
    assert.equal((await run(files, 'backup', 'verify')).status, 0);
  }
  assert.ok((await list(files)).every(({ state }) => state === 'good'));
  rmSync(path.join(files.backups, full.file));
  assert.equal((await run(files, 'backup', 'restore', increment.id, '--yes')).json.error.code, 'container_base');
});

test('without its notes a folder is still a folder of backups', async (t) => {
  const files = await withBoth(t);
  const before = await tables(files, 'customers', 'orders');
  const full = await backup(files, 'create', '--full', '--description', 'kept');
  change(files);
  const increment = await backup(files, 'create');
  for (const name of readdirSync(files.backups)) if (!name.endsWith('.backup')) rmSync(path.join(files.backups, name));
  const unchecked = await list(files);
  assert.deepEqual(unchecked.map(({ id, state }) => [id, state]).slice(0, 2), [[increment.id, 'unchecked'], [full.id, 'unchecked']]);
  assert.equal(unchecked[1].description, 'kept');
  await backup(files, 'restore', full.id, '--yes');
  assert.deepEqual(await tables(files, 'customers', 'orders'), before);
  assert.equal((await list(files))[0].kind, 'full');
  await backup(files, 'verify');
  assert.ok((await list(files)).every(({ state }) => state === 'good'));
  // Notes that are cut or another file's are as good as none.
  const [name] = readdirSync(files.backups).filter((each) => each.endsWith('.json'));
  truncateSync(path.join(files.backups, name), 20);
  assert.ok((await list(files)).some(({ state }) => state === 'unchecked'));
});

test('a migration into a store that is there is backed up first, and taken back when it fails', async (t) => {
  const files = prepare(t, { bad: 3 });
  assert.equal((await migrate(files, 'customers')).json.status, 'verified');
  assert.ok(!existsSync(files.backups), 'there was nothing to back up');
  change(files);
  const before = content(files.store, 'customers');
  const failed = await migrate(files, 'orders', '--stop-on-error');
  assert.equal(failed.status, 5, failed.stdout);
  assert.match(failed.json.error.message, /rolled back/);
  assert.equal(content(files.store, 'customers'), before);
  assert.equal(sqlite(files.store, "SELECT count(*) FROM sqlite_schema WHERE name = 'orders';"), '0');
  assert.deepEqual(await history(files), ['migration customers verified', 'migration orders rolled_back', 'rollback orders completed']);
  const made = await list(files);
  assert.deepEqual(made.map(({ reason }) => reason), ['rollback', 'migration']);
  await assertWhole(files);
  const { rows } = (await run(files, 'history', '--status', 'rolled_back')).json;
  assert.deepEqual(rows.map(({ code, attempts }) => [code, attempts]), [['type_mismatch', 1]]);
  // What it had done is not lost.
  await backup(files, 'restore', made[0].id, '--yes');
  assert.ok((await history(files)).includes('migration orders failed'));
  assert.equal(sqlite(files.store, "SELECT count(*) FROM sqlite_schema WHERE name = 'orders';"), '1');
});

test('--no-rollback and --no-backup leave a failed migration as it is', async (t) => {
  const files = prepare(t, { bad: 3 });
  await migrate(files, 'customers');
  const failed = await migrate(files, 'orders', '--stop-on-error', '--no-rollback');
  assert.doesNotMatch(failed.json.error.message, /rolled back/);
  assert.deepEqual(await history(files), ['migration customers verified', 'migration orders failed']);
  assert.equal((await list(files)).length, 1);
  // It goes on, with the backup of its first attempt, and is taken back to that.
  const finished = await migrate(files, 'orders');
  assert.equal(finished.json.status, 'completed_with_differences');
  assert.equal((await list(files)).length, 1);
  const looked = (await run(files, 'rollback', '--list')).json;
  assert.deepEqual([looked.can, looked.to], [true, (await list(files))[0].id]);
  assert.equal((await run(files, 'rollback', '--yes')).status, 0);
  assert.deepEqual(await history(files), ['migration customers verified', 'migration orders rolled_back', 'rollback orders completed']);

  const without = await migrate(files, 'orders', '--no-backup', '--stop-on-error');
  assert.doesNotMatch(without.json.error.message, /rolled back/);
  const cannot = (await run(files, 'rollback', '--list')).json;
  assert.equal(cannot.can, false);
  assert.match(cannot.reason, /began without a backup/);
  assert.equal((await run(files, 'rollback', '--yes')).json.error.code, 'state');
});

test('a migration that is refused or was done leaves no backup', async (t) => {
  const files = await withBoth(t);
  const [made] = await list(files);
  assert.equal(made.reason, 'migration');
  assert.equal((await migrate(files, 'orders')).json.backup, undefined);
  writeFileSync(files.orders, JSON.stringify({ ...plans.orders, name: 'other' }));
  assert.notEqual((await migrate(files, 'orders')).status, 0);
  assert.deepEqual(await list(files), [made]);
});

test('rollback goes back one migration at a time, to a store that was not there', async (t) => {
  const files = prepare(t);
  await migrate(files, 'customers');
  const before = await tables(files, 'customers');
  const second = await migrate(files, 'orders');
  assert.equal(second.json.backup, (await list(files))[0].id);
  const both = await tables(files, 'customers', 'orders');

  const first = (await run(files, 'rollback', '--yes')).json;
  assert.deepEqual([first.status, first.to], ['restored', second.json.backup]);
  assert.deepEqual(await tables(files, 'customers'), before);
  const gone = (await run(files, 'rollback', '--yes')).json;
  assert.deepEqual([gone.status, gone.to], ['removed', 'absent']);
  assert.ok(!existsSync(files.store) && !existsSync(`${files.store}-journal`));
  const nothing = (await run(files, 'rollback', '--list')).json;
  assert.deepEqual([nothing.can, nothing.points.length], [false, 3]);
  assert.match(nothing.reason, /no store/);

  // Undone, one after the other; the store that was removed says that it was, and its migration is what it was.
  await backup(files, 'restore', gone.safety, '--yes');
  assert.equal(content(files.store, 'customers'), before.customers[1]);
  assert.deepEqual((await history(files)).slice(-2), ['rollback customers completed', 'rollback  completed']);
  assert.equal((await run(files, 'rollback', '--list')).json.can, true);
  await backup(files, 'restore', first.safety, '--yes');
  assert.deepEqual(await tables(files, 'customers', 'orders'), both);
  assert.equal((await run(files, 'rollback', '--list')).json.can, true);
  await assertWhole(files);
});

test('a rollback says why when its backup is gone', async (t) => {
  const files = await withBoth(t);
  const [{ id, file }] = await list(files);
  const container = path.join(files.backups, file);
  copyFileSync(container, `${files.dir}/kept`);
  await backup(files, 'delete', id, '--yes');
  const looked = (await run(files, 'rollback', '--list')).json;
  assert.equal(looked.can, false);
  assert.match(looked.reason, /no longer/);
  mkdirSync(files.backups, { recursive: true });
  copyFileSync(`${files.dir}/kept`, container);
  assert.equal((await run(files, 'rollback', '--yes')).json.to, id);
});

test('a store that cannot be opened comes back, and its bytes are kept', async (t) => {
  const files = await withBoth(t);
  const made = await backup(files, 'create', '--full');
  const before = await tables(files, 'customers', 'orders');
  for (const [from, length] of [[0, 4096], [8192 * 3, 8192 * 20]]) {
    const bad = readFileSync(files.store);
    bad.fill(0x5a, from, from + length);
    writeFileSync(files.store, bad);
    const refused = await run(files, 'backup', 'create');
    assert.match(refused.json.error.code, /store_corrupt|store_foreign/);
    const restored = await backup(files, 'restore', made.id, '--yes');
    assert.deepEqual(await tables(files, 'customers', 'orders'), before);
    const safety = (await list(files)).find(({ id }) => id === restored.safety);
    assert.equal(safety.state, 'unsound');
    assert.equal(safety.plainBytes, bad.length);
    await assertWhole(files);
  }
  // An unsound one is no base.
  assert.equal((await backup(files, 'create')).base, made.id);
});

test('encrypted backups need their key', async (t) => {
  const files = await withBoth(t);
  const key = path.join(files.dir, 'key');
  writeFileSync(key, 'ab'.repeat(32));
  const other = path.join(files.dir, 'other');
  writeFileSync(other, 'cd'.repeat(32));
  const before = await tables(files, 'customers', 'orders');
  const full = await backup(files, 'create', '--key-file', key);
  assert.deepEqual([full.kind, full.encrypted], ['full', true]);
  change(files);
  const increment = await backup(files, 'create', '--key-file', key);
  assert.equal(increment.base, full.id);
  assert.equal((await backup(files, 'create', '--key-file', other)).kind, 'full');
  assert.equal((await backup(files, 'create')).kind, 'full');
  const restore = (id, ...args) => run(files, 'backup', 'restore', id, '--yes', ...args);
  assert.equal((await restore(full.id)).json.error.code, 'key_missing');
  assert.equal((await restore(full.id, '--key-file', other)).json.error.code, 'key_wrong');
  const restored = await restore(full.id, '--key-file', key);
  assert.equal(restored.status, 0, restored.stdout);
  assert.deepEqual(await tables(files, 'customers', 'orders'), before);
  assert.equal((await list(files)).find(({ id }) => id === restored.json.safety).encrypted, true);
  assert.equal((await backup(files, 'verify', increment.id, '--key-file', key)).backups[0].ok, true);
  assert.equal(readFileSync(path.join(files.backups, full.file)).includes('customers'), false);
});

test('no room is said before and leaves nothing behind', async (t) => {
  const files = await withBoth(t);
  const before = readdirSync(files.backups).sort();
  // A file may have 64 KiB here; SIGXFSZ is ignored, so that write() says so.
  const limited = (...args) => {
    try {
      return JSON.parse(execFileSync('sh', ['-c', `trap '' XFSZ; ulimit -f 128; exec "$@"`, 'sh', bin, ...args, '--store', files.store, '--json'], { encoding: 'utf8' }));
    } catch (error) {
      return JSON.parse(error.stdout);
    }
  };
  assert.equal(limited('backup', 'create', '--full').error?.code, 'store_full');
  assert.deepEqual(readdirSync(files.backups).sort(), before);
  const content = readFileSync(files.store);
  assert.equal(limited('rollback', '--yes').error?.code, 'store_full');
  assert.deepEqual(readFileSync(files.store), content);
  assert.equal((await run(files, 'rollback', '--yes')).status, 0);
  await assertWhole(files);
});

test('what people read fits a terminal', async (t) => {
  const files = await withBoth(t);
  await backup(files, 'create', '--description', 'a text that is rather longer than a table has room for');
  for (const args of [['backup', 'list'], ['rollback', '--list']]) {
    const { stdout, status } = await ferrite([...args, '--store', files.store]);
    assert.equal(status, 0);
    assert.match(stdout, /good/);
    for (const line of stdout.split('\n')) assert.ok([...line].length <= 80, `${[...line].length}: ${line}`);
  }
});

test('a kill at any moment of a backup or a rollback loses nothing', async (t) => {
  const files = await withBoth(t, { orders: 6000 });
  const old = content(files.store, 'customers');
  const kills = Number(process.env.FERRITE_KILLS ?? 24);
  const random = seeded(11);
  let killed = 0;
  const timed = async (...args) => {
    const begun = performance.now();
    await run(files, ...args);
    return performance.now() - begun;
  };
  const target = (await backup(files, 'create', '--full')).id;
  const restore = ['backup', 'restore', target, '--yes'];
  const times = { create: await timed('backup', 'create', '--full'), restore: await timed(...restore) };
  for (let i = 0; i < kills; ++i) {
    const isRestore = i % 2 === 1;
    change(files, `UPDATE customers SET name = 'round ${i}';`);
    const changed = content(files.store, 'customers');
    const command = isRestore ? restore : ['backup', 'create', '--full', '--no-retention'];
    const child = start([...command, '--store', files.store, '--json']);
    await new Promise((resolve) => setTimeout(resolve, random() * (isRestore ? times.restore : times.create)));
    child.child.kill('SIGKILL');
    const { signal } = await child.ended;
    if (signal) ++killed;
    // Nobody reads the store before it was rolled back: the journal is hot.
    const now = content(files.store, 'customers');
    assert.ok(now === changed || (isRestore && now === old), `round ${i}`);
    assert.equal(sqlite(files.store, 'PRAGMA integrity_check;'), 'ok');
    for (const { state } of await list(files)) assert.ok(state === 'good' || state === 'unchecked', state);
    if (isRestore) {
      const looked = (await run(files, 'rollback', '--list')).json;
      if (looked.pending) {
        assert.equal(looked.to, target);
        assert.equal((await migrate(files, 'orders')).json.error?.code, 'state');
        const again = (await run(files, 'rollback', '--yes')).json;
        assert.deepEqual([again.to, again.resumed], [target, true]);
      } else if (now !== old) {
        await backup(files, 'restore', target, '--yes');
      }
      assert.equal(content(files.store, 'customers'), old);
    }
    const verified = await run(files, 'backup', 'verify');
    assert.equal(verified.status, 0, verified.stdout);
    await assertWhole(files);
    assert.deepEqual(readdirSync(files.backups).filter((name) => /\.\w{6}$/.test(name) && !/\.(backup|groups)$/.test(name)), []);
  }
  assert.ok(killed > kills / 3, `${killed} kills hit`);
  assert.ok(containers(files).length > 0);
  assert.ok(statSync(files.store).size > 0);
});
