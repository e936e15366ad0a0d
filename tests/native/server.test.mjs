// The server by its HTTP face: limits, the ledger's answers, group commit.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { cbor, ferrite, folder, hex128, notes, post, pushBody, serve, sqlite, tokens } from './support.mjs';

async function fresh(t, options) {
  const file = path.join(folder(t), 'server.db');
  return { file, server: await serve(t, file, options) };
}

// Sends raw bytes, gives all that comes back until the server closes.
function raw(server, text) {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('latin1');
    socket.on('data', (data) => (answer += data));
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => (answer ? resolve(answer) : reject(error)));
  });
}

test('health, unknown addresses and methods', async (t) => {
  const { server } = await fresh(t);
  const health = await fetch(`${server.url}/v1/health`);
  assert.equal(health.status, 200);
  assert.equal((await health.json()).status, 'ok');
  assert.equal((await post(server, 'x', { path: '/v2/push' })).status, 404);
  const wrong = await post(server, undefined, { method: 'GET' });
  assert.equal(wrong.status, 405);
  assert.equal(wrong.headers.get('allow'), 'POST');
  assert.equal((await post(server, 'x', { headers: { 'content-type': 'application/json' } })).status, 415);
});

test('without the right token nothing is read', async (t) => {
  const { server, file } = await fresh(t);
  const body = pushBody({ client: hex128(), epoch: hex128(), sequence: 1, rows: [['a', 1]] });
  for (const token of [null, 'x', tokens.acme.slice(0, -1), tokens.acme + 'x', tokens.acme.toUpperCase()]) {
    const answer = await post(server, body, { token });
    assert.equal(answer.status, 401);
    assert.equal(answer.json.code, 'unauthorized');
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
  }
  assert.equal(sqlite(file, 'SELECT count(*) FROM ferrite_push_ledger;'), '0');
  assert.doesNotMatch(server.output.stderr + server.output.stdout, new RegExp(tokens.acme), 'tokens stay out of logs');
});

test('a body over the limit is 413, announced or chunked, and the answer arrives', async (t) => {
  const { server } = await fresh(t, { args: ['--max-body', '100000'] });
  const big = Buffer.alloc(20_000_000);
  const answer = await post(server, big);
  assert.equal(answer.status, 413);
  assert.equal(answer.json.code, 'too_large');
  const chunked = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 40; ++i) controller.enqueue(new Uint8Array(10_000));
      controller.close();
    },
  });
  const response = await fetch(`${server.url}/v1/push`, {
    method: 'POST',
    duplex: 'half',
    body: chunked,
    headers: { 'content-type': 'application/cbor', authorization: `Bearer ${tokens.acme}` },
  });
  assert.equal(response.status, 413);
});

test('the ledger answers repeat, reuse and gap, and a repeat word for word', async (t) => {
  const { server, file } = await fresh(t);
  const identity = { client: hex128(), epoch: hex128() };
  const first = pushBody({ ...identity, sequence: 1, rows: [['a', 1], ['b', null]] });
  const applied = await post(server, first);
  assert.equal(applied.status, 200);
  assert.deepEqual(applied.json, { outcome: 'applied', sequence: 1, rows: 2 });
  const second = pushBody({ ...identity, sequence: 2, rows: [['a', 2]] });
  assert.equal((await post(server, second)).status, 200);
  // The old push again must not bring the old value back.
  assert.equal((await post(server, first)).text, applied.text);
  assert.equal(sqlite(file, `SELECT body FROM notes WHERE id = 'a';`), '2');

  const reused = await post(server, pushBody({ ...identity, sequence: 1, rows: [['a', 9]] }));
  assert.deepEqual([reused.status, reused.json.code, reused.json.outcome], [422, 'sequence_reused', undefined]);
  const gap = await post(server, pushBody({ ...identity, sequence: 5, rows: [['a', 9]] }));
  assert.deepEqual([gap.status, gap.json.code, gap.json.expected], [409, 'sequence_gap', 3]);
  assert.equal(sqlite(file, `SELECT body FROM notes WHERE id = 'a';`), '2');

  // Another epoch, and another tenant with the same identity, begin at 1.
  assert.equal((await post(server, pushBody({ ...identity, epoch: hex128(), sequence: 1, rows: [['c', 1]] }))).status, 200);
  assert.equal((await post(server, first, { token: tokens.globex })).status, 200);
  assert.equal(sqlite(file, `SELECT group_concat(_tenant || id || coalesce(body, '-'), ' ') FROM notes;`),
    'acmea2 acmeb- acmec1 globexa1 globexb-');
});

test('a refusal is recorded, advances the ledger and leaves no row', async (t) => {
  const { server, file } = await fresh(t);
  const identity = { client: hex128(), epoch: hex128() };
  const bad = pushBody({
    ...identity,
    sequence: 1,
    changes: [
      { op: 'rows', table: notes, rows: [['good', 1]] },
      { op: 'rows', table: { ...notes, name: 'other' }, rows: [['x', 1], [null, 1]] },
    ],
  });
  const refused = await post(server, bad);
  assert.deepEqual([refused.status, refused.json.outcome, refused.json.code], [422, 'refused', 'not_null']);
  assert.equal(refused.json.path, '/changes/1/rows/1');
  assert.equal((await post(server, bad)).text, refused.text);
  assert.equal(sqlite(file, `SELECT count(*) FROM sqlite_schema WHERE name IN ('notes', 'other');`), '0');
  const next = await post(server, pushBody({ ...identity, sequence: 2, rows: [['good', 1]] }));
  assert.equal(next.status, 200);
});

test('what cannot be a push of this protocol', async (t) => {
  const { server } = await fresh(t);
  const identity = { client: hex128(), epoch: hex128() };
  let sequence = 0;
  const refuse = async (what, code) => {
    const answer = await post(server, pushBody({ ...identity, sequence: ++sequence, ...what }));
    assert.deepEqual([answer.status, answer.json.outcome, answer.json.code], [422, 'refused', code], JSON.stringify(what));
  };
  await refuse({ changes: [{ op: 'delete', table: notes, rows: [] }] }, 'invalid_argument');
  for (const name of ['ferrite_meta', 'Ferrite_x', 'sqlite_schema', '']) {
    await refuse({ table: { ...notes, name }, rows: [['a', 1]] }, 'invalid_argument');
  }
  await refuse({ table: { ...notes, columns: [['_TENANT', 'text', true]] }, rows: [['globex']] }, 'invalid_argument');
  await refuse({ table: { ...notes, columns: [['a', 'text', true], ['A', 'text', true]] }, rows: [['a', 'b']] }, 'sql');
  await refuse({ table: { ...notes, name: 'nul\0name' }, rows: [['a', 1]] }, 'invalid_argument');
  await refuse({ table: notes, rows: [['a']] }, 'invalid_argument');
  await refuse({ table: notes, rows: [['a', true]] }, 'invalid_argument');
  assert.equal((await post(server, pushBody({ ...identity, sequence: ++sequence, rows: [['a', 1]] }))).status, 200);
  await refuse({ table: { ...notes, name: 'NOTES' }, rows: [['a', 1]] }, 'schema_mismatch');

  // No identity, so nothing can be recorded.
  for (const body of [Buffer.alloc(0), Buffer.from('hello'), cbor({ push: 2 }), pushBody({ client: 'x', epoch: 'y', sequence: 1 })]) {
    assert.equal((await post(server, body)).status, 400);
  }
});

test('a table name may hold anything that is a name', async (t) => {
  const { server, file } = await fresh(t);
  const name = `x"; DROP TABLE ferrite_push_ledger; --`;
  const answer = await post(server, pushBody({ client: hex128(), epoch: hex128(), sequence: 1, table: { ...notes, name }, rows: [['a', 1]] }));
  assert.equal(answer.status, 200);
  assert.equal(sqlite(file, 'SELECT count(*) FROM ferrite_push_ledger;'), '1');
  assert.equal(sqlite(file, `SELECT count(*) FROM "${name.replaceAll('"', '""')}";`), '1');
});

test('pushes that wait together are each applied, refused and answered on their own', async (t) => {
  const { server, file } = await fresh(t);
  const answers = await Promise.all(
    Array.from({ length: 120 }, (_, i) => {
      const id = i % 10 === 3 ? null : `n${i}`;
      return post(server, pushBody({ client: hex128(), epoch: hex128(), sequence: 1, rows: [[`first${i}`, i], [id, i]] }));
    }),
  );
  assert.equal(answers.filter((answer) => answer.status === 200).length, 108);
  assert.equal(answers.filter((answer) => answer.status === 422).length, 12);
  answers.forEach((answer, i) => assert.equal(answer.status, i % 10 === 3 ? 422 : 200));
  assert.equal(sqlite(file, 'SELECT count(*) FROM notes;'), '216');
  assert.equal(sqlite(file, 'SELECT count(*) FROM ferrite_push_ledger;'), '120');
});

test('one connection may be served many times, and pipelined', async (t) => {
  const { server } = await fresh(t);
  const get = 'GET /v1/health HTTP/1.1\r\nhost: x\r\n\r\n';
  const answer = await raw(server, get + get + get.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
  assert.equal(answer.match(/HTTP\/1\.1 200 OK/g).length, 3);
});

test('what is not HTTP, and a header over the limit', async (t) => {
  const { server } = await fresh(t);
  assert.match(await raw(server, 'hello\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.match(await raw(server, `GET / HTTP/1.1\r\nx: ${'y'.repeat(40000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
  assert.equal((await fetch(`${server.url}/v1/health`)).status, 200);
});

test('a client that waits for 100-continue gets it, unless its push is not wanted', async (t) => {
  const { server } = await fresh(t);
  const body = pushBody({ client: hex128(), epoch: hex128(), sequence: 1, rows: [['a', 1]] });
  const head = (token) =>
    `POST /v1/push HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${token}\r\n` +
    `content-type: application/cbor\r\ncontent-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`;
  assert.match(await raw(server, Buffer.concat([Buffer.from(head(tokens.acme)), body])),
    /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
  assert.match(await raw(server, head('nobody')), /^HTTP\/1\.1 401 /);
});

test('idle connections are closed, and too many are turned away', async (t) => {
  const { server } = await fresh(t, { args: ['--max-connections', '4', '--idle-timeout', '1'] });
  const idle = await Promise.all(
    Array.from({ length: 4 }, () => new Promise((resolve) => {
      const socket = net.connect(server.port, '127.0.0.1', () => resolve(socket));
    })),
  );
  const closed = Promise.all(idle.map((socket) => new Promise((resolve) => socket.on('close', resolve).resume())));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const answer = await raw(server, 'GET /v1/health HTTP/1.1\r\nhost: x\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 503 /);
  assert.match(answer, /retry-after: 1/i);
  await closed;
  assert.equal((await fetch(`${server.url}/v1/health`)).status, 200);
});

test('tokens come from a file; what is wrong with it is said without quoting it', async (t) => {
  const dir = folder(t);
  const file = path.join(dir, 'tokens');
  const args = ['serve', '--json', '--store', path.join(dir, 's.db'), '--listen', '127.0.0.1:0', '--tokens', file];
  for (const text of ['', 'acme\n', 'acme one two\n', 'acme same\nglobex same\n', 'acme töken\n']) {
    writeFileSync(file, text);
    const result = await ferrite(args);
    assert.equal(result.status, 2, text);
    assert.equal(result.json.error.code, 'invalid_argument');
    assert.doesNotMatch(result.stdout + result.stderr, /same|töken/);
  }
  writeFileSync(file, '# who may push\n\nacme  first-token\nacme second-token\n');
  const server = await serve(t, path.join(dir, 's.db'), { args: ['--tokens', file] });
  const body = pushBody({ client: hex128(), epoch: hex128(), sequence: 1, rows: [['a', 1]] });
  assert.equal((await post(server, body, { token: 'second-token' })).status, 200);
  assert.equal((await post(server, body, { token: tokens.acme })).status, 401);
});

test('a port that is taken, and an address that is none', async (t) => {
  const { server, file } = await fresh(t);
  const args = (listen) => ['serve', '--json', '--store', file + '2', '--listen', listen];
  const env = { FERRITE_TOKENS: 'a=b' };
  assert.equal((await ferrite(args(`127.0.0.1:${server.port}`), { env })).status, 2);
  assert.equal((await ferrite(args('nowhere'), { env })).status, 2);
  assert.equal((await ferrite(args('127.0.0.1:99999'), { env })).status, 2);
  assert.equal(readFileSync(`${file}.port`, 'utf8').trim(), String(server.port));
});
