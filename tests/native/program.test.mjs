// The program as people and scripts meet it: help, arguments, output forms.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { bin, ferrite, folder, push, root, serve, sqlite, tokens } from './support.mjs';
import { readFileSync } from 'node:fs';

test('--version names the program and SQLite, --help every command and the exit statuses', async () => {
  const version = await ferrite(['--version']);
  assert.equal(version.status, 0);
  assert.match(version.stdout, /^ferrite \d+\.\d+\.\d+\nSQLite 3\.\d+\.\d+\n$/);
  const help = await ferrite(['--help']);
  assert.equal(help.status, 0);
  for (const word of ['inspect', 'migrate', 'verify', 'sync', 'serve', 'Exit status', 'FERRITE_']) {
    assert.match(help.stdout, new RegExp(word));
  }
  for (const command of [['migrate'], ['sync', 'push'], ['serve']]) {
    assert.equal((await ferrite([...command, '--help'])).status, 0);
  }
});

test('wrong arguments are exit status 2, and one JSON document with --json', async () => {
  for (const args of [[], ['nonsense'], ['inspect'], ['migrate', 'x'], ['sync'], ['serve', '--store', 'x', '--port', '1'],
    ['inspect', 'x', '--log-level', 'loud'], ['sync', 'push', '--store', 'x', '--server', 'ftp://x', '--token', 't'],
    ['sync', 'push', '--store', 'x', '--server', 'https://x', '--token', 't']]) {
    const plain = await ferrite(args);
    assert.equal(plain.status, 2, args.join(' '));
    assert.equal(plain.stdout, '');
    assert.match(plain.stderr, /^error: .*\[invalid_argument\]/);
    const json = await ferrite([...args, '--json']);
    assert.equal(json.status, 2);
    assert.equal(json.json.error.code, 'invalid_argument');
    assert.equal(json.stderr, '');
  }
});

test('the exit statuses in the document are those in the list of errors', () => {
  const list = readFileSync(path.join(root, 'core/include/ferrite/error_codes.inc'), 'utf8');
  const document = readFileSync(path.join(root, 'core/doc/exit-codes.md'), 'utf8');
  const rows = new Map(
    [...document.matchAll(/^\| (\d+) \|[^|]*\| (.*) \|$/gm)].map(([, status, codes]) => [status, codes.match(/`(\w+)`/g) ?? []]),
  );
  let codes = 0;
  for (const [, code, status] of list.matchAll(/^FERRITE_ERROR\(\w+, "(\w+)", (\d+)/gm)) {
    assert.ok(rows.get(status)?.includes(`\`${code}\``), `${code} ${status}`);
    codes++;
  }
  assert.equal([...rows.values()].flat().length, codes, 'the document names no code that is gone');
});

test('options come from the environment and from a file, the command line first', async (t) => {
  const dir = folder(t);
  const store = path.join(dir, 'client.db');
  sqlite(store, 'CREATE TABLE t(id TEXT PRIMARY KEY); INSERT INTO t VALUES(1);');
  const server = await serve(t, path.join(dir, 'server.db'));
  const env = { FERRITE_STORE: store, FERRITE_SERVER: server.url, FERRITE_TOKEN: tokens.acme };
  assert.equal((await ferrite(['sync', 'push', '--json'], { env })).json.rows, 1);
  const wrong = await ferrite(['sync', 'push', '--json', '--token', 'wrong', '--restart'], { env });
  assert.equal(wrong.status, 9);
  const config = path.join(dir, 'ferrite.toml');
  writeFileSync(config, `[sync.push]\nstore = "${store}"\nserver = "${server.url}"\ntoken = "${tokens.acme}"\n`);
  const fromFile = await ferrite(['--config', config, 'sync', 'push', '--json']);
  assert.equal(fromFile.status, 0, fromFile.stdout);
  writeFileSync(config, '[sync.push]\nsoter = "x"\n');
  assert.equal((await ferrite(['--config', config, 'sync', 'push', '--json'], { env })).status, 2);
});

test('piped output has no colours, no bar and no carriage returns', async (t) => {
  const dir = folder(t);
  const store = path.join(dir, 'client.db');
  sqlite(store, 'CREATE TABLE t(id TEXT PRIMARY KEY); INSERT INTO t VALUES(1); CREATE TABLE k(v);');
  const server = await serve(t, path.join(dir, 'server.db'));
  const env = { FERRITE_TOKEN: tokens.acme, TERM: 'xterm' };
  const result = await ferrite(['sync', 'push', '--store', store, '--server', server.url], { env });
  assert.equal(result.status, 0);
  assert.match(result.stdout, /^Pushed 1 row in 1 push/);
  assert.match(result.stdout, /Left out table k: no primary key\./);
  assert.equal(result.stderr, '');
  assert.doesNotMatch(result.stdout, /[\x1b\r]/);
});

// What the program writes when it believes that a person looks at it.
function onTerminal(args, env) {
  return execFileSync('script', ['-qec', [bin, ...args].map((word) => `'${word}'`).join(' '), '/dev/null'], {
    encoding: 'utf8',
    env: { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

test('on a terminal there are colours and a bar, and NO_COLOR takes the colours away', async (t) => {
  const dir = folder(t);
  const store = path.join(dir, 'client.db');
  sqlite(store, `CREATE TABLE t(id INTEGER PRIMARY KEY, v);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i, zeroblob(100) FROM n;`);
  const server = await serve(t, path.join(dir, 'server.db'));
  const args = ['sync', 'push', '--store', store, '--server', server.url, '--restart'];
  const colourful = onTerminal(args, { FERRITE_TOKEN: tokens.acme });
  assert.match(colourful, /\x1b\[32mPushed\x1b\[0m 20,000 rows/);
  assert.match(colourful, /━.*20,000 rows/);
  const plain = onTerminal(args, { FERRITE_TOKEN: tokens.acme, NO_COLOR: '1' });
  assert.doesNotMatch(plain, /\x1b\[\d*m/);
  const json = onTerminal([...args, '--json'], { FERRITE_TOKEN: tokens.acme });
  assert.equal(JSON.parse(json).rows, 20000);
});

test('names cannot steer the terminal', async (t) => {
  const dir = folder(t);
  const store = path.join(dir, 'client.db');
  sqlite(store, `CREATE TABLE "\x1b]0;owned\x07t"(id TEXT PRIMARY KEY);`);
  await push(store, { url: 'http://127.0.0.1:1' }, { args: ['--retries', '0'] });
  const shown = onTerminal(['inspect', store], {});
  assert.doesNotMatch(shown, /\x1b\]|\x07/);
  assert.match(shown, /\\x1b\]0;owned\\x07t/);
});
