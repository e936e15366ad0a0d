// Pushing a store to a server, over connections and processes that break.
import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { content, cuttingProxy, ferrite, folder, push, seeded, serve, sqlite, start, tokens } from './support.mjs';

// A store with every storage class, three kinds of keys and awkward names.
function makeStore(file, rows) {
  sqlite(
    file,
    `CREATE TABLE "or""ders"(id TEXT PRIMARY KEY NOT NULL, total REAL, placed INTEGER, "what's in it" BLOB, anything);
     CREATE TABLE lines("order" TEXT, line INTEGER, sku TEXT, PRIMARY KEY("order", line)) WITHOUT ROWID;
     CREATE TABLE counters(id INTEGER PRIMARY KEY, n NUMERIC);
     BEGIN;
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
       INSERT INTO "or""ders" SELECT printf('o-%06d', (i * 7919) % ${rows}), i * 0.1, i * 900719925474099,
         CASE i % 3 WHEN 0 THEN NULL ELSE randomblob(i % 120) END,
         CASE i % 5 WHEN 0 THEN 1.0 WHEN 1 THEN 1 WHEN 2 THEN 'grüße ' || i WHEN 3 THEN x'00ff' ELSE NULL END FROM n;
     INSERT INTO lines SELECT id, 1, 'sku-' || placed FROM "or""ders";
     INSERT INTO counters SELECT placed, total FROM "or""ders";
     COMMIT;`,
  );
  return file;
}
const tables = ['or"ders', 'lines', 'counters'];

function assertSame(client, server, tenant = 'acme') {
  for (const table of tables) {
    assert.equal(content(server, table, { tenant }), content(client, table), table);
  }
}

// What the server's ledger says of the one client that pushed.
function ledger(server) {
  const [last, outcomes, rows] = sqlite(
    server,
    `SELECT (SELECT max(last) FROM ferrite_push_ledger), count(*), sum(body ->> 'rows') FROM ferrite_push_outcome;`,
  ).split('|');
  return { last: Number(last), outcomes: Number(outcomes), rows: Number(rows) };
}

// Makes the server's tables note every row that is written a second time.
function watchForDoubles(server) {
  sqlite(
    server,
    `CREATE TABLE doubles(name TEXT);` +
      tables
        .map((name, i) => `CREATE TRIGGER double_${i} AFTER UPDATE ON "${name.replaceAll('"', '""')}" BEGIN INSERT INTO doubles VALUES('${name}'); END;`)
        .join('\n'),
  );
}
const doubles = (server) => Number(sqlite(server, 'SELECT count(*) FROM doubles;'));

async function prepared(t, rows) {
  const dir = folder(t);
  const files = { client: path.join(dir, 'client.db'), server: path.join(dir, 'server.db'), dir };
  makeStore(files.client, rows);
  // Another tenant pushes first, so that the tables can be watched.
  const first = path.join(dir, 'first.db');
  makeStore(first, 1);
  const server = await serve(t, files.server);
  const pushed = await push(first, server, { token: tokens.globex });
  assert.equal(pushed.status, 0, pushed.stderr);
  await server.stop();
  watchForDoubles(files.server);
  return files;
}

test('a push brings every value in its storage class, and a second one has nothing to do', async (t) => {
  const dir = folder(t);
  const client = makeStore(path.join(dir, 'client.db'), 5000);
  const server = await serve(t, path.join(dir, 'server.db'));
  const first = await push(client, server);
  assert.equal(first.status, 0, first.stderr);
  assert.equal(first.json.status, 'pushed');
  assert.equal(first.json.rows, 15000);
  assertSame(client, path.join(dir, 'server.db'));
  const second = await push(client, server);
  assert.equal(second.status, 0);
  assert.equal(second.json.pushes, 0);
  assert.equal(second.json.acknowledged.rows, 15000);
  sqlite(client, `INSERT INTO counters VALUES(9223372036854775807, 'x');`);
  assert.equal((await push(client, server)).json.rows, 1);
  assertSame(client, path.join(dir, 'server.db'));
  assert.equal(sqlite(path.join(dir, 'server.db'), 'PRAGMA integrity_check;'), 'ok');
});

test('connections cut at random, in both directions, double and lose no row', async (t) => {
  const files = await prepared(t, 8000);
  const server = await serve(t, files.server);
  const proxy = await cuttingProxy(t, server.port, { seed: 20, up: 90000, down: 700 });
  const result = await push(files.client, proxy, {
    args: ['--max-push', '16384', '--retries', '200', '--retry-delay', '1'],
  });
  assert.equal(result.status, 0, result.stderr);
  t.diagnostic(`cuts: ${JSON.stringify(proxy.cuts)}, retries: ${result.json.retries}, pushes: ${result.json.pushes}`);
  assert.ok(proxy.cuts.up >= 10 && proxy.cuts.down >= 10, JSON.stringify(proxy.cuts));
  assert.ok(proxy.cuts.up + proxy.cuts.down >= 30, JSON.stringify(proxy.cuts));
  assert.equal(doubles(files.server), 0);
  assertSame(files.client, files.server);
  const kept = ledger(files.server);
  assert.equal(kept.last, result.json.sequence);
  assert.equal(kept.rows, 24000 + 3);
  assert.equal(kept.outcomes, kept.last + 1);
});

test('a server killed in the middle and started again gets the rest', async (t) => {
  const files = await prepared(t, 8000);
  let server = await serve(t, files.server);
  const { port } = server;
  const client = start(
    ['sync', 'push', '--json', '--store', files.client, '--server', server.url, '--max-push', '8192', '--retries', '500', '--retry-delay', '5'],
    { env: { FERRITE_TOKEN: tokens.acme } },
  );
  const random = seeded(7);
  let kills = 0;
  let ended = false;
  client.ended.then(() => (ended = true));
  while (!ended && kills < 8) {
    await new Promise((resolve) => setTimeout(resolve, 15 + random() * 45));
    if (ended) break;
    await server.kill();
    kills++;
    server = await serve(t, files.server, { port });
  }
  const result = await client.ended;
  assert.equal(result.status, 0, result.stderr);
  t.diagnostic(`kills: ${kills}, retries: ${JSON.parse(result.stdout).retries}`);
  assert.ok(kills >= 3, `only ${kills} kills`);
  assert.equal(doubles(files.server), 0);
  assertSame(files.client, files.server);
  assert.equal(sqlite(files.server, 'PRAGMA integrity_check;'), 'ok');
});

test('a client killed in the middle resumes by its sequence', async (t) => {
  const files = await prepared(t, 8000);
  const server = await serve(t, files.server);
  const args = ['sync', 'push', '--json', '--store', files.client, '--server', server.url, '--max-push', '4096'];
  const random = seeded(3);
  let kills = 0;
  let result;
  do {
    const client = start(args, { env: { FERRITE_TOKEN: tokens.acme } });
    const timer = setTimeout(() => client.child.kill('SIGKILL'), kills < 10 ? 30 + random() * 150 : 60000);
    result = await client.ended;
    clearTimeout(timer);
    if (result.signal) kills++;
  } while (result.signal);
  assert.equal(result.status, 0, result.stderr);
  assert.ok(kills >= 3, `only ${kills} kills`);
  assert.equal(doubles(files.server), 0);
  assertSame(files.client, files.server);
  const kept = ledger(files.server);
  assert.equal(kept.rows, 24000 + 3);
});

test('a wrong token is refused and leaves the queue untouched', async (t) => {
  const dir = folder(t);
  const client = makeStore(path.join(dir, 'client.db'), 100);
  const server = await serve(t, path.join(dir, 'server.db'));
  const refused = await push(client, server, { token: 'guess' });
  assert.equal(refused.status, 9);
  assert.equal(refused.json.error.code, 'unauthorized');
  const left = (await ferrite(['inspect', '--json', client])).json.push;
  assert.deepEqual([left.inFlight, left.rows, left.rowsLeft, left.refused.length], [true, 0, 300, 0]);
  const accepted = await push(client, server);
  assert.equal(accepted.status, 0);
  assert.equal(accepted.json.rows, 300);
  assertSame(client, path.join(dir, 'server.db'));
});

test("a push over the server's limit stops the client and leaves the queue untouched", async (t) => {
  const dir = folder(t);
  const client = makeStore(path.join(dir, 'client.db'), 3000);
  let server = await serve(t, path.join(dir, 'server.db'), { args: ['--max-body', '65536'] });
  const refused = await push(client, server);
  assert.equal(refused.status, 9);
  assert.equal(refused.json.error.code, 'too_large');
  const left = (await ferrite(['inspect', '--json', client])).json.push;
  assert.deepEqual([left.inFlight, left.rowsLeft, left.refused.length], [true, 9000, 0]);
  await server.stop();
  server = await serve(t, path.join(dir, 'server.db'));
  assert.equal((await push(client, server)).json.rows, 9000);
  assertSame(client, path.join(dir, 'server.db'));
});

test('a server that is away is exit status 10 after bounded retries, with nothing lost', async (t) => {
  const dir = folder(t);
  const client = makeStore(path.join(dir, 'client.db'), 10);
  const server = await serve(t, path.join(dir, 'server.db'));
  await server.stop();
  const result = await push(client, server, { args: ['--retries', '3', '--retry-delay', '1'] });
  assert.equal(result.status, 10);
  assert.equal(result.json.error.code, 'unreachable');
  const again = await serve(t, path.join(dir, 'server.db'));
  assert.equal((await push(client, again)).json.rows, 30);
});

test('a server that answers nothing is left alone after five attempts, and asked once at a time from then on', async (t) => {
  const dir = folder(t);
  const client = makeStore(path.join(dir, 'client.db'), 10);
  const asked = [];
  const dead = net.createServer((socket) => {
    asked.push(performance.now());
    socket.destroy();
  });
  await new Promise((resolve) => dead.listen(0, '127.0.0.1', resolve));
  t.after(() => dead.close());
  const url = `http://127.0.0.1:${dead.address().port}`;
  const result = await push(client, { url }, { args: ['--retries', '6', '--retry-delay', '2'] });
  assert.equal(result.status, 10);
  assert.equal(asked.length, 7);
  const waits = asked.slice(1).map((at, i) => at - asked[i]);
  // 120 times the first delay, then twice that; timers are never early.
  assert.ok(waits[4] >= 235, `${waits}`);
  assert.ok(waits[5] >= 475, `${waits}`);
  assert.match(result.stderr, /The server is left alone; one more attempt in/);
});

test('two tenants do not see or touch each other', async (t) => {
  const dir = folder(t);
  const mine = makeStore(path.join(dir, 'mine.db'), 200);
  const theirs = makeStore(path.join(dir, 'theirs.db'), 300);
  const server = await serve(t, path.join(dir, 'server.db'));
  const results = await Promise.all([push(mine, server), push(theirs, server, { token: tokens.globex })]);
  assert.deepEqual(results.map((result) => result.status), [0, 0]);
  assertSame(mine, path.join(dir, 'server.db'), 'acme');
  assertSame(theirs, path.join(dir, 'server.db'), 'globex');
});

test('a row that breaks a constraint refuses its push, which is kept; the rest goes on', async (t) => {
  const dir = folder(t);
  const client = path.join(dir, 'client.db');
  // SQLite itself allows NULL in such a key; a server cannot tell such rows apart.
  sqlite(client, `CREATE TABLE a(id TEXT PRIMARY KEY, v); INSERT INTO a VALUES('x', zeroblob(2000)), (NULL, 'precious'), ('y', 1);
    CREATE TABLE b(id TEXT PRIMARY KEY, v); INSERT INTO b VALUES('z', 1);`);
  const server = await serve(t, path.join(dir, 'server.db'));
  const result = await push(client, server, { args: ['--max-push', '1024'] });
  assert.equal(result.status, 9);
  assert.equal(result.json.status, 'refused');
  assert.equal(result.json.refused.length, 1);
  assert.equal(result.json.refused[0].code, 'not_null');
  assert.match(result.json.refused[0].path, /^\/changes\/0\/rows\/0$/);
  const body = Buffer.from(sqlite(client, 'SELECT hex(body) FROM ferrite_push_refused;'), 'hex');
  assert.ok(body.includes('precious'));
  const [kept] = (await ferrite(['inspect', '--json', client])).json.push.refused;
  assert.equal(kept.code, 'not_null');
  assert.equal(sqlite(path.join(dir, 'server.db'), 'SELECT count(*) FROM a;'), '1');
  // Nothing is left; the refusal was reported and blocks nothing.
  const again = await push(client, server);
  assert.deepEqual([again.status, again.json.pushes, again.json.refused.length], [0, 0, 1]);
  sqlite(client, `INSERT INTO b VALUES('later', 2);`);
  assert.equal((await push(client, server)).status, 0);
});

test('a table of another shape is refused as schema_mismatch', async (t) => {
  const dir = folder(t);
  const first = path.join(dir, 'first.db');
  const second = path.join(dir, 'second.db');
  sqlite(first, `CREATE TABLE t(id TEXT PRIMARY KEY, v INTEGER); INSERT INTO t VALUES('a', 1);`);
  sqlite(second, `CREATE TABLE t(id TEXT PRIMARY KEY, v TEXT); INSERT INTO t VALUES('b', 'x');`);
  const server = await serve(t, path.join(dir, 'server.db'));
  assert.equal((await push(first, server)).status, 0);
  const result = await push(second, server);
  assert.equal(result.status, 9);
  assert.equal(result.json.refused[0].code, 'schema_mismatch');
  assert.match(result.json.refused[0].message, /column "v" is INTEGER on the server and TEXT in the push/);
  assert.equal(content(path.join(dir, 'server.db'), 't'), content(first, 't'));
});

test('a server that lost its file answers with a gap, and --restart pushes every row again', async (t) => {
  const dir = folder(t);
  const client = makeStore(path.join(dir, 'client.db'), 50);
  let server = await serve(t, path.join(dir, 'server.db'));
  await push(client, server);
  await server.stop();
  for (const suffix of ['', '-wal', '-shm']) rmSync(path.join(dir, 'server.db') + suffix, { force: true });
  sqlite(client, 'INSERT INTO counters VALUES(9e18, 1);');
  server = await serve(t, path.join(dir, 'server.db'));
  const gap = await push(client, server);
  assert.equal(gap.status, 9);
  assert.equal(gap.json.error.code, 'sequence_gap');
  const again = await push(client, server, { args: ['--restart'] });
  assert.equal(again.status, 0, again.stderr);
  assert.equal(again.json.rows, 151);
  assertSame(client, path.join(dir, 'server.db'));
});

test('a copied store file is noticed by its reused sequence', async (t) => {
  const dir = folder(t);
  const client = makeStore(path.join(dir, 'client.db'), 50);
  const copy = path.join(dir, 'copy.db');
  const server = await serve(t, path.join(dir, 'server.db'));
  await push(client, server);
  copyFileSync(client, copy);
  sqlite(client, 'INSERT INTO counters VALUES(9e18, 1);');
  sqlite(copy, 'INSERT INTO counters VALUES(91e17, 2);');
  assert.equal((await push(client, server)).status, 0);
  const reused = await push(copy, server);
  assert.equal(reused.status, 9);
  assert.equal(reused.json.error.code, 'sequence_reused');
  const again = await push(copy, server, { args: ['--restart'] });
  assert.equal(again.status, 0);
  assert.equal(again.json.rows, 151);
  assert.equal(sqlite(path.join(dir, 'server.db'), 'SELECT count(*) FROM counters WHERE id >= 9e18;'), '2');
});

test('rows that came or went before the cursor are reported, and --restart brings them', async (t) => {
  const dir = folder(t);
  const client = makeStore(path.join(dir, 'client.db'), 50);
  const server = await serve(t, path.join(dir, 'server.db'));
  assert.deepEqual((await push(client, server)).json.changed, []);
  sqlite(client, `INSERT INTO counters VALUES(-1, 1); DELETE FROM lines WHERE "order" = 'o-000001';`);
  const unseen = await push(client, server);
  assert.deepEqual([unseen.status, unseen.json.rows, unseen.json.changed], [0, 0, ['counters', 'lines']]);
  const again = await push(client, server, { args: ['--restart'] });
  assert.deepEqual([again.json.rows, again.json.changed], [150, []]);
  assert.equal(content(path.join(dir, 'server.db'), 'counters'), content(client, 'counters'));
});

test('a server told to stop answers the pushes it has and ends with status 0', async (t) => {
  const files = await prepared(t, 8000);
  const server = await serve(t, files.server);
  const client = push(files.client, server, { args: ['--max-push', '8192', '--retries', '0'] });
  await new Promise((resolve) => setTimeout(resolve, 150));
  const stopped = await server.stop();
  assert.equal(stopped.status, 0);
  assert.match(stopped.stderr, /stopped/);
  const interrupted = await client;
  assert.ok([0, 10].includes(interrupted.status), interrupted.stderr);
  const again = await serve(t, files.server);
  assert.equal((await push(files.client, again)).status, 0);
  assert.equal(doubles(files.server), 0);
  assertSame(files.client, files.server);
});
