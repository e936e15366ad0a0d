import type { RestoredSources, SourceOutlook } from '../clean-up/types.js';
import type { ContainerKey } from '../container/key.js';

export type BackupState = 'good' | 'unchecked' | 'unsound' | 'damaged';

/** One of the store's backups; core/doc/backup.md. Times are milliseconds since the epoch. */
export interface Backup {
  id: string;
  kind: 'full' | 'incremental';
  /** Of an increment: what it changes. */
  base?: string;
  createdAt: number;
  /** Of its file. */
  bytes: number;
  /** Of the store that it gives. */
  plainBytes: number;
  /** Only a good one was read back, and holds a whole database. */
  state: BackupState;
  /** Why it was made; absent when that is not known. */
  reason?: 'manual' | 'migration' | 'rollback';
  description: string;
  encrypted: boolean;
  checkedAt?: number;
  /** Its name in the folder `<store>.backups`. */
  file: string;
}

export interface Retention {
  /** Older ones go [7], but for the last good one. */
  maxAgeDays?: number;
  /** So many stay [5]; chains go as a whole. */
  keep?: number;
}

export interface BackupOptions {
  /** For people; not encrypted. */
  description?: string;
  /** All of the store, not what changed. */
  full?: boolean;
  key?: ContainerKey;
  /** False removes nothing. */
  retention?: Retention | false;
}

export interface KeyOption {
  /** What it is encrypted with, if it is. */
  key?: ContainerKey;
}

/** Replaces what is in the store. */
export interface ConfirmedOptions extends KeyOption {
  confirm: true;
}

export interface SourceRollbackOptions extends ConfirmedOptions {
  /**
   * Where the legacy data was cleaned up and somebody has written under the keys of removed records since: what was removed
   * takes their place [false]. They are saved first, and come back when the safety backup is restored.
   */
  replaceNewer?: boolean;
}

export interface RestoredStore {
  /** `removed`: the store was not there before its migration. */
  status: 'restored' | 'removed';
  /** The backup's id, or `absent`. */
  to: string;
  /** Holds what was there; restoring it undoes this. Absent when there was no store. */
  safety?: string;
  /** Another call had been cut off. */
  resumed: boolean;
  /** Rows of the time since, which the restored store has too. */
  /** Of legacy data that had been cleaned up since: it is back in the sources. */
  sources?: RestoredSources;
  carried: { history?: number; logs?: number; audit?: number; auditContinues?: boolean; migration?: number };
}

export interface RollbackOutlook {
  can: boolean;
  /** Why not, in a sentence. */
  reason?: string;
  /** A backup's id, or `absent`: the store would be removed. */
  to?: string;
  /** A restore was cut off; rollback() finishes it. */
  pending: boolean;
  /** What would happen to the sources, when their legacy data was cleaned up. */
  sources?: SourceOutlook;
  /** What would be taken back. */
  migration?: { id: number; plan: string; status: string; startedAt: number };
}
