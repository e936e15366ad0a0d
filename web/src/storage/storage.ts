// Where the store's files lie. SQLite is synchronous, so files are opened
// beforehand and handed to the VFS in `files`.
import type { BackupFolder } from '../backup/folder.js';
import type { Marker } from '../marker.js';
import type { SyncFile } from '../worker/engine.js';

export interface Storage {
  readonly kind: 'opfs' | 'memory-image';
  /** What was committed outlives the tab. */
  readonly durable: boolean;
  /** A sentence for the report when this is not the storage one would want. */
  readonly warning: string | undefined;
  /** The open files by name; the same map for the storage's whole life. */
  readonly files: Map<string, SyncFile>;

  /** Opens a database's files, creating them empty. */
  open(database: string): Promise<void>;
  /** Size of a database's file, open or not; 0 when there is none. */
  size(database: string): Promise<number>;
  close(database: string): void;
  /** Deletes a closed database's files and marker. */
  remove(database: string): Promise<void>;
  /**
   * Makes what SQLite committed so far outlive the tab. To be called between
   * two calls into the engine and outside of transactions.
   */
  persist(): Promise<void>;
  writeMarker(database: string, marker: Marker): Promise<void>;
  /** Undefined where backups cannot be kept. */
  backups(database: string): BackupFolder | undefined;
}

/** The names SQLite may open for a database. */
export const fileNames = (database: string): string[] => [database, `${database}-journal`];

const PIECE = 4 << 20;

/** A copy of an open file, in pieces that the browser may put on disk. */
export function copyFile(file: SyncFile): Blob {
  const size = file.getSize();
  const pieces: Blob[] = [];
  for (let at = 0; at < size; at += PIECE) {
    const piece = new Uint8Array(Math.min(PIECE, size - at));
    file.read(piece, { at });
    pieces.push(new Blob([piece]));
  }
  return new Blob(pieces, { type: 'application/vnd.sqlite3' });
}
