// versions status, up, down and repair.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { ferrite, folder, sqlite } from './support.mjs';

const chain = (second) => ({
  ferrite: 1,
  name: 'shop',
  versions: [
    { version: 1, name: 'orders', up: [{ add: { table: 'orders', columns: { id: 'integer', city: 'text' }, primaryKey: ['id'] } }] },
    { version: 2, name: 'towns', up: [{ rename: { table: 'orders', column: 'city', to: second } }] },
  ],
});

function prepare(t) {
  const dir = folder(t);
  const files = { chain: path.join(dir, 'chain.json'), store: path.join(dir, 'shop.db') };
  writeFileSync(files.chain, JSON.stringify(chain('town')));
  return files;
}

const versions = (files, action, ...args) =>
  ferrite(['versions', action, files.store, '--chain', files.chain, '--json', ...args]);

test('a store goes up over its rows and down again', async (t) => {
  const files = prepare(t);
  const first = await versions(files, 'up', '--to', '1');
  assert.equal(first.status, 0, first.stdout + first.stderr);
  assert.deepEqual([first.json.current, first.json.pending], [1, [{ version: 2, name: 'towns' }]]);
  sqlite(files.store, "INSERT INTO orders VALUES(1, 'Oslo');");
  assert.equal((await versions(files, 'up')).json.current, 2);
  assert.equal(sqlite(files.store, 'SELECT town FROM orders;'), 'Oslo');
  assert.equal((await versions(files, 'up')).status, 0);
  assert.equal((await versions(files, 'down', '--to', '1')).json.current, 1);
  assert.equal(sqlite(files.store, 'SELECT city FROM orders;'), 'Oslo');
});

test('drift is shown line by line, refused, and repaired on request', async (t) => {
  const files = prepare(t);
  await versions(files, 'up');
  writeFileSync(files.chain, JSON.stringify(chain('place')));
  const status = await versions(files, 'status');
  assert.equal(status.status, 3);
  assert.equal(status.json.drift[0].version, 2);
  assert.match(status.json.drift[0].text, /^- .*"town"$/m);
  assert.match(status.json.drift[0].text, /^\+ .*"place"$/m);
  const down = await versions(files, 'down', '--to', '0');
  assert.equal(down.status, 3);
  assert.equal(down.json.error.code, 'drift');
  const repaired = await versions(files, 'repair');
  assert.deepEqual([repaired.status, repaired.json.repaired, repaired.json.drift], [0, 1, []]);
});

test('a wrong way, a wrong chain and a missing store are said', async (t) => {
  const files = prepare(t);
  assert.equal((await versions(files, 'status')).json.error.code, 'store_open');
  await versions(files, 'up');
  assert.equal((await versions(files, 'up', '--to', '1')).json.error.code, 'invalid_argument');
  assert.equal((await versions(files, 'down')).status, 2);
  writeFileSync(files.chain, '{"ferrite":1,"name":"x","versions":[]}');
  const wrong = await versions(files, 'status');
  assert.deepEqual([wrong.status, wrong.json.error.path], [3, '/versions']);
});
