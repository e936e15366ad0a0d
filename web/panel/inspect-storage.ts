// Looks into the storage of the page it runs in. It never creates, upgrades
// or holds a database, and no answer takes longer than its time limit.

import {
  entryLimit, type DatabaseFound, type EntryFound, type Inspection, type LocalStorageFound, type StoreFound,
} from './inspection.js';
import { openExisting, OpenFailure } from './open-existing.js';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function readLocalStorage(): LocalStorageFound {
  try {
    const storage = globalThis.localStorage;
    const all: EntryFound[] = [];
    for (let i = 0; i < storage.length; i++) {
      const key = storage.key(i);
      if (key === null) continue;
      const value = storage.getItem(key) ?? '';
      all.push({ key, bytes: 2 * (key.length + value.length) });
    }
    all.sort((a, b) => (a.key < b.key ? -1 : 1));
    const bytes = all.reduce((sum, entry) => sum + entry.bytes, 0);
    const status = all.length > 0 ? 'ready' : 'empty';
    return { status, entries: all.length, bytes, list: all.slice(0, entryLimit) };
  } catch (error) {
    return { status: 'unreadable', entries: 0, bytes: 0, list: [], message: messageOf(error) };
  }
}

function describe(store: IDBObjectStore): StoreFound {
  const indexes = Array.from(store.indexNames, (name) => {
    const { keyPath, unique, multiEntry } = store.index(name);
    return { name, keyPath, unique, multiEntry };
  });
  const { name, keyPath, autoIncrement } = store;
  return { name, status: 'empty', records: 0, keyPath, autoIncrement, indexes };
}

function count(store: IDBObjectStore): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = store.count();
    request.onerror = () => reject(request.error);
    request.onsuccess = () => resolve(request.result);
  });
}

async function readStore(connection: IDBDatabase, name: string): Promise<StoreFound> {
  const store = connection.transaction(name, 'readonly').objectStore(name);
  const found = describe(store);
  try {
    found.records = await count(store);
    found.status = found.records > 0 ? 'ready' : 'empty';
  } catch (error) {
    found.status = 'unreadable';
    found.message = messageOf(error);
  }
  return found;
}

async function readDatabase(name: string, version: number | undefined): Promise<DatabaseFound> {
  const found: DatabaseFound = { name, version, status: 'ready', stores: [] };
  let connection: IDBDatabase | undefined;
  try {
    connection = await openExisting(name);
    found.version = connection.version;
    for (const store of Array.from(connection.objectStoreNames)) {
      found.stores.push(await readStore(connection, store));
    }
    if (found.stores.every((store) => store.status === 'empty')) found.status = 'empty';
  } catch (error) {
    found.status = error instanceof OpenFailure ? error.status : 'unreadable';
    found.message = messageOf(error);
  } finally {
    connection?.close();
  }
  return found;
}

async function listDatabases(): Promise<IDBDatabaseInfo[]> {
  const list = await indexedDB.databases();
  return list.filter((info) => info.name !== undefined).sort((a, b) => (a.name! < b.name! ? -1 : 1));
}

async function readIndexedDB(): Promise<Inspection['indexedDB']> {
  try {
    const read = await Promise.all((await listDatabases()).map((info) => readDatabase(info.name!, info.version)));
    // A database that was deleted while we looked is not there.
    const databases = read.filter(({ status }) => status !== 'absent');
    return { status: databases.length > 0 ? 'ready' : 'absent', databases };
  } catch (error) {
    return { status: 'unreadable', databases: [], message: messageOf(error) };
  }
}

interface DetailedEstimate extends StorageEstimate {
  usageDetails?: { indexedDB?: number };
}

async function estimate(): Promise<DetailedEstimate> {
  try {
    return await navigator.storage.estimate();
  } catch {
    return {};
  }
}

export async function inspectStorage(): Promise<Inspection> {
  const [databases, { usage, usageDetails, quota }] = await Promise.all([readIndexedDB(), estimate()]);
  return { indexedDB: databases, localStorage: readLocalStorage(), usage, indexedDBUsage: usageDetails?.indexedDB, quota };
}
