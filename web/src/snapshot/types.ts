// The public vocabulary of snapshots.
import type { RunOptions, Source } from '../types.js';

interface WholeOptions extends RunOptions {
  /** Limit for each wait for a database, in ms [5000]. */
  openTimeout?: number;
  /** How long to wait for a snapshot or restore of another tab, in ms [5000]. */
  lockTimeout?: number;
  /** Where worker.js, reader.js and ferrite.wasm lie; default: beside the module. */
  workerUrl?: string | URL;
  readerUrl?: string | URL;
  wasmUrl?: string | URL;
}

export interface SnapshotOptions extends WholeOptions {
  /** IndexedDB databases [all but Ferrite's own]. One that does not exist is restored as absent. */
  databases?: string[];
  /** Whether localStorage is in it [true]. */
  localStorage?: boolean;
}

/** Values that the file holds in another way than as they are, or not at all. */
export interface KeptValues {
  /** Left out where it is not one source's. */
  source?: Source;
  /** As Object.prototype.toString has it. */
  type: string;
  /**
   * 'described': in the file, and rebuilt from a description. 'copied': only in
   * this browser, in the database `ferrite-kept-<id>`, by structured copy.
   * 'window': so too, whole records that only a window can read. 'lost': the
   * browser itself could not give it.
   */
  how: 'described' | 'copied' | 'window' | 'lost';
  count: number;
}

export interface Snapshot {
  /** Names the database that has what was copied; forgetSnapshot() deletes it. */
  id: string;
  /** A bundle of version 3: core/doc/bundle.md. */
  bundle: Blob;
  records: number;
  sources: { source: Source; records: number; bytes: number }[];
  kept: KeptValues[];
  /** The first 100 of what was lost. */
  lost: { source: Source; key: IDBValidKey; type: string }[];
  /**
   * What was built differently, or had another number of records or another
   * generated key to come, when the snapshot was complete: it was written to
   * meanwhile.
   */
  changed: string[];
  warnings: string[];
}

export interface RestoreOptions extends WholeOptions {
  /** What is in the sources now is deleted. */
  confirm: true;
  /** Also when the snapshot lost records, or this browser what it had copied [false]: they are left out then. */
  allowLoss?: boolean;
  /** Delete databases that the snapshot of all databases does not hold [false]. */
  removeOthers?: boolean;
}

export interface RestoreReport {
  /** It is said only of what was read back and compared. */
  status: 'restored';
  /** It went on where another call was cut off. */
  resumed: boolean;
  databases: string[];
  /** Databases that did not exist at the time of the snapshot and were deleted. */
  removed: string[];
  /** Databases that the snapshot does not hold, and that were left as they are. */
  others: string[];
  localStorage: boolean;
  records: number;
  /** The bundle's content hash, and that of what was read back. */
  hash: string;
  /** Records that the snapshot does not have or that could not come back. */
  leftOut: number;
  warnings: string[];
}

/** A restore that is under way or was cut off: the sources are not to be relied on. */
export interface PendingRestore {
  /** Milliseconds since the epoch. */
  startedAt: number;
  databases: string[];
  localStorage: boolean;
  /** Databases that were built. */
  done: string[];
}
