// The fallback where the browser has no OPFS: the files live in memory and
// their changed blocks are put into the IndexedDB database `ferrite-images`,
// all of one moment in one transaction with strict durability.
//
//   blocks   [database, index] → Uint8Array of 64 KiB
//   sizes    database → bytes
//   markers  database → the marker's JSON text
//
// Only the database file is kept: between two transactions of SQLite its
// journal is empty.
import { FerriteError } from '../error.js';
import { IMAGE_DATABASE, type Marker } from '../marker.js';
import type { SyncFile } from '../worker/engine.js';
import { MemoryFile } from './memory-file.js';
import { fileNames, type Storage } from './storage.js';

const STORES = ['blocks', 'sizes', 'markers'];

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function openImages(): Promise<IDBDatabase> {
  const request = indexedDB.open(IMAGE_DATABASE, 1);
  request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
  return answer(request);
}

const blocksOf = (database: string, from = 0): IDBKeyRange =>
  IDBKeyRange.bound([database, from], [database, Infinity]);

export class MemoryImageStorage implements Storage {
  readonly kind = 'memory-image';
  readonly files = new Map<string, SyncFile>();
  readonly #databases = new Map<string, MemoryFile>();
  readonly #kept: IDBDatabase | undefined;
  #durable: boolean;

  private constructor(kept: IDBDatabase | undefined) {
    this.#kept = kept;
    this.#durable = kept !== undefined;
  }

  static async create(): Promise<MemoryImageStorage> {
    return new MemoryImageStorage(await openImages().catch(() => undefined));
  }

  get durable(): boolean {
    return this.#durable;
  }

  get warning(): string {
    return this.#durable
      ? 'This browser has no private file system here: the store is held in memory and its image kept in IndexedDB.'
      : 'This browser has no durable storage here: the store is held in memory and lost when the tab is closed.';
  }

  async open(database: string): Promise<void> {
    const [main, journal] = fileNames(database) as [string, string];
    const file = await this.#load(database);
    this.#databases.set(database, file);
    this.files.set(main, file);
    this.files.set(journal, new MemoryFile());
  }

  async size(database: string): Promise<number> {
    const open = this.files.get(database);
    if (open) return open.getSize();
    const store = this.#kept?.transaction('sizes').objectStore('sizes');
    return store ? (await answer<number | undefined>(store.get(database))) ?? 0 : 0;
  }

  close(database: string): void {
    this.#databases.delete(database);
    for (const name of fileNames(database)) this.files.delete(name);
  }

  async remove(database: string): Promise<void> {
    await this.#write((stores) => {
      stores('blocks').delete(blocksOf(database));
      stores('sizes').delete(database);
      stores('markers').delete(database);
    });
  }

  async persist(): Promise<void> {
    await Promise.all([...this.#databases].map(([name, file]) => this.#keep(name, file)));
  }

  backups(): undefined {
    return undefined;
  }

  async writeMarker(database: string, marker: Marker): Promise<void> {
    await this.#write((stores) => stores('markers').put(JSON.stringify(marker), database));
  }

  async #load(database: string): Promise<MemoryFile> {
    if (!this.#kept) return new MemoryFile();
    const transaction = this.#kept.transaction(['blocks', 'sizes']);
    const [size, blocks] = await Promise.all([
      answer<number | undefined>(transaction.objectStore('sizes').get(database)),
      answer<Uint8Array[]>(transaction.objectStore('blocks').getAll(blocksOf(database))),
    ]);
    return MemoryFile.of(size ?? 0, blocks);
  }

  async #keep(name: string, file: MemoryFile): Promise<void> {
    const changes = file.takeChanges();
    if (changes.length === 0) return;
    try {
      // put() copies at once: what SQLite writes from here on is not in it.
      await this.#write((stores) => {
        for (const [index, bytes] of changes) stores('blocks').put(bytes, [name, index]);
        stores('blocks').delete(blocksOf(name, file.blockCount));
        stores('sizes').put(file.getSize(), name);
      });
    } catch (error) {
      file.returnChanges(changes.map(([index]) => index));
      throw error;
    }
  }

  async #write(work: (stores: (name: string) => IDBObjectStore) => void): Promise<void> {
    if (!this.#kept) return;
    const transaction = this.#kept.transaction(STORES, 'readwrite', { durability: 'strict' });
    try {
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
        work((name) => transaction.objectStore(name));
      });
    } catch (cause) {
      this.#durable = false;
      const full = (cause as Error | null)?.name === 'QuotaExceededError';
      throw new FerriteError({
        code: full ? 'store_full' : 'store_io',
        message: `The store's image cannot be kept in IndexedDB: ${String(cause)}`,
      }, { cause });
    }
  }
}
