// Legacy data of which a plan takes some: two stores of a database whole, some
// keys of another one's store, some items of localStorage.
import { answer, createDatabase } from './legacy.js';

export const COUNT = 400;

export const PLAN = {
  ferrite: 1,
  name: 'house',
  tables: [
    {
      name: 'orders', from: { indexedDB: 'shop', store: 'orders' },
      columns: { id: 'integer', text: 'text', at: 'datetime' }, primaryKey: ['id'],
    },
    { name: 'photos', from: { indexedDB: 'shop', store: 'photos' } },
    { name: 'kv', from: { indexedDB: 'mixed', store: 'kv', prefix: 'app:' } },
    { name: 'settings', from: { localStorage: { prefix: 'set.' } } },
  ],
  excluded: [
    { from: { indexedDB: 'mixed', store: 'kv', key: 'app:secret' }, reason: 'A credential.' },
    { from: { localStorage: { key: 'set.token' } }, reason: 'A credential.' },
  ],
};

export const order = (id) => ({ id, text: `Order ${id} \ud83d\udea2`, at: new Date(1_700_000_000_000 + id), lines: [id, { n: -0 }] });

/** Makes it anew; `count` orders. */
export async function createHouse(count = COUNT) {
  await Promise.all(['shop', 'mixed'].map((name) => answer(indexedDB.deleteDatabase(name))));
  localStorage.clear();
  const orders = Array.from({ length: count }, (_, i) => [undefined, order(i + 1)]);
  const photos = Array.from({ length: 12 }, (_, i) => [`p${i}`, new Blob([new Uint8Array(500 + i)], { type: 'image/png' })]);
  await createDatabase('shop', {
    orders: { options: { keyPath: 'id', autoIncrement: true }, entries: orders },
    photos: { options: {}, entries: photos },
  }, 3);
  await createDatabase('mixed', {
    kv: { options: {}, entries: [['app:a', 1], ['app:b', { b: [1n] }], ['app:secret', 'hush'], ['other', 2], [7, 'seven']] },
    drafts: { options: { keyPath: 'id' }, entries: [[undefined, { id: 1, text: 'A draft' }]] },
  });
  for (const [key, value] of [['set.a', 'A'], ['set.b', 'lone \ud800'], ['set.token', 'hush'], ['other', 'x']]) localStorage.setItem(key, value);
}

export async function openLegacy(name) {
  return answer(indexedDB.open(name));
}

/** Of one store in one transaction. */
export async function withStore(database, store, work) {
  const open = await openLegacy(database);
  const transaction = open.transaction(store, 'readwrite', { durability: 'strict' });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  const result = await work(transaction.objectStore(store));
  await done;
  open.close();
  return result;
}

export const put = (database, store, value, key) =>
  withStore(database, store, (target) => answer(key === undefined ? target.put(value) : target.put(value, key)));

async function shown(value) {
  if (value instanceof Blob) return [value.type, [...new Uint8Array(await value.arrayBuffer())].join()];
  return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? `${each}n` : Object.is(each, -0) ? '-0' : each));
}

/** All that is there, and the key that an order would be given next, which takes it. */
export async function stateOfHouse() {
  const state = { items: Object.fromEntries(Object.entries({ ...localStorage }).sort()) };
  for (const { name, version } of (await indexedDB.databases()).filter((each) => !each.name.startsWith('ferrite')).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const database = await openLegacy(name);
    for (const store of database.objectStoreNames) {
      const source = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([answer(source.getAllKeys()), answer(source.getAll())]);
      state[`${name} ${version} ${store}`] = await Promise.all(keys.map(async (key, i) => [key, await shown(values[i])]));
    }
    database.close();
  }
  return state;
}

export const counts = (state) => Object.fromEntries(Object.entries(state).map(([name, list]) =>
  [name, Array.isArray(list) ? list.length : Object.keys(list)]));

export async function backupFiles(store) {
  const names = [];
  try {
    const directory = await (await navigator.storage.getDirectory()).getDirectoryHandle(`${store}.backups`);
    for await (const name of directory.keys()) names.push(name);
  } catch {
    // Nothing was kept.
  }
  return names.sort();
}
