// What stands in for values that the record encoding writes as Unsupported.
//
// Each has a row in the database `ferrite-kept-<snapshot>`, and its first store
// is the bundle's last source:
//
//   objects  [source, key, part] → Row
//   copies   [source, key, part] → an object of which there is no description
//   window   [source, key] → a record's value that only a window can read
//
// `source` is bundle_source.id, `part` counts a record's unsupported values
// from 0 in the order in which they were written. The rows are in the bundle
// and go from the database when the snapshot is complete; the two other stores
// stay, since no file can hold what is in them.
import { describe } from './platform-object.js';
import { CHECK, isKeptDatabase, keptDatabase } from './own-databases.js';
import { answer, change, openOwn } from './request.js';

export const OBJECTS = 'objects';
export const COPIES = 'copies';
export const WINDOW = 'window';

/** The part of a row that stands for a record as a whole. */
export const WHOLE = -1;

export type Row =
  | { how: 'described'; type: string; value: unknown }
  | { how: 'copied' | 'window' | 'lost'; type: string };

export type RowKey = [source: number, key: IDBValidKey, part: number];

export const openKept = (snapshot: string): Promise<IDBDatabase> => openOwn(keptDatabase(snapshot), [OBJECTS, COPIES, WINDOW]);

/** Undefined when this browser keeps nothing of the snapshot. */
export async function findKept(snapshot: string): Promise<IDBDatabase | undefined> {
  const all = await indexedDB.databases();
  return all.some(({ name }) => name === keptDatabase(snapshot)) ? openKept(snapshot) : undefined;
}

export function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

/** Of one type in one source. */
export interface KeptCount {
  source: number;
  type: string;
  how: Row['how'];
  count: number;
}

export interface KeptNotes {
  counts: KeptCount[];
  /** The first of those that are lost. */
  lost: { source: number; key: IDBValidKey; type: string }[];
  /** Records whose whole value is null: so a worker sees what only a window can read, too. */
  nulls: { source: number; key: IDBValidKey }[];
}

const MOST_WAITING = 200;
/** Rows in one transaction. */
const AT_ONCE = 50;
const MOST_LOST = 100;

interface Entry {
  key: RowKey;
  row: Row;
  object: object;
}

interface Waiting { key: RowKey; type: string; object: object; isLost: boolean }

/** Writes rows while a snapshot's records are read. */
export class KeptObjects {
  readonly #database: Promise<IDBDatabase>;
  readonly #pressure: () => void;
  readonly #counts = new Map<string, KeptCount>();
  readonly #lost: KeptNotes['lost'] = [];
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #failure: unknown;
  #nulls: KeptNotes['nulls'] = [];

  /** `pressure` is called when isFull may have changed. */
  constructor(snapshot: string, pressure: () => void) {
    this.#database = openKept(snapshot);
    this.#pressure = pressure;
  }

  /** No more is to be added for now: what waits is held in memory. */
  get isFull(): boolean {
    return this.#waiting.length >= MOST_WAITING;
  }

  add(key: RowKey, type: string, object: object, isLost: boolean): void {
    this.#waiting.push({ key, type, object, isLost });
    this.#writing ??= this.#write().finally(() => { this.#writing = undefined; });
    this.#pressure();
  }

  addNull(source: number, key: IDBValidKey): void {
    this.#nulls.push({ source, key });
  }

  /** Resolves when all that was added is written. */
  async settle(): Promise<KeptNotes> {
    while (this.#writing) await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
    return { counts: [...this.#counts.values()], lost: this.#lost, nulls: this.#nulls };
  }

  async #write(): Promise<void> {
    try {
      const database = await this.#database;
      while (this.#waiting.length > 0) {
        const some = this.#waiting.slice(0, AT_ONCE);
        const entries = await Promise.all(some.map(async ({ key, type, object, isLost }): Promise<Entry> =>
          ({ key, object, row: isLost ? { how: 'lost', type } : await rowOf(type, object) })));
        await this.#put(database, entries);
        this.#waiting.splice(0, some.length);
        this.#pressure();
      }
    } catch (error) {
      this.#failure = error;
      this.#waiting = [];
      this.#pressure();
    }
  }

  async #put(database: IDBDatabase, entries: Entry[]): Promise<void> {
    try {
      await change(database, [OBJECTS, COPIES], (transaction) => {
        for (const { key, row, object } of entries) {
          transaction.objectStore(OBJECTS).put(row, key);
          if (row.how === 'copied') transaction.objectStore(COPIES).put(object, key);
        }
      });
    } catch (error) {
      const [{ row: { type, how }, ...first }] = entries as [Entry];
      if ((error as Error | null)?.name === 'QuotaExceededError' || how === 'lost') throw error;
      if (entries.length > 1) {
        for (const entry of entries) await this.#put(database, [entry]);
        return;
      }
      // Not even the browser can copy it: a Blob, say, whose file is gone.
      return this.#put(database, [{ ...first, row: { how: 'lost', type } }]);
    }
    entries.forEach((entry) => this.#note(entry));
  }

  #note({ key: [source, key], row: { how, type } }: Entry): void {
    const name = JSON.stringify([source, type, how]);
    const count = this.#counts.get(name) ?? { source, type, how, count: 0 };
    this.#counts.set(name, { ...count, count: count.count + 1 });
    if (how === 'lost' && this.#lost.length < MOST_LOST) this.#lost.push({ source, key, type });
  }
}

async function rowOf(type: string, object: object): Promise<Row> {
  const value = await describe(type, object);
  return value === undefined ? { how: 'copied', type } : { how: 'described', type, value };
}

/** Deletes what snapshots and comparisons that were cut off left behind. Nobody else may be taking one. */
export async function sweepKept(): Promise<void> {
  for (const { name = '' } of await indexedDB.databases()) {
    if (!isKeptDatabase(name)) continue;
    const database = await openOwn(name, [OBJECTS, COPIES, WINDOW]);
    // A complete one has copies and no rows.
    const rows = await answer(database.transaction(OBJECTS).objectStore(OBJECTS).count());
    database.close();
    if (rows > 0 || name.endsWith(CHECK)) await deleteDatabase(name);
  }
}
