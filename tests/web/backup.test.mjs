// Backups and rollback in Chromium, and the folder of backups read by the
// program: what one of them wrote the other restores.
//
// FERRITE_KILLS: how many [12].
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { content, ferrite as program, folder as temporary, seeded, sqlite } from '../native/support.mjs';
import { crash, openBrowser } from './support/browser.mjs';

const COUNT = 12_000;
const KILLS = Number(process.env.FERRITE_KILLS ?? 12);

let browser;
let page;

/** A page whose window has what the tests below call. */
async function newPage() {
  const fresh = await browser.newPage();
  await fresh.evaluate(`(() => {
    const plans = {
      notes: legacy.notePlan('first'),
      others: { ...legacy.notePlan('second'), name: 'others', tables: legacy.notePlan('second').tables.map((table) =>
        ({ ...table, name: 'others', columns: { ...table.columns, title: { path: '/title', type: 'text', notNull: true } } })) },
    };
    window.openStore = (store, plan = 'notes') => open({ plan: plans[plan], store });
    /** The tables' names, rows and hashes, as a verification scans them. */
    window.tableHash = async (store, plan = 'notes') => {
      const ferrite = await openStore(store, plan);
      const { tables: [{ rows, hash, different, missing, extra }], status } = await ferrite.verify();
      await ferrite.close();
      return { status, rows, hash, different, missing, extra };
    };
    window.sql = async (store, sql) => {
      const ferrite = await openStore(store);
      const db = await ferrite.database();
      const rows = /^(SELECT|PRAGMA)/.test(sql) ? await db.all(sql) : await db.run(sql);
      await ferrite.close();
      return rows;
    };
    window.kinds = async (ferrite) => (await ferrite.history({ sort: 'id' })).rows.map(({ kind, plan, status }) => [kind, plan, status].join(' '));
    window.fail = async (promise) => { const error = await legacy.failure(promise); return error && { ...error, code: error.code, message: error.message }; };
    window.files = async (store) => {
      const directory = await (await navigator.storage.getDirectory()).getDirectoryHandle(store + '.backups');
      const names = [];
      for await (const name of directory.keys()) names.push(name);
      return names.sort();
    };
  })()`);
  return fresh;
}

before(async () => {
  browser = await openBrowser();
  page = await newPage();
  await page.evaluate(async (count) => {
    await legacy.createNotes('first', count);
    const entries = Array.from({ length: 500 }, (_, i) => [undefined, legacy.note(i + 1)]);
    entries[300] = [undefined, { id: 301 }];
    await legacy.createDatabase('second', { notes: { options: { keyPath: 'id' }, entries } });
  }, COUNT);
});
after(() => browser?.close());

test('Full and incremental backups bring back what was there, and a restore can be undone', async () => {
  const seen = await page.evaluate(async () => {
    const store = 'kept.sqlite3';
    const ferrite = await openStore(store);
    const none = await fail(ferrite.createBackup());
    await ferrite.migrate();
    const first = await tableHash(store);
    const full = await ferrite.createBackup({ description: 'the first' });
    await sql(store, "UPDATE notes SET title = 'changed' WHERE id % 3000 = 0");
    const changed = await tableHash(store);
    const increment = await ferrite.createBackup();
    const listed = await ferrite.listBackups();
    const verified = [await ferrite.verifyBackup(full.id), await ferrite.verifyBackup(increment.id.slice(0, 8))].map(({ state }) => state);
    const unsure = [await fail(ferrite.restoreBackup(full.id)), await fail(ferrite.deleteBackup(increment.id)), await fail(ferrite.deleteBackup(full.id, { confirm: true }))];
    const restored = await ferrite.restoreBackup(full.id, { confirm: true });
    const back = await tableHash(store);
    const undone = await ferrite.restoreBackup(restored.safety, { confirm: true });
    const forth = await tableHash(store);
    const history = await kinds(ferrite);
    const audit = await ferrite.checkAudit();
    const names = await legacy.opfsNames();
    await ferrite.close();
    return { none, first, full, changed, increment, listed, verified, unsure, restored, back, undone, forth, history, audit, names };
  });
  assert.equal(seen.none.code, 'state');
  assert.deepEqual([seen.first.status, seen.first.rows], ['verified', COUNT]);
  assert.deepEqual([seen.full.kind, seen.full.state, seen.full.reason], ['full', 'good', 'manual']);
  assert.deepEqual([seen.increment.kind, seen.increment.base], ['incremental', seen.full.id]);
  assert.ok(seen.increment.bytes < seen.full.bytes / 2);
  assert.deepEqual(seen.listed.map(({ id, description }) => [id, description]), [[seen.increment.id, ''], [seen.full.id, 'the first']]);
  assert.deepEqual(seen.verified, ['good', 'good']);
  assert.deepEqual(seen.unsure.map(({ code }) => code), ['invalid_argument', 'invalid_argument', 'state']);
  assert.deepEqual([seen.restored.status, seen.restored.to, seen.restored.resumed], ['restored', seen.full.id, false]);
  assert.equal(seen.changed.different, 4);
  assert.deepEqual(seen.back, seen.first);
  assert.deepEqual(seen.forth, seen.changed);
  assert.equal(seen.undone.to, seen.restored.safety);
  assert.deepEqual([seen.audit.intact, seen.history.filter((row) => row.startsWith('rollback')).length], [true, 2]);
  assert.ok(!seen.names.some((name) => name.includes('.restore')), String(seen.names));
});

test('A migration into a store that is there is backed up first, taken back when it fails, and on request', async () => {
  const seen = await page.evaluate(async () => {
    const store = 'two.sqlite3';
    const notes = await openStore(store);
    const fresh = await notes.migrate();
    const before = await tableHash(store);
    await notes.close();
    const others = await openStore(store, 'others');
    const failed = await fail(others.migrate({ continueOnError: false }));
    const afterFailure = { hash: await tableHash(store), kinds: await kinds(others), check: (await others.checkIfNeeded()).reason };
    const backups = await others.listBackups();
    const left = await fail(others.migrate({ continueOnError: false, rollback: false }));
    const leftKinds = await kinds(others);
    const done = await others.migrate();
    const can = await others.canRollback();
    const points = await others.rollbackPoints();
    const checkDone = (await others.checkIfNeeded()).reason;
    const rolled = await others.rollback({ confirm: true });
    const afterRollback = { hash: await tableHash(store), check: (await others.checkIfNeeded()).reason };
    const again = await others.migrate();
    const stays = await openStore(store);
    const checkNotes = (await stays.checkIfNeeded()).reason;
    await others.close();
    await stays.close();
    return { fresh, before, failed, afterFailure, backups, left, leftKinds, done, can, points, checkDone, rolled, afterRollback, again, checkNotes };
  });
  assert.equal(seen.fresh.backup, undefined);
  assert.equal(seen.failed.code, 'not_null');
  assert.match(seen.failed.message, /rolled back/);
  assert.deepEqual(seen.afterFailure.hash, seen.before);
  assert.deepEqual(seen.afterFailure.kinds, [
    'migration first verified', 'verification first verified', 'migration others rolled_back', 'rollback others completed',
    'verification first verified']);
  assert.equal(seen.afterFailure.check, 'data-found');
  assert.deepEqual(seen.backups.map(({ reason }) => reason), ['rollback', 'migration']);
  assert.doesNotMatch(seen.left.message, /rolled back/);
  assert.ok(seen.leftKinds.includes('migration others failed'));
  assert.equal(seen.done.status, 'completed_with_differences');
  assert.equal(seen.done.backup, undefined, 'it went on');
  assert.equal(seen.checkDone, 'already-migrated');
  assert.deepEqual([seen.can.can, seen.can.to, seen.can.migration.plan], [true, seen.rolled.to, 'others']);
  assert.ok(seen.points.some(({ id }) => id === seen.can.to));
  assert.deepEqual(seen.afterRollback, { hash: seen.before, check: 'data-found' });
  assert.equal(seen.again.status, 'completed_with_differences');
  assert.ok(seen.points.every(({ id }) => id !== seen.again.backup) && seen.again.backup);
});

test('A store that was not there before is removed, with its marker, and comes back by its backup', async () => {
  const seen = await page.evaluate(async () => {
    const store = 'new.sqlite3';
    const ferrite = await openStore(store);
    await ferrite.migrate();
    const before = await tableHash(store);
    const unsure = await fail(ferrite.rollback());
    const rolled = await ferrite.rollback({ confirm: true });
    const names = (await legacy.opfsNames()).filter((name) => name.startsWith('new.sqlite3'));
    const check = (await ferrite.checkIfNeeded()).reason;
    const can = await ferrite.canRollback();
    await ferrite.restoreBackup(rolled.safety, { confirm: true });
    const rows = await sql(store, 'SELECT count(*) AS n FROM notes');
    const history = await kinds(ferrite);
    await ferrite.close();
    return { before, unsure, rolled, names, check, can, rows, history };
  });
  assert.equal(seen.unsure.code, 'invalid_argument');
  assert.deepEqual([seen.rolled.status, seen.rolled.to], ['removed', 'absent']);
  assert.deepEqual(seen.names, ['new.sqlite3.backups']);
  assert.deepEqual([seen.check, seen.can.can], ['data-found', false]);
  assert.match(seen.can.reason, /no store/);
  assert.equal(seen.rows[0].n, COUNT);
  assert.ok(seen.history.includes('migration first verified'), 'what is there again is as it was');
});

test('Encrypted backups need their key, retention takes what has expired, and damage is found', async () => {
  const seen = await page.evaluate(async () => {
    const store = 'sealed.sqlite3';
    const ferrite = await openStore(store);
    await ferrite.migrate();
    const before = await tableHash(store);
    const key = { raw: new Uint8Array(32).fill(7) };
    const sealed = await ferrite.createBackup({ key });
    const increment = await ferrite.createBackup({ key });
    const refused = [
      await fail(ferrite.restoreBackup(sealed.id, { confirm: true })),
      await fail(ferrite.restoreBackup(sealed.id, { confirm: true, key: { raw: new Uint8Array(32) } })),
      await fail(ferrite.verifyBackup('ffffffff')),
    ];
    const restored = await ferrite.restoreBackup(increment.id, { confirm: true, key });
    const back = await tableHash(store);
    const plain = await ferrite.createBackup({ full: true, retention: { keep: 1, maxAgeDays: 0 } });
    const left = await ferrite.listBackups();
    // A bit of the only one that is left.
    const root = await navigator.storage.getDirectory();
    const handle = await (await root.getDirectoryHandle(store + '.backups')).getFileHandle(plain.file);
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
    bytes[Math.floor(bytes.length / 2)] ^= 4;
    const writable = await handle.createWritable();
    await writable.write(bytes);
    await writable.close();
    const damaged = [await fail(ferrite.restoreBackup(plain.id, { confirm: true })), await fail(ferrite.verifyBackup(plain.id))];
    const states = (await ferrite.listBackups()).map(({ state }) => state);
    const unharmed = await tableHash(store);
    const next = await ferrite.createBackup();
    await ferrite.close();
    return { before, sealed, increment, refused, restored, back, plain, left, damaged, states, unharmed, next, files: await files(store) };
  });
  assert.deepEqual([seen.sealed.encrypted, seen.increment.base], [true, seen.sealed.id]);
  assert.deepEqual(seen.refused.map(({ code }) => code), ['key_missing', 'key_wrong', 'invalid_argument']);
  assert.deepEqual(seen.back, seen.before);
  assert.deepEqual(seen.left.map(({ id }) => id), [seen.plain.id]);
  assert.equal(seen.plain.removed.length, 3);
  assert.deepEqual(seen.damaged.map(({ code }) => code), ['container_damaged', 'container_damaged']);
  assert.deepEqual(seen.states, ['damaged']);
  assert.deepEqual(seen.unharmed, seen.before);
  assert.equal(seen.next.kind, 'full');
  assert.equal(seen.files.length, 6);
});

/** All files of a store's folder of backups, out of the browser. */
async function takeFolder(store, into) {
  const files = await page.evaluate(async (name) => {
    const directory = await (await navigator.storage.getDirectory()).getDirectoryHandle(`${name}.backups`);
    const all = [];
    for await (const [file, handle] of directory.entries()) {
      const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
      all.push([file, bytes.toBase64?.() ?? btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))]);
    }
    return all;
  }, store);
  mkdirSync(into, { recursive: true });
  for (const [name, base64] of files) writeFileSync(join(into, name), Buffer.from(base64, 'base64'));
}

test('What the browser backed up the program restores, and the other way round', async (t) => {
  const store = 'twins.sqlite3';
  const made = await page.evaluate(async (name) => {
    const ferrite = await openStore(name);
    await ferrite.migrate();
    const full = await ferrite.createBackup({ description: 'of the browser' });
    await sql(name, "UPDATE notes SET title = 'ünïcode ' || id WHERE id % 2000 = 0");
    const increment = await ferrite.createBackup();
    const hash = await tableHash(name);
    const bytes = await (await ferrite.exportStore()).arrayBuffer();
    await ferrite.close();
    return { full, increment, hash, size: bytes.byteLength };
  }, store);
  const dir = temporary(t);
  const path = join(dir, store);
  await takeFolder(store, `${path}.backups`);
  const run = async (...args) => (await program([...args, '--store', path, '--json'])).json;

  const { backups } = await run('backup', 'list');
  assert.deepEqual(backups.map(({ id, state, reason }) => [id, state, reason]), [[made.increment.id, 'good', 'manual'], [made.full.id, 'good', 'manual']]);
  assert.ok((await run('backup', 'verify')).backups.every(({ ok }) => ok));
  assert.equal((await run('backup', 'restore', made.increment.id, '--yes')).status, 'restored');
  assert.equal(sqlite(path, 'PRAGMA integrity_check; SELECT title FROM notes WHERE id = 4000;'), 'ok\nünïcode 4000');
  assert.equal(sqlite(path, 'SELECT count(*) FROM notes;'), String(COUNT));

  // Builds on the browser's, and goes back there.
  sqlite(path, "UPDATE notes SET title = 'of the program' WHERE id = 77;");
  const increment = await run('backup', 'create', '--description', 'of the program');
  assert.equal(increment.base, made.increment.id);
  const cells = content(path, 'notes');
  const files = readdirSync(`${path}.backups`).map((name) => [name, readFileSync(join(`${path}.backups`, name)).toString('base64')]);
  const back = await page.evaluate(async ([name, given, id]) => {
    const directory = await (await navigator.storage.getDirectory()).getDirectoryHandle(`${name}.backups`);
    for (const [file, base64] of given) {
      const writable = await (await directory.getFileHandle(file, { create: true })).createWritable();
      await writable.write(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
      await writable.close();
    }
    const ferrite = await openStore(name);
    const restored = await ferrite.restoreBackup(id, { confirm: true });
    const rows = await sql(name, 'SELECT title FROM notes WHERE id IN (77, 4000) ORDER BY id');
    const next = await ferrite.createBackup();
    const bytes = await (await ferrite.exportStore()).arrayBuffer();
    await ferrite.close();
    return { restored, rows, next, store: btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('')) };
  }, [store, files, increment.id]);
  assert.deepEqual(back.rows.map(({ title }) => title), ['of the program', 'ünïcode 4000']);
  assert.equal(back.next.state, 'good');
  const exported = join(dir, 'exported.sqlite3');
  writeFileSync(exported, Buffer.from(back.store, 'base64'));
  assert.equal(content(exported, 'notes'), cells);
});

test('A page that dies within a backup or a restore leaves the old or the new store, and the call goes on', async () => {
  const random = seeded(5);
  const store = 'killed.sqlite3';
  const target = await page.evaluate(async (name) => {
    const ferrite = await openStore(name);
    await ferrite.migrate();
    const { id } = await ferrite.createBackup();
    const begun = performance.now();
    await ferrite.restoreBackup(id, { confirm: true });
    const restore = performance.now() - begun;
    const createBegun = performance.now();
    await ferrite.createBackup({ full: true });
    const create = performance.now() - createBegun;
    await ferrite.close();
    return { id, restore, create, old: await tableHash(name) };
  }, store);
  let pendings = 0;
  for (let i = 0; i < KILLS; ++i) {
    const isRestore = i % 3 !== 0;
    await page.evaluate(([name, n]) => sql(name, `UPDATE notes SET title = 'round ${n}'`), [store, i]);
    const victim = await newPage();
    await victim.evaluate(async ([name, id, restores]) => {
      const ferrite = await openStore(name);
      window.running = restores ? ferrite.restoreBackup(id, { confirm: true }) : ferrite.createBackup({ full: true, retention: { keep: 3 } });
      window.running.catch(() => undefined);
    }, [store, target.id, isRestore]);
    await new Promise((resolve) => setTimeout(resolve, random() * (isRestore ? target.restore : target.create) * 1.2));
    await crash(victim);
    const found = await page.evaluate(async ([name, restores]) => {
      const titles = await sql(name, 'SELECT DISTINCT substr(title, 1, 5) AS t, count(*) AS n FROM notes GROUP BY 1 ORDER BY 1');
      const [{ integrity_check: whole }] = await sql(name, 'PRAGMA integrity_check');
      const ferrite = await openStore(name);
      const can = await ferrite.canRollback();
      const blocked = can.pending ? await fail(ferrite.migrate()) : undefined;
      const finished = can.pending ? await ferrite.rollback({ confirm: true }) : undefined;
      const states = (await ferrite.listBackups()).map(({ state }) => state);
      await ferrite.close();
      return { titles, whole, can, blocked, finished, states, after: restores && can.pending ? await tableHash(name) : undefined };
    }, [store, isRestore]);
    assert.equal(found.whole, 'ok');
    assert.equal(found.titles.length, 1, JSON.stringify(found.titles));
    assert.ok(found.titles[0].t === 'round' || isRestore, `round ${i}`);
    assert.ok(found.states.every((state) => state === 'good' || state === 'unchecked'), String(found.states));
    if (found.can.pending) {
      ++pendings;
      assert.equal(found.blocked.code, 'state');
      assert.deepEqual([found.finished.to, found.finished.resumed], [target.id, true]);
      assert.deepEqual(found.after, target.old);
    }
  }
  assert.ok(pendings > 0, 'no kill hit a restore');
});
