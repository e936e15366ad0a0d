// What the tests of the ferrite program share: running it, serving with it, a
// proxy that cuts connections, and pushes written by hand.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

function firstThatExists(candidates) {
  // What the environment names is meant, and must be there.
  const found = candidates[0] ?? candidates.find((file) => file && existsSync(file));
  if (!found) throw new Error(`none of these was built: ${candidates.filter(Boolean).join(', ')}`);
  return found;
}

export const bin = firstThatExists([
  process.env.FERRITE_BIN,
  path.join(root, 'build/bin/ferrite'),
  path.join(root, 'build/native-debug/bin/ferrite'),
]);

export function makeBundle(file, ...args) {
  const tool = firstThatExists([
    process.env.FERRITE_MAKE_BUNDLE,
    path.join(root, 'build/native-release/tests/make_bundle'),
    path.join(root, 'build/native-debug/tests/make_bundle'),
  ]);
  execFileSync(tool, [file, ...args.map(String)]);
  return file;
}

/** A bundle of `sources` as tests/native/bundle_from_json.cc has them. */
export function bundleFromJson(file, sources) {
  const tool = firstThatExists([
    process.env.FERRITE_BUNDLE_FROM_JSON,
    path.join(root, 'build/native-release/tests/bundle_from_json'),
    path.join(root, 'build/native-debug/tests/bundle_from_json'),
  ]);
  writeFileSync(`${file}.json`, JSON.stringify({ sources }));
  execFileSync(tool, [file, `${file}.json`]);
  return file;
}

// A folder that goes when the test `t` ends.
export function folder(t) {
  const dir = mkdtempSync(path.join(tmpdir(), 'ferrite-test-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

// The environment without what a developer may have set.
function environment(extra = {}) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('FERRITE_')));
  return { ...env, ...extra };
}

export function start(args, { env } = {}) {
  const child = spawn(bin, args, { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (output.stderr += text));
  const ended = new Promise((resolve) =>
    child.on('close', (status, signal) => resolve({ status, signal, ...output })),
  );
  return { child, ended, output };
}

// Runs the program to its end. With --json, `json` is what stdout holds; it
// throws when that is not one document.
export async function ferrite(args, options) {
  const result = await start(args, options).ended;
  if (args.includes('--json')) result.json = JSON.parse(result.stdout);
  return result;
}

export async function until(what, ready, timeout = 20000) {
  const deadline = Date.now() + timeout;
  for (;;) {
    const value = await ready();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited too long for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const tokens = { acme: 'acme-token', globex: 'globex.token' };

// Starts `ferrite serve`; ended with the test.
export async function serve(t, store, { args = [], port = 0 } = {}) {
  const portFile = `${store}.port`;
  rmSync(portFile, { force: true });
  const list = Object.entries(tokens).map(([tenant, token]) => `${token}=${tenant}`);
  const server = start(
    ['serve', '--store', store, '--listen', `127.0.0.1:${port}`, '--port-file', portFile, ...args],
    { env: { FERRITE_TOKENS: list.join(',') } },
  );
  let gone = false;
  server.ended.then(() => (gone = true));
  t.after(() => server.child.kill('SIGKILL'));
  await until('the server to listen', () => existsSync(portFile) || gone);
  if (gone) throw new Error(`the server ended: ${server.output.stderr}`);
  const listening = Number(readFileSync(portFile, 'utf8'));
  const end = async (signal) => {
    server.child.kill(signal);
    return server.ended;
  };
  return {
    port: listening,
    url: `http://127.0.0.1:${listening}`,
    output: server.output,
    ended: server.ended,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

export function push(store, server, { token = tokens.acme, args = [] } = {}) {
  return ferrite(['sync', 'push', '--json', '--store', store, '--server', server.url, ...args], {
    env: { FERRITE_TOKEN: token },
  });
}

export function sqlite(file, sql) {
  return execFileSync('sqlite3', ['-batch', file], { input: sql, encoding: 'utf8', maxBuffer: 1 << 28 }).trim();
}

// Every row of a table with the storage class of each value, in key order.
export function content(file, table, { tenant } = {}) {
  const name = `"${table.replaceAll('"', '""')}"`;
  const columns = sqlite(file, `SELECT name FROM pragma_table_info('${table.replaceAll("'", "''")}') ORDER BY cid;`)
    .split('\n')
    .filter((column) => column !== '_tenant')
    .map((column) => `"${column.replaceAll('"', '""')}"`);
  const cells = columns.map((column) => `typeof(${column}) || ' ' || quote(${column})`).join(` || '|' || `);
  const where = tenant ? `WHERE _tenant = '${tenant}'` : '';
  return sqlite(file, `SELECT ${cells} FROM ${name} ${where} ORDER BY 1;`);
}

// A small generator of random numbers in [0, 1), the same for the same seed.
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// A TCP proxy in front of `port` that cuts each connection after a random
// number of bytes in either direction: `up` and `down` are the largest.
export async function cuttingProxy(t, port, { seed, up, down }) {
  const random = seeded(seed);
  const proxy = { cuts: { up: 0, down: 0 }, cutting: true, url: '', port };
  const sockets = new Set();
  const server = net.createServer((client) => {
    const upstream = net.connect(proxy.port, '127.0.0.1');
    const budget = { up: Math.floor(random() * up), down: Math.floor(random() * down) };
    let over = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    const pass = (from, to, direction) =>
      from.on('data', (bytes) => {
        if (over) return;
        if (proxy.cutting && bytes.length >= budget[direction]) {
          over = true;
          proxy.cuts[direction]++;
          // Even the last bytes before the cut arrive, as on a real network.
          to.write(bytes.subarray(0, budget[direction]), () => setImmediate(end));
          return;
        }
        budget[direction] -= bytes.length;
        to.write(bytes);
      });
    pass(client, upstream, 'up');
    pass(upstream, client, 'down');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  proxy.url = `http://127.0.0.1:${server.address().port}`;
  return proxy;
}

// --- pushes written by hand -------------------------------------------------

function head(major, argument) {
  if (argument < 24) return Buffer.from([(major << 5) | argument]);
  if (argument < 256) return Buffer.from([(major << 5) | 24, argument]);
  const bytes = Buffer.alloc(5);
  bytes[0] = (major << 5) | 26;
  bytes.writeUInt32BE(argument, 1);
  return bytes;
}

// Numbers, strings, booleans, null, Buffers, arrays and plain objects.
export function cbor(value) {
  if (value === null) return Buffer.from([0xf6]);
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4]);
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  const entries = Object.entries(value);
  return Buffer.concat([head(5, entries.length), ...entries.flatMap(([name, item]) => [cbor(name), cbor(item)])]);
}

export const hex128 = () => randomBytes(16).toString('hex');

export const notes = {
  name: 'notes',
  columns: [['id', 'text', true], ['body', 'any', false]],
  key: [0],
};

export function pushBody({ client, epoch, sequence, changes, table = notes, rows = [] }) {
  return cbor({
    push: 1,
    client,
    epoch,
    sequence,
    changes: changes ?? [{ op: 'rows', table, rows }],
  });
}

export async function post(server, body, { token = tokens.acme, headers = {}, path: target = '/v1/push', method = 'POST' } = {}) {
  const response = await fetch(server.url + target, {
    method,
    body,
    headers: {
      'content-type': 'application/cbor',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
  });
  const text = await response.text();
  return { status: response.status, text, json: JSON.parse(text), headers: response.headers };
}
