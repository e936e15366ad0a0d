// The records of a store inside a transaction that is to live on: nothing but
// its own requests is awaited.
import { Encoder } from '../encoding/encoder.js';
import { answer } from '../snapshot/request.js';

const FIRST_RECORDS = 16;
const MOST_RECORDS = 1000;
const BATCH_BYTES = 256 << 10;
const KEY_PAGE = 10_000;

/** Encodes values one at a time; what it gives is void with the next one. */
export class RecordEncoder {
  #memory = new Uint8Array(0);
  readonly #encoder = new Encoder((needed, used) => {
    if (this.#memory.length < needed) {
      const memory = new Uint8Array(needed);
      memory.set(this.#memory.subarray(0, used));
      this.#memory = memory;
    }
    return this.#memory;
  });

  pair(key: IDBValidKey, value: unknown): Uint8Array {
    this.#encoder.reset();
    this.#encoder.pair(key, value);
    return this.#encoder.bytes;
  }

  /** A copy. */
  value(value: unknown): Uint8Array {
    this.#encoder.reset();
    this.#encoder.value(value);
    return this.#encoder.bytes.slice();
  }
}

/** Hands over each record in key order with its encoding, until `take` says false. */
export async function eachRecord(
  store: IDBObjectStore, take: (key: IDBValidKey, encoded: Uint8Array) => boolean,
): Promise<void> {
  const encoder = new RecordEncoder();
  let count = FIRST_RECORDS;
  for (let after: IDBValidKey | undefined; ;) {
    const range = after === undefined ? null : IDBKeyRange.lowerBound(after, true);
    const [keys, values] = await Promise.all([answer(store.getAllKeys(range, count)), answer<unknown[]>(store.getAll(range, count))]);
    let bytes = 0;
    for (let i = 0; i < keys.length; ++i) {
      const encoded = encoder.pair(keys[i]!, values[i]);
      bytes += encoded.length;
      if (!take(keys[i]!, encoded)) return;
    }
    if (keys.length < count) return;
    after = keys[keys.length - 1];
    count = Math.max(1, Math.min(MOST_RECORDS, count * 4, Math.floor(count * BATCH_BYTES / Math.max(1, bytes))));
  }
}

/** Whether `fits` holds for none of the keys. */
export async function hasNoKey(store: IDBObjectStore, fits: (key: IDBValidKey) => boolean): Promise<boolean> {
  for (let after: IDBValidKey | undefined; ;) {
    const keys = await answer(store.getAllKeys(after === undefined ? null : IDBKeyRange.lowerBound(after, true), KEY_PAGE));
    if (keys.some(fits)) return false;
    if (keys.length < KEY_PAGE) return true;
    after = keys[keys.length - 1];
  }
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; ++i) if (a[i] !== b[i]) return false;
  return true;
}
