// The reading of a snapshot: keeps what the encoding cannot hold, and reads
// that as the last source when everything else was read.
import type { KeptNotes } from '../snapshot/kept-objects.js';
import { OBJECTS, openKept } from '../snapshot/kept-objects.js';
import { keptDatabase } from '../snapshot/own-databases.js';
import type { Question } from '../protocol.js';
import type { SourceState } from '../types.js';
import type { BatchSize } from './batch-sink.js';
import type { Batches } from './pass-driver.js';
import type { ReadOrder } from './reader-protocol.js';
import type { Batch, Reading } from './reading.js';

type Nulls = Extract<Question, { ask: 'copyRecords' }>['records'];

export class SnapshotReading implements Batches {
  readonly #reading: Reading;
  readonly #id: string;
  /** By bundle_source.id; the last one is what was kept. */
  readonly #states: readonly SourceState[];
  readonly #askWindow: (nulls: Nulls) => Promise<number>;
  #waiting: Omit<ReadOrder, 'id'> | undefined;
  #notes: KeptNotes | undefined;

  /** `askWindow` has a window keep those of the records that only it can read. */
  constructor(
    reading: Reading, id: string, states: readonly SourceState[], askWindow: (nulls: Nulls) => Promise<number>,
  ) {
    this.#reading = reading;
    this.#id = id;
    this.#states = states;
    this.#askWindow = askWindow;
  }

  /** Once the last source is being read. */
  get notes(): KeptNotes {
    return this.#notes ?? { counts: [], lost: [], nulls: [] };
  }

  begin(order: Omit<ReadOrder, 'id'>): void {
    const source = this.#states.indexOf(order.state);
    if (source < this.#states.length - 1) {
      this.#reading.begin({ ...order, kept: { snapshot: this.#id, source } });
    } else if (!this.#notes) {
      this.#waiting = order;
    }
  }

  async next(size: BatchSize): Promise<Batch> {
    if (this.#waiting) {
      const order = this.#waiting;
      this.#waiting = undefined;
      await this.#finishKept();
      const source = { indexedDB: keptDatabase(this.#id), store: OBJECTS };
      this.#reading.begin({ ...order, state: { ...order.state, source } });
    }
    return this.#reading.next(size);
  }

  hold(held: boolean): void {
    this.#reading.hold(held);
  }

  async #finishKept(): Promise<void> {
    // There to be read even when nothing was kept.
    (await openKept(this.#id)).close();
    const notes = await this.#reading.settle();
    const nulls = notes.nulls.flatMap(({ source, key }) => {
      const from = this.#states[source]!.source;
      return 'store' in from ? [{ database: from.indexedDB, store: from.store, source, key }] : [];
    });
    const found = nulls.length > 0 ? await this.#askWindow(nulls) : 0;
    this.#notes = notes;
    if (found > 0) notes.counts.push({ source: -1, type: 'record', how: 'window', count: found });
  }
}
