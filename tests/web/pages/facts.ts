// What RecognizeLayouts is told about an origin, read without a version and
// without a write.
import { openExisting } from '../../../web/panel/open-existing';

const SAMPLE = 100;
const VALUE = 256;

const answer = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function storeFacts(database: IDBDatabase, name: string) {
  const store = database.transaction(name, 'readonly').objectStore(name);
  const { keyPath, autoIncrement } = store;
  const indexes = Array.from(store.indexNames, (index) => ({ name: index }));
  const [records, keys] = await Promise.all([answer(store.count()), answer(store.getAllKeys(null, SAMPLE))]);
  return { name, keyPath, autoIncrement, records, indexes, keys: keys.filter((key) => typeof key === 'string') };
}

async function databaseFacts(name: string) {
  const database = await openExisting(name);
  const stores = [];
  for (const store of Array.from(database.objectStoreNames)) stores.push(await storeFacts(database, store));
  const { version } = database;
  database.close();
  return { name, version, stores };
}

const shortened = (value: string): string =>
  (value.length <= VALUE ? value : `${value.slice(0, VALUE / 2)}…${value.slice(-VALUE / 2)}`);

const entries = (storage: Storage) =>
  Object.keys(storage).map((key) => ({ key, value: shortened(storage.getItem(key)!) }));

export async function collectFacts() {
  const names = (await indexedDB.databases()).map(({ name }) => name!).sort();
  const databases = [];
  for (const name of names) databases.push(await databaseFacts(name));
  return { databases, localStorage: entries(localStorage), sessionStorage: entries(sessionStorage) };
}

/** Everything in the origin's databases and storage areas, to see that nothing changed. */
export async function everything() {
  const all: Record<string, unknown> = {};
  for (const { name, version } of await indexedDB.databases()) {
    const database = await openExisting(name!);
    for (const store of Array.from(database.objectStoreNames)) {
      const source = database.transaction(store, 'readonly').objectStore(store);
      const [keys, values] = await Promise.all([answer(source.getAllKeys()), answer(source.getAll())]);
      all[`${name}@${version}/${store}`] = JSON.stringify([keys, values], (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
    }
    database.close();
  }
  return { ...all, local: { ...localStorage }, session: { ...sessionStorage } };
}
