// What window and worker say to each other. Every request has an id, gets any
// number of "progress" and exactly one "result" or "error" with that id.

import type { Chain, VersionStatus } from './chain.js';
import type { Backup, Retention, RestoredStore, RollbackOutlook } from './backup/types.js';
import type { ItemChange, ItemFound } from './clean-up/storage-exchange.js';
import type { CleanedUp, CleanUpOutlook } from './clean-up/types.js';
import type { ContainerKey } from './container/key.js';
import type { ErrorFields } from './error.js';
import type { HistoryAnswer, HistoryRequest } from './history-types.js';
import type { Retries } from './sources/backoff.js';
import type { WindowRecord } from './snapshot/window-records.js';
import type { StorageSnapshot, StorageSnapshots } from './sources/storage-snapshot.js';
import type { RestoreOptions, RestoreReport, Snapshot } from './snapshot/types.js';
import type {
  Conflict, ConflictDecision, ConflictOptions, ConflictPage, Decision, DifferenceFilter, DifferencePage, DifferenceQuery,
  ErrorsAdded, FailedFilter, FailedPage, FailedQuery, InferredPlan, Layouts, MigrateOptions, Plan, PlanAnswer, Progress,
  ProgressExport, Report, RunResult, SqlParameters,
} from './types.js';

export interface Settings {
  /** The plan that was given, or those of the chain's versions. */
  plans: Plan[];
  chain: Chain | undefined;
  store: string;
  /** Beside worker.js when left out. */
  wasmUrl: string | undefined;
  /** As wasmUrl. */
  readerUrl: string | undefined;
  openTimeout: number;
  /** How long to wait for another tab that holds the store, in ms. */
  lockTimeout: number;
  /** 'memory-image' keeps to the fallback although the browser has OPFS. */
  storage: 'auto' | 'memory-image';
}

interface PassFields {
  progressInterval: number;
  /** Of the storages that the plan names; workers have none. */
  snapshots: StorageSnapshots;
  retries: Retries;
}

export type Pacing = {
  [K in 'batchSize' | 'batchBytes' | 'targetMs' | 'delay' | 'idle']?: MigrateOptions[K] | undefined;
};

/** Of calls that need neither plan nor store. */
export interface LookFields extends PassFields {
  /** IndexedDB databases; undefined: all. */
  databases: readonly string[] | undefined;
  openTimeout: number;
  wasmUrl: string | undefined;
  readerUrl: string | undefined;
}

/** Of calls for all of the origin's storage. */
export interface WholeFields extends PassFields {
  openTimeout: number;
  lockTimeout: number;
  wasmUrl: string | undefined;
  readerUrl: string | undefined;
}

interface BackupFields {
  /** Its id, or the first digits of it. */
  backup: string;
  key: ContainerKey | undefined;
}

/** Of calls that may put records back into the sources. */
interface SourceFields {
  confirm: boolean;
  replaceNewer: boolean;
  /** Of the storages that the plan names. */
  snapshots: StorageSnapshots;
}

interface CleanUpFields {
  /** Of the storages that the plan names. */
  snapshots: StorageSnapshots;
  retentionMs: number;
  acceptFailed: boolean;
}

interface StatementFields {
  sql: string;
  /** Of an open transaction; a statement without waits for its turn. */
  transaction: number | undefined;
}

/** Request kinds with their fields and results. */
export interface Calls {
  /** Needs no "open" before it, and neither does the next. */
  inferPlan: [LookFields & { name: string; sampleSize: number }, InferredPlan];
  recognizeLayouts: [LookFields & { presets: readonly string[] }, Layouts];
  /** As the two above. `databases` undefined: all; localStorage where it is among the snapshots. */
  takeSnapshot: [WholeFields & { databases: readonly string[] | undefined }, Snapshot];
  restoreSource: [WholeFields & { bundle: Blob } & Pick<RestoreOptions, 'confirm' | 'allowLoss' | 'removeOthers'>, RestoreReport];
  open: [{ settings: Settings }, void];
  prepare: [PassFields & { limitMs: number }, PlanAnswer];
  /** `sampleSize` 0: all records. */
  migrate: [
    PassFields & {
      dryRun: boolean; incremental: boolean; sampleSize: number; maxFailed: number | undefined; pacing: Pacing; asks: boolean;
      backup: false | { retention: Retention | false }; rollback: boolean;
    }, Report];
  createBackup: [
    { description: string; full: boolean; key: ContainerKey | undefined; retention: Retention | false }, Backup & { removed: string[] }];
  listBackups: [object, Backup[]];
  verifyBackup: [BackupFields, Backup];
  restoreBackup: [BackupFields & SourceFields, RestoredStore];
  deleteBackup: [{ backup: string; confirm: boolean }, void];
  canRollback: [{ snapshots: StorageSnapshots }, RollbackOutlook];
  rollback: [{ key: ContainerKey | undefined } & SourceFields, RestoredStore];
  canCleanUp: [CleanUpFields, CleanUpOutlook];
  cleanUp: [PassFields & CleanUpFields & { confirm: boolean }, CleanedUp];
  forgetLegacySnapshot: [{ confirm: boolean }, void];
  failed: [{ query: FailedQuery }, FailedPage];
  correctFailed: [{ entry: number; value: unknown }, void];
  discardFailed: [{ entry: number; confirm: boolean }, void];
  retryFailed: [{ progressInterval: number; filter: { [K in keyof FailedFilter]: FailedFilter[K] | undefined } }, Report];
  conflicts: [{ options: ConflictOptions }, ConflictPage];
  resolveConflicts: [{ decisions: readonly ConflictDecision[] }, { decided: number; passed: number }];
  validate: [PassFields, Report];
  /** `sampleSize` 0: all records; `tables` empty: all. */
  verify: [PassFields & { sampleSize: number; tables: readonly string[] }, Report];
  differences: [{ query: DifferenceQuery }, DifferencePage];
  exportDifferences: [{ query: DifferenceFilter & { format?: 'json' | 'csv' } }, Blob];
  /** Undefined: the last migration's. */
  reportPage: [{ report: Report | undefined }, Blob];
  exportBundle: [PassFields, Blob];
  exportStore: [object, Blob];
  report: [object, Report | undefined];
  versions: [object, VersionStatus];
  /** `to` undefined: the chain's newest. */
  moveVersion: [{ to: number | undefined; way: 'up' | 'down' }, VersionStatus];
  repairVersions: [object, VersionStatus];
  /** Whether something stands still; it answers when it does. */
  pause: [object, boolean];
  resume: [object, void];
  exportProgress: [object, ProgressExport];
  history: [{ request: HistoryRequest }, HistoryAnswer];
  exportLogs: [{ request: HistoryRequest }, Blob];
  /** Opens the store and keeps it open. */
  connect: [object, void];
  query: [StatementFields & { parameters: SqlParameters | undefined; maxRows: number }, ResultSet];
  run: [StatementFields & { parameters: SqlParameters | undefined }, RunResult];
  exec: [StatementFields, void];
  begin: [object, number];
  end: [{ transaction: number; commit: boolean }, void];
  close: [object, void];
}

export interface ResultSet {
  /** Distinct: a second "id" is "id:1", as in SQLite's own subqueries. */
  columns: string[];
  rows: unknown[][];
}

export type Kind = keyof Calls;

export type Call = { [K in Kind]: { id: number; kind: K } & Calls[K][0] }[Kind];

/** What a worker asks its window to do. */
export type Question =
  /** Keep those that only a window can read. */
  | { ask: 'copyRecords'; snapshot: string; records: WindowRecord[]; openTimeout: number }
  | { ask: 'putRecords'; snapshot: string; records: WindowRecord[]; openTimeout: number }
  /** Make localStorage hold just that. */
  | { ask: 'writeLocalStorage'; items: StorageSnapshot }
  /** Change items of localStorage that hold what is expected. */
  | { ask: 'exchangeItems'; changes: ItemChange[]; onlyLook: boolean }
  | { ask: 'decideConflicts'; conflicts: Conflict[] };

export interface Answers {
  copyRecords: number;
  putRecords: number;
  /** What it holds then. */
  writeLocalStorage: StorageSnapshot;
  /** For each change what was found: that it was done before, what was expected, or something else. */
  exchangeItems: ItemFound[];
  /** In the conflicts' order. */
  decideConflicts: (Decision | undefined)[];
}

export type Request = Call | { kind: 'cancel'; target: number }
  | { kind: 'answer'; target: number; answer: unknown }
  | { kind: 'noAnswer'; target: number; error: ErrorFields }
  /** The window is idle, as an operation asked. */
  | { kind: 'slot'; target: number };

export type Response =
  | { id: number; kind: 'result'; value: unknown }
  | { id: number; kind: 'error'; error: ErrorFields }
  | { id: number; kind: 'progress'; progress: Progress }
  | { id: number; kind: 'errors'; errors: ErrorsAdded }
  /** Answered with an "answer" or "noAnswer". */
  | { id: number; kind: 'ask'; question: Question }
  /** Answered with a "slot" when the window is idle. */
  | { id: number; kind: 'slot' };
