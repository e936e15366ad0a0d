// IndexedDB's events as promises. Not for the inside of a transaction that is
// to live on: what runs behind an await may find it ended.

export function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves when what `work` asked for is written; "strict": when it is on the disk, with all that was written before. */
export function change(
  database: IDBDatabase, stores: string[], work: (transaction: IDBTransaction) => void,
  durability: IDBTransactionDurability = 'default',
): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, 'readwrite', { durability });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException('The transaction was aborted.', 'AbortError'));
    work(transaction);
  });
}

/** Opens a database of Ferrite's own, making it when it is not there. */
export async function openOwn(name: string, stores: readonly string[]): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => stores.forEach((store) => request.result.createObjectStore(store));
  const database = await answer(request);
  database.onversionchange = () => database.close();
  return database;
}
