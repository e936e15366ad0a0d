import type { Dataset, Entry } from "../data/dataset.js";

/** A dataset in the hands of its library. */
export interface Shelf {
  data: Dataset;
  /** Writes every record, in order, into the cleared store. `onWritten` hears how many are in so far. */
  fill(scale: number, onWritten: (count: number) => void): Promise<void>;
  /** Reads back what storage holds, never what the library has in memory. */
  read(): AsyncIterable<Entry>;
  count(): Promise<number>;
}

export function* batches<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
