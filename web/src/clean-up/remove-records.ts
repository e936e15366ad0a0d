// Empties stores of one database, when they hold what the snapshot holds.
import { FerriteError } from '../error.js';
import { answer } from '../snapshot/request.js';
import { within } from '../sources/legacy-database.js';
import { eachRecord, hasNoKey, isEqual } from './live-records.js';
import type { OpenBundle } from '../worker/open-bundle.js';
import { isClaimed, isWhole, type Removal } from './removal.js';

const BATCH_BYTES = 256 << 10;

/** What a snapshot holds of a source, to be met record by record in key order. */
class Expected {
  readonly #bundle: OpenBundle;
  readonly #source: number;
  #bytes = new Uint8Array(0);
  #at = 0;
  #isLast = false;
  #after: IDBValidKey | undefined;

  constructor(bundle: OpenBundle, source: number) {
    this.#bundle = bundle;
    this.#source = source;
  }

  isNext(key: IDBValidKey, encoded: Uint8Array): boolean {
    if (!this.#hasMore()) return false;
    const next = this.#bytes.subarray(this.#at, this.#at + encoded.length);
    this.#at += encoded.length;
    this.#after = key;
    return isEqual(next, encoded);
  }

  get isOver(): boolean {
    return !this.#hasMore();
  }

  #hasMore(): boolean {
    while (this.#at === this.#bytes.length && !this.#isLast) {
      const { bytes, isLast } = this.#bundle.read(this.#source, this.#after, BATCH_BYTES);
      this.#bytes = bytes as Uint8Array<ArrayBuffer>;
      this.#at = 0;
      this.#isLast = isLast;
    }
    return this.#at < this.#bytes.length;
  }
}

async function isAsInSnapshot(store: IDBObjectStore, expected: Expected): Promise<boolean> {
  let isSame = true;
  await eachRecord(store, (key, encoded) => (isSame = expected.isNext(key, encoded)));
  return isSame && expected.isOver;
}

async function remove(store: IDBObjectStore, removal: Removal): Promise<void> {
  if (isWhole(removal)) store.clear();
  else await hasNoKey(store, (key) => { if (isClaimed(removal, key)) store.delete(key); return false; });
}

export interface StoreRemoval {
  store: string;
  removal: Removal;
  /** bundle_source.id */
  source: number;
}

/**
 * In one transaction with strict durability. Undefined when all of it is gone,
 * or the name of a store that is not what the snapshot holds; then nothing was
 * changed.
 */
export async function removeRecords(
  database: IDBDatabase, stores: readonly StoreRemoval[], bundle: OpenBundle, ms: number,
): Promise<string | undefined> {
  const transaction = database.transaction(stores.map(({ store }) => store), 'readwrite', { durability: 'strict' });
  const ended = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('The transaction was aborted.', 'AbortError'));
  });
  ended.catch(() => undefined);
  try {
    const first = transaction.objectStore(stores[0]!.store).count();
    if (await within(ms, answer(first), () => undefined) === undefined) {
      throw new FerriteError({
        code: 'source_blocked', message: `Another connection holds the database "${database.name}".`,
        hint: 'Close the app\'s other tabs, and call cleanUp() again.',
      });
    }
    for (const { store: name, removal, source } of stores) {
      const store = transaction.objectStore(name);
      // An earlier call may have removed them.
      if (await hasNoKey(store, (key) => isClaimed(removal, key))) continue;
      if (!await isAsInSnapshot(store, new Expected(bundle, source))) {
        transaction.abort();
        return name;
      }
      await remove(store, removal);
    }
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended by the error.
    }
    throw error;
  }
  await ended;
  return undefined;
}
