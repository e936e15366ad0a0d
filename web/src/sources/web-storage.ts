import type { SourceState } from '../types.js';
import type { StorageSnapshot } from './storage-snapshot.js';
import type { Sink, SourceReader } from './source.js';

const CHUNK = 200;

/** Index of the first key behind `after`; JavaScript compares by UTF-16 code unit, as IndexedDB does. */
function firstBehind(keys: readonly string[], after: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Reads the snapshot that the window handed over. */
export class WebStorageReader implements SourceReader {
  readonly #keys: string[];
  readonly #values: string[];

  constructor(readonly state: SourceState, snapshot: StorageSnapshot) {
    const order = snapshot.keys.map((_, i) => i);
    order.sort((a, b) => (snapshot.keys[a]! < snapshot.keys[b]! ? -1 : 1));
    this.#keys = order.map((i) => snapshot.keys[i]!);
    this.#values = order.map((i) => snapshot.values[i]!);
  }

  async read(after: IDBValidKey | undefined, sink: Sink, skip = 0): Promise<void> {
    let from = skip + (after === undefined ? 0 : firstBehind(this.#keys, String(after)));
    for (; from < this.#keys.length; from += CHUNK) {
      await sink.room();
      const keys = this.#keys.slice(from, from + CHUNK);
      sink.take({ keys, values: this.#values.slice(from, from + CHUNK), length: keys.length });
    }
  }

  close(): void {}
}
