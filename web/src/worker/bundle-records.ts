// The records of a snapshot's bundle as values, with what the browser kept of
// them.
import { decodeRecords } from '../encoding/decoder.js';
import type { DatabaseStructure, StoreStructure } from '../snapshot/structure.js';
import type { KeptRows } from './kept-rows.js';
import type { OpenBundle } from './open-bundle.js';
import type { AskWindow } from './whole-reading.js';

const BATCH_BYTES = 256 << 10;

export class BundleRecords {
  readonly #bundle: OpenBundle;
  readonly #rows: KeptRows;

  constructor(bundle: OpenBundle, rows: KeptRows) {
    this.#bundle = bundle;
    this.#rows = rows;
  }

  /** Has ready what batchesOf() needs without waiting for it. */
  async prepare(stores: readonly StoreStructure[]): Promise<void> {
    await this.#rows.prepare(stores.map(({ source }) => source));
  }

  /** In key order, but for those that only a window can put or nobody. */
  * batchesOf({ source }: Pick<StoreStructure, 'source'>): Generator<Iterable<[IDBValidKey, unknown]>> {
    for (let after: IDBValidKey | undefined; ;) {
      const { bytes, isLast } = this.#bundle.read(source, after, BATCH_BYTES);
      const records = [...decodeRecords(bytes, (key) => this.#rows.substituteFor(source, key))];
      yield records.filter(([key]) => !this.#rows.isPassedOver(source, key));
      if (isLast) return;
      after = records[records.length - 1]![0];
    }
  }

  /** Has the window put those that only it can, and that are meant. */
  async putWindowRecords(
    { database, stores }: Pick<DatabaseStructure, 'database' | 'stores'>, snapshot: string, ask: AskWindow, openTimeout: number,
    isMeant: (source: number, key: IDBValidKey) => boolean = () => true,
  ): Promise<void> {
    const names = new Map(stores.map(({ name, source }) => [source, name]));
    const records = this.#rows.windowRecords.flatMap(({ source, key }) => {
      const store = names.get(source);
      return store === undefined || !isMeant(source, key) ? [] : [{ database, store, source, key }];
    });
    if (records.length > 0) await ask({ ask: 'putRecords', snapshot, records, openTimeout });
  }
}
