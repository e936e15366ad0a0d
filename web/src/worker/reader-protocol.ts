// What the engine's worker and the reading worker say to each other. Reading
// and encoding take a thread of their own: on two cores they cost a migration
// next to nothing, and they begin while the engine is still being loaded.
import type { ErrorFields } from '../error.js';
import type { KeptNotes } from '../snapshot/kept-objects.js';
import type { Retries } from '../sources/backoff.js';
import type { StorageSnapshots } from '../sources/storage-snapshot.js';
import type { Survey } from '../sources/survey.js';
import type { Source, SourceState } from '../types.js';
import type { BatchSize } from './batch-sink.js';

export interface ReadOrder extends BatchSize {
  /** Of this reading; a later order ends an earlier one. */
  id: number;
  state: SourceState;
  openTimeout: number;
  snapshots: StorageSnapshots;
  /** The key to go on behind; absent: from the first record. */
  after: IDBValidKey | undefined;
  /** Records to pass over there. */
  skip: number;
  /** An earlier watermark of the source: of records that were not changed since the keys are enough. */
  since?: string | undefined;
  retries: Retries;
  /** For a snapshot: what cannot be encoded is kept, as of that source. */
  kept?: { snapshot: string; source: number };
}

/** What a first look answers, and what is read meanwhile when it has records and no watermark. */
export interface LookOrder extends Omit<ReadOrder, 'state' | 'after' | 'skip' | 'since'> {
  sources: readonly Source[];
  /** Of the sources; -1: none. */
  first: number;
  /** changeTimes() where watermarks are wanted; such a source is not begun, since perhaps not all of it is to be read. */
  times: Record<string, string>;
}

/** Everything that the origin's storage holds is looked at, and nothing is begun. */
export interface SurveyOrder extends Pick<ReadOrder, 'id' | 'openTimeout' | 'snapshots'> {
  /** IndexedDB databases; absent: all. */
  databases: readonly string[] | undefined;
}

export type ReaderRequest =
  | ({ kind: 'survey' } & SurveyOrder)
  | ({ kind: 'look' } & LookOrder)
  | ({ kind: 'read' } & ReadOrder)
  /** A batch was used up: there is room for another, of that size. */
  | ({ kind: 'used'; id: number } & BatchSize)
  /** Nothing is read until it is let go. */
  | { kind: 'hold'; held: boolean }
  /** Answered when all that is to be kept of what was read is written. */
  | { kind: 'settle'; id: number };

export type ReaderResponse =
  | { kind: 'survey'; survey: Survey }
  | { kind: 'states'; states: SourceState[] }
  | { kind: 'batch'; id: number; memory: ArrayBuffer; length: number; last: boolean }
  | { kind: 'settled'; id: number; notes: KeptNotes }
  /** A connection was lost; it is tried again in `delay` ms. */
  | { kind: 'retry'; id: number; delay: number }
  | { kind: 'error'; id: number; error: ErrorFields };

/** Whether the first source is begun as soon as it was looked at. */
export const isBegun = ({ status, watermark }: SourceState): boolean => status === 'ready' && watermark === undefined;
