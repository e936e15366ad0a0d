// Builds a database anew, under its own name: deletion and creation are asked
// for in one go, so that no other connection comes between, and everything in
// it is written by the one transaction that creates it. Whoever opens it finds
// all of it or, when that was cut off, no database; never a part.
import { FerriteError } from '../error.js';
import { openLegacyDatabase, within } from '../sources/legacy-database.js';
import { setKeyGenerator } from './key-generator.js';
import type { DatabaseStructure, StoreStructure } from './structure.js';

/** Records of one source in key order, as batches; they need no await. */
export type Batches = Iterator<Iterable<readonly [key: IDBValidKey, value: unknown]>>;

/** Requests of so many batches are on their way. */
const DEPTH = 2;

const blocked = (name: string): FerriteError => new FerriteError({
  code: 'source_blocked',
  message: `The database "${name}" is open elsewhere and cannot be replaced.`,
  hint: 'Close the app\'s other tabs and its own connections, then call restoreSource() again.',
});

/**
 * Rejects with source_blocked unless all other connections to the database
 * close within `ms`. It is asked by an upgrade that is taken back: a deletion
 * that has to wait could not be, and would come later.
 */
export async function makeWay(name: string, ms: number): Promise<void> {
  const opened = await openLegacyDatabase(name, ms);
  if (opened.status === 'blocked') throw blocked(name);
  if (opened.status !== 'ready') return;
  const { version } = opened.database;
  opened.database.close();
  if (version === Number.MAX_SAFE_INTEGER) return;
  const free = new Promise<boolean>((resolve, reject) => {
    const request = indexedDB.open(name, version + 1);
    request.onupgradeneeded = () => request.transaction!.abort();
    request.onsuccess = () => reject(new FerriteError({ code: 'internal', message: `The database "${name}" was upgraded.` }));
    request.onerror = (event) => {
      event.preventDefault();
      // Another version: somebody else upgraded it meanwhile, and will be asked to close again.
      resolve(true);
    };
  });
  if (!await within(ms, free, () => false)) throw blocked(name);
}

/** As makeWay() left it: nobody has it open. */
export function removeDatabase(name: string, ms: number): Promise<void> {
  const removed = new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
    request.onblocked = () => setTimeout(() => reject(blocked(name)), ms);
  });
  return removed;
}

function createStore(database: IDBDatabase, { name, keyPath, autoIncrement, keyGenerator, indexes }: StoreStructure): IDBObjectStore {
  const store = database.createObjectStore(name, { keyPath, autoIncrement });
  // Before there is an index that could refuse its record.
  if (keyGenerator !== undefined) setKeyGenerator(store, keyGenerator);
  for (const { name: index, keyPath: path, unique, multiEntry } of indexes) {
    store.createIndex(index, path, { unique, multiEntry });
  }
  return store;
}

/** Puts all batches into the store, then calls `done`. */
function fill(store: IDBObjectStore, batches: Batches, guarded: (work: () => void) => () => void, done: () => void): void {
  let inFlight = 0;
  let isOver = false;
  const more = (): void => {
    while (!isOver && inFlight < DEPTH) {
      const { value, done: ended } = batches.next();
      if (ended) {
        isOver = true;
        break;
      }
      let last: IDBRequest | undefined;
      for (const [key, record] of value) last = store.keyPath === null ? store.put(record, key) : store.put(record);
      if (!last) continue;
      inFlight += 1;
      last.onsuccess = guarded(() => {
        inFlight -= 1;
        more();
      });
    }
    if (isOver && inFlight === 0) done();
  };
  more();
}

/**
 * Replaces the database. `batchesOf` is given each store, in order. Rejects
 * when something of it fails: there is no database of that name then.
 */
export function buildDatabase(
  { database: name, version, stores }: DatabaseStructure, batchesOf: (store: StoreStructure) => Batches, ms: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: unknown;
    let isNew = false;
    const deletion = indexedDB.deleteDatabase(name);
    const request = indexedDB.open(name, version);
    const guarded = (work: () => void) => (): void => {
      try {
        work();
      } catch (error) {
        failure ??= error;
        request.transaction!.abort();
      }
    };
    deletion.onblocked = () => setTimeout(() => {
      if (deletion.readyState === 'done') return;
      // It cannot be taken back; what would follow it can.
      failure ??= blocked(name);
      reject(failure);
    }, ms);
    deletion.onerror = () => { failure ??= deletion.error; };
    request.onupgradeneeded = guarded(() => {
      isNew = true;
      const transaction = request.transaction!;
      if (failure !== undefined) return transaction.abort();
      transaction.onabort = () => { failure ??= transaction.error; };
      const built = stores.map((store) => [store, createStore(request.result, store)] as const);
      const next = (): void => {
        const pair = built.shift();
        if (pair) fill(pair[1], batchesOf(pair[0]), guarded, next);
      };
      next();
    });
    request.onerror = (event) => {
      event.preventDefault();
      reject(failure ?? request.error);
    };
    request.onsuccess = () => {
      request.result.close();
      if (isNew) resolve();
      else reject(failure ?? blocked(name));
    };
  });
}
