// A source's reader: gives records in key order, in chunks it chooses.
import type { SourceState } from '../types.js';

/** Records with their keys, side by side. */
export interface Chunk {
  keys: ArrayLike<IDBValidKey>;
  /** UNREADABLE where the browser cannot give the value back; undefined: the keys stand alone, unread. */
  values: ArrayLike<unknown> | undefined;
  length: number;
}

/** Stands for a value that the browser keeps but cannot read; it goes to the ledger. */
export const UNREADABLE = new (class {
  // What the encoding calls it, and the ledger after that.
  readonly [Symbol.toStringTag] = 'unreadable value';
})();

export interface Sink {
  /** False while what was taken waits to be used: the reader then pauses. */
  readonly hasRoom: boolean;
  /** Resolves when there is room again. */
  room(): Promise<void>;
  /**
   * Takes a chunk before it returns and says how many bytes it came to, so
   * that the reader can size the next ones. What it throws ends the reading.
   */
  take(chunk: Chunk): number;
}

export interface SourceReader {
  readonly state: SourceState;
  /**
   * Hands over every record behind `after` (undefined: from the first) but the
   * first `skip` of them, and resolves when there is none left. Rejects with a
   * FerriteError.
   */
  read(after: IDBValidKey | undefined, sink: Sink, skip?: number): Promise<void>;
  close(): void;
}
