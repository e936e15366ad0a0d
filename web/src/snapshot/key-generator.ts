// The current number of a store's key generator, which no call of IndexedDB
// gives: a put without a key is given it, and its transaction is aborted. An
// abort takes back the record and the generator's step (Indexed Database API,
// "key generator": it is part of what an aborted transaction reverts), so that
// the source is as it was.
import { within } from '../sources/legacy-database.js';

/** The next key, 1 to 2^53, or that there is none left. */
export type KeyGenerator = number | 'exhausted';

const LAST = 2 ** 53;

/**
 * The empty object has no key for any index, so that no unique one refuses it,
 * and takes an in-line key of any path that a generator may have.
 */
const PROBE = {};

/** Rejects when it cannot be known, within `ms`. */
export function probeKeyGenerator(database: IDBDatabase, store: string, ms: number): Promise<KeyGenerator> {
  const transaction = database.transaction(store, 'readwrite');
  const probed = new Promise<KeyGenerator>((resolve, reject) => {
    let found: KeyGenerator | undefined;
    const request = transaction.objectStore(store).put(PROBE);
    request.onsuccess = () => {
      found = request.result as number;
      transaction.abort();
    };
    request.onerror = (event) => {
      // The one constraint that this put can meet; the transaction aborts by it.
      event.preventDefault();
      if (request.error?.name === 'ConstraintError') found = 'exhausted';
      transaction.abort();
    };
    transaction.onabort = () => (found === undefined
      ? reject(request.error ?? transaction.error ?? new DOMException('The probe was aborted.', 'AbortError'))
      : resolve(found));
  });
  // Should the put come through after all, its success aborts.
  return within(ms, probed, () => undefined).then((found) => {
    if (found !== undefined) return found;
    throw new DOMException(`The store "${store}" did not answer within ${ms} ms.`, 'TimeoutError');
  });
}

/** What the put of the first record needs: an object that has `key` at `path`. */
function holding(path: string, key: number): object {
  const names = path.split('.');
  return names.reduceRight<unknown>((inside, name) => {
    const object = {};
    Object.defineProperty(object, name, { value: inside, enumerable: true, configurable: true, writable: true });
    return object;
  }, key) as object;
}

/**
 * Sets the generator of a store that is empty and has no index yet: an explicit
 * key takes it along, and it stays when the record goes.
 */
export function setKeyGenerator(store: IDBObjectStore, generator: KeyGenerator): void {
  const key = generator === 'exhausted' ? LAST : generator - 1;
  if (key < 1) return;
  if (store.keyPath === null) store.put(0, key);
  else store.put(holding(store.keyPath as string, key));
  store.delete(key);
}
