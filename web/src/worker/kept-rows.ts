// What stands in for values that the record encoding could not hold, out of the
// bundle and out of the browser's database of what it could only copy.
import { decodeRecords, type Substitute } from '../encoding/decoder.js';
import { COPIES, findKept, WHOLE, WINDOW, type Row, type RowKey } from '../snapshot/kept-objects.js';
import { isRebuiltLater, rebuild } from '../snapshot/platform-object.js';
import { answer } from '../snapshot/request.js';
import type { OpenBundle } from './open-bundle.js';

const PAGE = 1 << 18;
/** The rows are plain values. */
const noSubstitute = (): Substitute => (type) => { throw new RangeError(`A ${type} in a row of the bundle.`); };

export interface RecordKey { source: number; key: IDBValidKey }

export class KeptRows {
  readonly #bundle: OpenBundle;
  readonly #source: number;
  readonly #kept: IDBDatabase | undefined;
  /** Records that cannot be put by a worker, or not at all. */
  readonly #passedOver = new Set<string>();
  readonly #lost = new Map<number, number>();
  readonly #windowRecords: RecordKey[] = [];
  /** What takes an await to have, for the database that is about to be built. */
  #ready = new Map<string, object>();

  private constructor(bundle: OpenBundle, source: number, kept: IDBDatabase | undefined) {
    this.#bundle = bundle;
    this.#source = source;
    this.#kept = kept;
  }

  /** Looks at all rows of the bundle's source, and whether this browser has what it copied. */
  static async look(bundle: OpenBundle, source: number, snapshot: string): Promise<KeptRows> {
    const rows = new KeptRows(bundle, source, await findKept(snapshot));
    for (const [key, row] of rows.#rows(undefined, PAGE)) await rows.#lookAt(key, row);
    return rows;
  }

  close(): void {
    this.#kept?.close();
  }

  /** Records that cannot come back, by source. */
  get lost(): ReadonlyMap<number, number> {
    return this.#lost;
  }

  /** Records that a window has to put. */
  get windowRecords(): readonly RecordKey[] {
    return this.#windowRecords;
  }

  isPassedOver(source: number, key: IDBValidKey): boolean {
    return this.#passedOver.size > 0 && this.#passedOver.has(this.#bundle.textOf([source, key]));
  }

  /** Has ready what a transaction could not wait for; in memory until the next call. */
  async prepare(sources: readonly number[]): Promise<void> {
    this.#ready = new Map();
    for (const source of sources) {
      for (const [key, row] of this.#rows([source], PAGE)) {
        if (key[0] !== source) break;
        const object = await this.#fetch(key, row);
        if (object) this.#ready.set(this.#bundle.textOf(key), object);
      }
    }
  }

  /** For one record, of a source that was prepared. Needs no await. */
  substituteFor(source: number, key: IDBValidKey): Substitute {
    let objects: object[] | undefined;
    return () => {
      objects ??= this.#objectsOf(source, key);
      const object = objects.shift();
      if (!object) throw new RangeError('A value that the bundle does not hold is not in its rows either.');
      return object;
    };
  }

  #objectsOf(source: number, key: IDBValidKey): object[] {
    const objects: object[] = [];
    for (const [rowKey, row] of this.#rows([source, key], 1)) {
      if (rowKey[0] !== source || indexedDB.cmp(rowKey[1], key) !== 0) break;
      if (rowKey[2] === WHOLE) continue;
      const ready = this.#ready.get(this.#bundle.textOf(rowKey));
      if (ready) objects.push(ready);
      else if (row.how === 'described') objects.push(rebuild(row.type, row.value) as object);
      // Of a record that is passed over: anything will do.
      else objects.push({});
    }
    return objects;
  }

  async #lookAt(key: RowKey, row: Row): Promise<void> {
    const [source, recordKey] = key;
    const record = this.#bundle.textOf([source, recordKey]);
    const has = async (store: string, wanted: IDBValidKey): Promise<boolean> =>
      this.#kept !== undefined && await answer(this.#kept.transaction(store).objectStore(store).getKey(wanted)) !== undefined;
    if (row.how === 'described') return;
    if (row.how === 'window' && await has(WINDOW, [source, recordKey])) {
      this.#windowRecords.push({ source, key: recordKey });
      this.#passedOver.add(record);
    } else if (row.how !== 'copied' || !await has(COPIES, key)) {
      if (!this.#passedOver.has(record)) this.#lost.set(source, (this.#lost.get(source) ?? 0) + 1);
      this.#passedOver.add(record);
    }
  }

  async #fetch(key: RowKey, row: Row): Promise<object | undefined> {
    if (row.how === 'described' && isRebuiltLater(row.type)) return rebuild(row.type, row.value);
    if (row.how !== 'copied') return undefined;
    return this.#kept && answer<object | undefined>(this.#kept.transaction(COPIES).objectStore(COPIES).get(key));
  }

  /** In key order, behind `after`; about `bytes` of them are in memory. */
  * #rows(after: IDBValidKey | undefined, bytes: number): Generator<[RowKey, Row]> {
    for (let last = after; ;) {
      const batch = this.#bundle.read(this.#source, last, bytes);
      for (const [key, value] of decodeRecords(batch.bytes, noSubstitute)) {
        last = key;
        yield [key as RowKey, value as Row];
      }
      if (batch.isLast) return;
    }
  }
}
