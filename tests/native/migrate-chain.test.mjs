// migrate --chain: the bundle's data enters the chain where its app stood.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { bundleFromJson, ferrite, folder, sqlite } from './support.mjs';

const plan = (name, from, columns) => ({
  ferrite: 1, name, tables: [{ name: 'orders', from, columns, primaryKey: ['id'], unmapped: 'drop' }],
});
const legacy = (version) => ({ indexedDB: 'shop', store: `orders${version}` });

const CHAIN = {
  ferrite: 1,
  name: 'shop',
  versions: [
    { version: 1, name: 'orders', plan: plan('shop 1', legacy(1), { id: 'integer', city: 'text' }) },
    {
      version: 2, name: 'towns', plan: plan('shop 2', legacy(2), { id: 'integer', town: 'text' }),
      up: [{ rename: { table: 'orders', column: 'city', to: 'town' } }],
    },
    { version: 3, name: 'state', up: [{ add: { table: 'orders', column: 'state', type: 'text', default: 'open', notNull: true } }] },
  ],
};

function prepare(t, version, records, chain = CHAIN) {
  const dir = folder(t);
  const files = { chain: path.join(dir, 'chain.json'), bundle: path.join(dir, 'bundle'), store: path.join(dir, 'shop.db') };
  writeFileSync(files.chain, JSON.stringify(chain));
  bundleFromJson(files.bundle, [{ source: legacy(version), info: { keyPath: 'id' }, records }]);
  return files;
}

const migrate = ({ bundle, chain, store }, ...args) =>
  ferrite(['migrate', bundle, '--chain', chain, '--store', store, '--json', ...args]);
const rows = ({ store }) => sqlite(store, 'SELECT id, town, state FROM orders ORDER BY id;');
const applied = async ({ store, chain }) => (await ferrite(['versions', 'status', store, '--chain', chain, '--json'])).json
  .applied.map(({ version, stamped }) => [version, stamped]);

test('data of an older version arrives at the newest, whichever wrote it', async (t) => {
  const first = prepare(t, 1, [[1, { id: 1, city: 'Oslo' }], [2, { id: 2, city: 'Rome' }]]);
  const result = await migrate(first);
  assert.equal(result.status, 0, result.stdout + result.stderr);
  assert.deepEqual([result.json.status, result.json.store.version, result.json.plan.name], ['verified', 3, 'shop 1']);
  assert.equal(rows(first), '1|Oslo|open\n2|Rome|open');
  assert.deepEqual(await applied(first), [[1, true], [2, false], [3, false]]);

  const second = prepare(t, 2, [[1, { id: 1, town: 'Oslo' }], [2, { id: 2, town: 'Rome' }]]);
  assert.equal((await migrate(second)).json.plan.name, 'shop 2');
  assert.equal(rows(second), rows(first));
  assert.deepEqual(await applied(second), [[1, true], [2, true], [3, false]]);
});

test('running it again does nothing, and a longer chain goes on', async (t) => {
  const files = prepare(t, 1, [[1, { id: 1, city: 'Oslo' }]]);
  const first = await migrate(files);
  const again = await migrate(files);
  assert.deepEqual([again.status, again.json.finishedAt, again.json.store.version], [0, first.json.finishedAt, 3]);
  const versions = [...CHAIN.versions, { version: 4, name: 'gone', up: [{ drop: { table: 'orders', column: 'state' } }] }];
  writeFileSync(files.chain, JSON.stringify({ ...CHAIN, versions }));
  assert.equal((await migrate(files)).json.store.version, 4);
  assert.equal(sqlite(files.store, 'SELECT * FROM orders;'), '1|Oslo');
});

test('with differences the chain does not go on', async (t) => {
  const files = prepare(t, 1, [[1, { id: 1, city: 'Oslo' }], [2, { id: 'two', city: 'Rome' }]]);
  const result = await migrate(files);
  assert.deepEqual([result.status, result.json.status, result.json.store.version], [8, 'completed_with_differences', 1]);
  assert.equal(sqlite(files.store, 'SELECT id, city FROM orders;'), '1|Oslo');
});

test('a dry run takes the whole way and leaves nothing', async (t) => {
  const files = prepare(t, 1, [[1, { id: 1, city: 'Oslo' }]]);
  const dry = await migrate(files, '--dry-run');
  assert.deepEqual([dry.status, dry.json.store.version], [0, 3]);
  assert.deepEqual(readdirSync(path.dirname(files.store)).filter((name) => name.startsWith('shop.db')), []);
});

test('what no version wrote, and a call without plan and chain, are said', async (t) => {
  const files = prepare(t, 7, [[1, { id: 1 }]]);
  const foreign = await migrate(files);
  assert.deepEqual([foreign.status, foreign.json.error.code], [4, 'source_missing']);
  const neither = await ferrite(['migrate', files.bundle, '--store', files.store, '--json']);
  assert.deepEqual([neither.status, neither.json.error.code], [2, 'invalid_argument']);
});

test('versions that differ by their keys alone are told apart', async (t) => {
  const of = (match) => ({
    ferrite: 1, name: 'cart', tables: [{ name: 'cart', from: { localStorage: match }, columns: { key: { path: '$key', type: 'text' }, value: { path: '', type: 'text' } }, primaryKey: ['key'] }],
  });
  const files = prepare(t, 1, [], {
    ferrite: 1, name: 'cart',
    versions: [{ version: 1, name: 'one', plan: of({ key: 'cart' }) }, { version: 2, name: 'many', plan: of({ prefix: 'cart.' }) }],
  });
  const entered = async (keys) => {
    const store = `${files.store}.${keys[0]}`;
    const bundle = bundleFromJson(`${files.bundle}.${keys[0]}`, [{ source: { localStorage: true }, records: keys.map((key) => [key, 'x']) }]);
    assert.equal((await migrate({ ...files, bundle, store })).status, 0);
    return (await applied({ ...files, store })).filter(([, stamped]) => stamped).length;
  };
  assert.equal(await entered(['cart', 'theme']), 1);
  assert.equal(await entered(['cart.1', 'theme']), 2);
});
