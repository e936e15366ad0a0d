import type { ErrorCode } from '../generated/error-codes.js';
import type { Source } from '../types.js';

/** Milliseconds, or a number of minutes, hours, days, weeks: '12h', '7d'. */
export type Duration = number | `${number}${'m' | 'h' | 'd' | 'w'}`;

export interface CleanUpOptions {
  /** How long the legacy data stays after the migration ended ['7d']; 0 has to be said. */
  retention?: Duration;
  /** Also when records are in the ledger, and nowhere else then but in the snapshot [false]. */
  acceptFailed?: boolean;
}

/** Why legacy data is not removed; core/doc/clean-up.md has the table. */
export type CleanUpObstacle =
  | 'pending' | 'already-cleaned' | 'no-migration' | 'unfinished' | 'failed-records' | 'not-verified' | 'retention' | 'changed'
  | 'not-durable' | 'no-rollback' | 'blocked' | 'unreadable' | 'nothing';

/** What canCleanUp() knows before anything is compared. Times are milliseconds since the epoch. */
export interface CleanUpOutlook {
  /** Nothing is in the way so far. cleanUp() compares every record with the store again, and refuses when one differs. */
  can: boolean;
  /** All that is in the way, what is to be dealt with first at the head. */
  blockers: { why: CleanUpObstacle; code: ErrorCode; message: string; hint: string }[];
  removes: { source: Source; records: number }[];
  /** What the plan names and is not removed, with the reason. */
  keeps: { source: Source; records: number; reason: string }[];
  /** When the retention time ends. */
  notBefore?: number;
  migration?: { id: number; plan: string; status: string; finishedAt?: number };
  /** The last clean-up of this store's legacy data; "running" goes on with the next cleanUp(). */
  last?: { snapshot: string; status: 'running' | 'done' | 'restoring' | 'restored'; startedAt: number; finishedAt?: number };
  warnings: string[];
}

export interface CleanedUp {
  status: 'cleaned';
  /** Of what was removed: rollback() needs it, and forgetLegacySnapshot() alone deletes it. */
  snapshot: string;
  /** It went on where another call was cut off. */
  resumed: boolean;
  removed: { source: Source; records: number }[];
  /** What was written to between the comparison and the removal: it is as the app left it. */
  left: { source: Source; reason: string }[];
}

/** What a rollback does to the sources. */
export interface SourceOutlook {
  /** From which they are restored. */
  snapshot: string;
  /** Records that are there no more. */
  missing: number;
  /** Records that somebody wrote under the key of a removed one: they are replaced with `replaceNewer: true` only. */
  newer: { source: Source; keys: IDBValidKey[] }[];
}

export interface RestoredSources {
  snapshot: string;
  /** Records that were put back. */
  records: number;
  /** Of records that were replaced; the safety backup brings them back. */
  replaced: number;
}
