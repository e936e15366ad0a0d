// Puts a snapshot's records back into stores of one database: beside what is
// there, and in its place only when that is wanted.
import { setKeyGenerator } from '../snapshot/key-generator.js';
import { answer } from '../snapshot/request.js';
import type { StoreStructure } from '../snapshot/structure.js';
import { isEqual, RecordEncoder } from './live-records.js';
import { isClaimed, type Removal } from './removal.js';

type Records = Iterable<readonly [key: IDBValidKey, value: unknown]>;

export interface StoreReturn {
  structure: StoreStructure;
  removal: Removal;
  /** Of the snapshot, in key order; they need no await. */
  batches: () => Iterable<Records>;
}

export interface StoreFound {
  /** Records that were not there, and were put unless it was only looked. */
  missing: number;
  /** Keys under which there is something else; it was replaced when that was wanted. */
  newer: IDBValidKey[];
}

/** 'look' changes nothing; 'add' puts what is missing; 'replace' also what differs. */
export type Way = 'look' | 'add' | 'replace';

const put = (store: IDBObjectStore, key: IDBValidKey, value: unknown): IDBRequest =>
  (store.keyPath === null ? store.put(value, key) : store.put(value));

/** The live values of the records' keys, in their order; undefined where there is no record. */
async function liveValues(store: IDBObjectStore, records: readonly (readonly [IDBValidKey, unknown])[]): Promise<({ value: unknown } | undefined)[]> {
  const range = IDBKeyRange.bound(records[0]![0], records[records.length - 1]![0]);
  const [keys, values] = await Promise.all([answer(store.getAllKeys(range)), answer<unknown[]>(store.getAll(range))]);
  let at = 0;
  return records.map(([key]) => {
    while (at < keys.length && indexedDB.cmp(keys[at], key) < 0) ++at;
    return at < keys.length && indexedDB.cmp(keys[at], key) === 0 ? { value: values[at] } : undefined;
  });
}

async function exchange(store: IDBObjectStore, { structure, removal, batches }: StoreReturn, way: Way): Promise<StoreFound> {
  const found: StoreFound = { missing: 0, newer: [] };
  const encoder = new RecordEncoder();
  const isEmpty = await answer(store.count()) === 0;
  // It may have been made anew since.
  if (isEmpty && way !== 'look' && structure.keyGenerator !== undefined) setKeyGenerator(store, structure.keyGenerator);
  for (const batch of batches()) {
    const records = [...batch].filter(([key]) => isClaimed(removal, key));
    const live = isEmpty || records.length === 0 ? [] : await liveValues(store, records);
    let last: IDBRequest | undefined;
    records.forEach(([key, value], i) => {
      const is = live[i];
      if (is && isEqual(encoder.value(is.value), encoder.value(value))) return;
      if (is) found.newer.push(key);
      else found.missing += 1;
      if (way === 'replace' || (way === 'add' && !is)) last = put(store, key, value);
    });
    // What waits is bounded by a batch.
    if (last) await answer(last);
  }
  return found;
}

/** In one transaction, written with strict durability. By store, in their order. */
export async function putBack(database: IDBDatabase, stores: readonly StoreReturn[], way: Way): Promise<StoreFound[]> {
  const names = stores.map(({ structure }) => structure.name);
  const transaction = database.transaction(names, way === 'look' ? 'readonly' : 'readwrite', { durability: 'strict' });
  const ended = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('The transaction was aborted.', 'AbortError'));
  });
  ended.catch(() => undefined);
  try {
    const found: StoreFound[] = [];
    for (const each of stores) found.push(await exchange(transaction.objectStore(each.structure.name), each, way));
    await ended;
    return found;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended by the error.
    }
    throw error;
  }
}
