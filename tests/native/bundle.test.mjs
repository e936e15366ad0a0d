// ferrite bundle info, encrypt and decrypt, and the commands that read what they write.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { writeNatively } from '../support/container-tool.mjs';
import { bin, ferrite, folder, makeBundle } from './support.mjs';

const passphrase = 'correct horse';
const env = { FERRITE_PASSPHRASE: passphrase };
const plan = {
  ferrite: 1,
  name: 'shop',
  tables: [{
    name: 'orders', from: { indexedDB: 'shop', store: 'orders' },
    columns: { id: 'text', placed: { path: '/createdAt', type: 'datetime' } }, primaryKey: ['id'],
  }],
};

function prepare(t, { orders = 300 } = {}) {
  const dir = folder(t);
  const file = (name, content) => {
    const at = path.join(dir, name);
    if (content !== undefined) writeFileSync(at, content);
    return at;
  };
  return { dir, file, bundle: makeBundle(file('shop.bundle'), orders) };
}

const bundleCommand = (...args) => ferrite(['bundle', ...args, '--json']);
const withPassphrase = (...args) => ferrite(['bundle', ...args, '--json'], { env });
const failed = (result, code) => {
  assert.equal(result.json.error?.code, code, result.stdout);
  assert.equal(result.status, code === 'invalid_argument' ? 2 : 7);
  return result.json.error;
};

test('a bundle is encrypted, looked at and decrypted, with each kind of key', async (t) => {
  const { file, bundle } = prepare(t);
  const raw = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
  const kinds = {
    environment: { args: [], env },
    file: { args: ['--passphrase-file', file('passphrase', `${passphrase}\n`)] },
    raw: { args: ['--key-file', file('key', raw)] },
    hex: { args: ['--key-file', file('hex', `${Buffer.from(raw).toString('hex')}\n`)] },
  };
  for (const [kind, { args, env: given }] of Object.entries(kinds)) {
    const run = (...command) => ferrite(['bundle', ...command, ...args, '--json'], { env: given });
    const out = file(`${kind}.enc`);
    const encrypted = await run('encrypt', bundle, '-o', out, '--description', 'for Zürich');
    assert.equal(encrypted.status, 0, encrypted.stdout);
    assert.ok(statSync(out).size < statSync(bundle).size / 2, 'compressed');
    assert.equal(statSync(out).mode & 0o777, 0o600);

    const { json: info } = await run('info', out);
    assert.equal(info.id, encrypted.json.id);
    assert.equal(info.contentChecked, true);
    assert.equal(info.header.content, 'bundle');
    assert.equal(info.header.description, 'for Zürich');
    assert.equal(info.header.pageBytes, 8192);
    assert.equal(info.header.encryption.key, args[0] === '--key-file' ? 'raw' : 'passphrase');

    const decrypted = await run('decrypt', out, '-o', file(`${kind}.bundle`));
    assert.equal(decrypted.status, 0, decrypted.stdout);
    assert.ok(readFileSync(file(`${kind}.bundle`)).equals(readFileSync(bundle)));
  }
  // Two ways to say one passphrase, and one raw key.
  assert.equal((await ferrite(['bundle', 'info', file('environment.enc'), ...kinds.file.args, '--json'])).json.contentChecked, true);
  assert.equal((await ferrite(['bundle', 'info', file('hex.enc'), ...kinds.raw.args, '--json'])).json.contentChecked, true);
});

test('without the key a container is checked all the same', async (t) => {
  const { file, bundle } = prepare(t);
  await withPassphrase('encrypt', bundle, '-o', file('enc'));
  const { status, json } = await bundleCommand('info', file('enc'));
  assert.equal(status, 0);
  assert.equal(json.contentChecked, false);
  const text = await ferrite(['bundle', 'info', file('enc')]);
  assert.match(text.stdout, /is a container of a bundle, .*, encrypted with a passphrase\.\n/);
  assert.match(text.stdout, /Every frame is whole; the content was not looked at/);
  const bytes = readFileSync(file('enc'));
  bytes[bytes.length >> 1] ^= 1;
  failed(await bundleCommand('info', file('changed', bytes)), 'container_damaged');
});

test('what is wrong is said, and no output is left', async (t) => {
  const { dir, file, bundle } = prepare(t);
  await withPassphrase('encrypt', bundle, '-o', file('enc'));
  const bytes = readFileSync(file('enc'));
  const key = file('key', Buffer.alloc(32, 1));
  const open = file('open', writeNatively(readFileSync(bundle)).bytes);
  const cut = file('cut', bytes.subarray(0, bytes.length - 100));
  const changed = Buffer.from(bytes);
  changed[bytes.length >> 1] ^= 1;
  file('changed', changed);
  const newer = Buffer.from(bytes);
  newer[11] = 9;
  file('newer', newer);
  file('short', 'x');
  const before = readdirSync(dir).sort();

  const decrypt = (name, options) => ferrite(['bundle', 'decrypt', file(name), '-o', file('out'), '--json',
    ...(options?.args ?? [])], { env: options?.env });
  assert.match(failed(await decrypt('enc'), 'key_missing').hint, /--passphrase-file/);
  failed(await decrypt('enc', { env: { FERRITE_PASSPHRASE: 'wrong' } }), 'key_wrong');
  failed(await decrypt('enc', { args: ['--key-file', key] }), 'key_wrong');
  failed(await decrypt('open', { env }), 'not_encrypted');
  failed(await decrypt('open'), 'not_encrypted');
  failed(await decrypt('cut', { env }), 'container_damaged');
  failed(await decrypt('changed', { env }), 'container_damaged');
  assert.match(failed(await decrypt('newer', { env }), 'container_foreign').message, /version 9/);
  failed(await decrypt('shop.bundle', { env }), 'container_foreign');
  failed(await decrypt('short', { env }), 'container_foreign');
  failed(await decrypt('enc', { args: ['--key-file', file('short')] }), 'invalid_argument');
  failed(await decrypt('enc', { args: ['--key-file', key, '--passphrase-file', key] }), 'invalid_argument');
  // An empty variable is none.
  failed(await decrypt('enc', { env: { FERRITE_PASSPHRASE: '' } }), 'key_missing');

  failed(await ferrite(['bundle', 'encrypt', file('enc'), '-o', file('out'), '--json'], { env }), 'invalid_argument');
  failed(await ferrite(['bundle', 'encrypt', bundle, '-o', file('enc'), '--json'], { env }), 'invalid_argument');
  failed(await ferrite(['bundle', 'encrypt', cut, '-o', file('out'), '--json'], { env }), 'invalid_argument');
  const foreign = await ferrite(['bundle', 'encrypt', key, '-o', file('out'), '--json'], { env });
  assert.equal(foreign.json.error.code, 'bundle_foreign');
  assert.deepEqual(readdirSync(dir).sort(), before);
  assert.equal(existsSync(open), true);
});

test('a passphrase is no argument', async (t) => {
  const { file, bundle } = prepare(t);
  const result = await ferrite(['bundle', 'encrypt', bundle, '-o', file('out'), '--passphrase', passphrase, '--json']);
  assert.equal(result.status, 2);
});

test('the other commands read a bundle in a container, and leave nothing behind', async (t) => {
  const { file, bundle } = prepare(t);
  const temporary = file('tmp');
  mkdirSync(temporary);
  const open = file('open', writeNatively(readFileSync(bundle)).bytes);
  const enc = file('enc');
  await withPassphrase('encrypt', bundle, '-o', enc);
  const planFile = file('plan.json', JSON.stringify(plan));
  const hashes = [];
  for (const [name, source, given] of [['plain', bundle, {}], ['open', open, {}], ['encrypted', enc, env]]) {
    const run = (...args) => ferrite([...args, '--json'], { env: { ...given, TMPDIR: temporary } });
    const store = file(`${name}.db`);
    const migrated = await run('migrate', source, '--plan', planFile, '--store', store);
    assert.equal(migrated.status, 0, migrated.stdout);
    hashes.push(migrated.json.tables[0].hash);
    assert.equal((await run('verify', source, '--plan', planFile, '--store', store)).status, 0);
    assert.equal((await run('validate', planFile, '--bundle', source)).status, 0);
    assert.equal((await run('plan', 'explain', planFile, '--bundle', source)).status, 0);
    assert.equal((await run('plan', 'infer', source)).status, 0);
    const { json } = await run('inspect', source);
    assert.equal(json.kind, 'bundle');
    assert.equal(json.file, source);
    assert.equal(json.totals.records, 335);
    assert.deepEqual(readdirSync(temporary), []);
  }
  assert.equal(new Set(hashes).size, 1);

  const refused = await ferrite(['migrate', bundle, '--plan', planFile, '--store', file('x.db'), '--json'], { env });
  failed(refused, 'not_encrypted');
  failed(await ferrite(['inspect', enc, '--json']), 'key_missing');
  const other = file('other', writeNatively(Buffer.alloc(5000)).bytes);
  const noBundle = await ferrite(['migrate', other, '--plan', planFile, '--store', file('x.db'), '--json']);
  assert.equal(failed(noBundle, 'bundle_foreign').message.startsWith(other), true);
});

// util-linux's script gives the program a terminal, and writes what it shows.
function onTerminal(args, lines) {
  const quoted = [bin, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', quoted, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  let asked = 0;
  child.stdout.setEncoding('utf8').on('data', (text) => {
    shown += text;
    const questions = shown.match(/Passphrase: |Once more: /g)?.length ?? 0;
    while (asked < questions) child.stdin.write(lines[asked++]);
    // Or script waits for more when the program has ended.
    if (asked === lines.length) child.stdin.end();
  });
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, shown })));
}

test('on a terminal the passphrase is asked for, and not shown', async (t) => {
  const { dir, file, bundle } = prepare(t);
  const enc = file('enc');
  const differ = await onTerminal(['bundle', 'encrypt', bundle, '-o', enc], ['one\n', 'two\n']);
  assert.equal(differ.status, 2, differ.shown);
  const stopped = await onTerminal(['bundle', 'encrypt', bundle, '-o', enc], ['hal\x03']);
  assert.equal(stopped.status, 11, stopped.shown);
  assert.deepEqual(readdirSync(dir), ['shop.bundle']);
  const made = await onTerminal(['bundle', 'encrypt', bundle, '-o', enc], [`${passphrase}\n`, `${passphrase}\n`]);
  assert.equal(made.status, 0, made.shown);
  assert.doesNotMatch(made.shown, /horse/);
  const back = await onTerminal(['bundle', 'decrypt', enc, '-o', file('out')], [`${passphrase}\n`]);
  assert.equal(back.status, 0, back.shown);
  assert.ok(readFileSync(file('out')).equals(readFileSync(bundle)));
  assert.equal((await withPassphrase('info', enc)).json.contentChecked, true);
});

test('a signal leaves no output and no temporary file behind', async (t) => {
  const { dir, file, bundle } = prepare(t, { orders: 30000 });
  let stopped = 0;
  for (const delay of [20, 50, 100, 200, 400, 800]) {
    const child = spawn(bin, ['bundle', 'encrypt', bundle, '-o', file('out')], { env: { ...process.env, ...env }, stdio: 'ignore' });
    setTimeout(() => child.kill('SIGTERM'), delay);
    const [status] = await new Promise((resolve) => child.on('close', (...how) => resolve(how)));
    const left = readdirSync(dir).filter((name) => name !== 'shop.bundle');
    if (status === 0) break;
    stopped++;
    assert.deepEqual(left, [], `after ${delay} ms`);
  }
  assert.ok(stopped > 0);
});
