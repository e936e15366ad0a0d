// Known libraries, each writing typical data with its own API.
import { Preferences } from '@capacitor/preferences';
import { Storage as IonicStorage } from '@ionic/storage';
import { createAsyncStoragePersister } from '@tanstack/query-async-storage-persister';
import { QueryClient } from '@tanstack/query-core';
import { experimental_createQueryPersister, persistQueryClientSave } from '@tanstack/query-persist-client-core';
import Dexie from 'dexie';
import dexieCloud from 'dexie-cloud-addon';
import * as keyval from 'idb-keyval';
import localforage from 'localforage';
import Loki from 'lokijs';
import LokiAdapter from 'lokijs/src/incremental-indexeddb-adapter.js';
import { createStore as createRedux } from 'redux';
import { persistReducer, persistStore } from 'redux-persist';
import { createRxDatabase } from 'rxdb';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { getRxStorageLocalstorage } from 'rxdb/plugins/storage-localstorage';
import { createStore as createTiny } from 'tinybase';
import { createIndexedDbPersister } from 'tinybase/persisters/persister-indexed-db';
import { IndexeddbPersistence } from 'y-indexeddb';
import * as Y from 'yjs';
import { persist } from 'zustand/middleware';
import { createStore as createZustand } from 'zustand/vanilla';

const pixel = new Uint8Array([137, 80, 78, 71, 0, 255]);

async function forage(driver: string): Promise<void> {
  const store = localforage.createInstance({ name: 'localforage', driver });
  await store.setItem('theme', 'dark');
  await store.setItem('profile', { name: 'Åse', tags: ['a', 'b'], born: null });
  await store.setItem('photo', new Blob([pixel], { type: 'image/png' }));
}

async function pouch(adapter: string): Promise<void> {
  // It writes to localStorage as soon as it is loaded.
  const { default: PouchDB } = await import('pouchdb-browser');
  if (adapter === 'indexeddb') PouchDB.plugin((await import('pouchdb-adapter-indexeddb')).default);
  const db = new PouchDB('notes', { adapter });
  const { rev } = await db.put({ _id: 'n1', title: 'Quay', done: false });
  await db.put({ _id: 'n1', _rev: rev, title: 'Quay', done: true });
  await db.put({ _id: 'n2', _attachments: { p: { content_type: 'image/png', data: new Blob([pixel]) } } });
  const gone = await db.put({ _id: 'n3', title: 'Gone' });
  await db.remove('n3', gone.rev);
  await db.put({ _id: '_local/settings', theme: 'dark' });
  await db.close();
}

async function rx(storage: unknown): Promise<void> {
  const db = await createRxDatabase({ name: 'harbour', storage: storage as never, multiInstance: false });
  await db.addCollections({
    boats: {
      schema: {
        version: 0,
        primaryKey: 'id',
        type: 'object',
        properties: { id: { type: 'string', maxLength: 40 }, name: { type: 'string' }, moored: { type: 'boolean' } },
        required: ['id', 'moored'],
        indexes: ['moored'],
      },
    },
  });
  await db.boats.insert({ id: 'b1', name: 'Fram', moored: true });
  await db.boats.insert({ id: 'b2', name: 'Gjøa', moored: false });
  await (await db.boats.findOne('b2').exec())!.remove();
  await db.close();
}

export const libraries: Record<string, () => Promise<void>> = {
  localforageIndexedDb: () => forage(localforage.INDEXEDDB),
  localforageLocalStorage: () => forage(localforage.LOCALSTORAGE),
  async localforageNamed() {
    const store = localforage.createInstance({ name: 'shop', storeName: 'orders' });
    await store.setItem('o1', { total: 12.5 });
  },
  async ionicStorage() {
    const store = new IonicStorage();
    await store.create();
    await store.set('user', { name: 'Ada' });
  },
  async idbKeyval() {
    await keyval.set('theme', 'dark');
    await keyval.set(7, new Date(5));
    await keyval.set(['a', 1], new Map([['k', 1n]]));
  },
  async reduxPersist() {
    const storage = {
      getItem: async (key: string) => localStorage.getItem(key),
      setItem: async (key: string, value: string) => localStorage.setItem(key, value),
      removeItem: async (key: string) => localStorage.removeItem(key),
    };
    const state = { cart: { lines: [{ sku: 'x', price: 1.5 }] }, seen: ['a'], note: 'hi' };
    const store = createRedux(persistReducer({ key: 'root', storage }, (old = state) => ({ ...old })));
    const persistor = persistStore(store);
    store.dispatch({ type: 'touch' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await persistor.flush();
  },
  async zustand() {
    const store = createZustand(persist(() => ({ bears: 0, tags: ['x'] }), { name: 'bear-storage' }));
    store.setState({ bears: 3 });
  },
  async tanstackQuery() {
    const client = new QueryClient();
    client.setQueryData(['todos'], [{ id: 1 }]);
    await persistQueryClientSave({
      queryClient: client,
      persister: createAsyncStoragePersister({ storage: localStorage, throttleTime: 0 }),
    });
    const { persisterFn } = experimental_createQueryPersister({ storage: localStorage });
    await client.fetchQuery({ queryKey: ['one'], queryFn: async () => 1, persister: persisterFn as never });
    await new Promise((resolve) => setTimeout(resolve, 100));
  },
  async capacitorPreferences() {
    await Preferences.set({ key: 'name', value: 'Max' });
    localStorage.setItem('_cap_old', 'written by Capacitor 2');
  },
  async dexie() {
    const db = new Dexie('library');
    db.version(3).stores({ books: '++id, &isbn, *tags', authors: 'name' });
    await db.table('books').bulkAdd([{ isbn: '1', tags: ['a'], at: new Date(5) }, { isbn: '2', tags: [], n: 3n }]);
    await db.table('authors').add({ name: 'Undset' });
    db.close();
  },
  async dexieCloud() {
    const db = new Dexie('team', { addons: [dexieCloud] });
    db.version(1).stores({ todos: 'id, title' });
    db.cloud.configure({ databaseUrl: 'https://nowhere.invalid', requireAuth: false, disableWebSocket: true, disableEagerSync: true, tryUseServiceWorker: false });
    await db.open();
    await db.table('todos').add({ id: 'todo-1', title: 'Paint the hull' });
    await db.table('$logins').put({ userId: 'ada', accessToken: 'secret', claims: { sub: 'ada' }, lastLogin: new Date(5) });
    db.close();
  },
  pouchIdb: () => pouch('idb'),
  pouchIndexedDb: () => pouch('indexeddb'),
  rxdbDexie: () => rx(getRxStorageDexie()),
  rxdbLocalStorage: () => rx(getRxStorageLocalstorage()),
  async loki() {
    const db = new Loki('catalogue', { adapter: new LokiAdapter() });
    const boats = db.addCollection('boats');
    boats.insert([{ name: 'Fram' }, { name: 'Gjøa', built: 1872 }]);
    await new Promise((resolve, reject) => db.saveDatabase((error) => (error ? reject(error) : resolve(0))));
  },
  async tinybase() {
    const store = createTiny();
    store.setTables({ pets: { fido: { species: 'dog', age: 3 }, felix: { species: 'cat' } } });
    store.setValues({ open: true, employees: 3 });
    const persister = createIndexedDbPersister(store, 'petstore');
    await persister.save();
    await persister.destroy();
  },
  async yIndexedDb() {
    const doc = new Y.Doc();
    const provider = new IndexeddbPersistence('page-1', doc);
    await provider.whenSynced;
    doc.getText('body').insert(0, 'Hello');
    doc.getText('body').insert(5, ' quay');
    await provider.set('cursor', { at: 3 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await provider.destroy();
  },
};
