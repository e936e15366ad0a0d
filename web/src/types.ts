// The public vocabulary of @ferrite/web. Spelled as in the C++ core.

import type { ErrorCode } from './generated/error-codes.js';

export type { ErrorCode };

/** Plan v1: core/doc/plan.md. */
export interface Plan {
  ferrite: 1;
  name: string;
  tables: PlanTable[];
}

export interface PlanTable {
  name: string;
  from: PlanSource;
  columns?: Record<string, ColumnType | { path?: string; type: ColumnType; notNull?: boolean }>;
  primaryKey?: string[];
  unmapped?: 'keep' | 'drop' | 'fail';
}

export type ColumnType =
  'text' | 'integer' | 'real' | 'boolean' | 'datetime' | 'bigint' | 'blob' | 'json' | 'any' | 'key';

export type PlanSource =
  | { indexedDB: string; store: string }
  | { localStorage: true | { key: string } | { prefix: string } };

/** A physical source: one object store, or all of localStorage. */
export type Source = { indexedDB: string; store: string } | { localStorage: true };

/** Four different answers, and "ready". */
export type SourceStatus = 'ready' | 'empty' | 'absent' | 'blocked' | 'unreadable';

export interface SourceState {
  source: Source;
  status: SourceStatus;
  records: number;
  /** keyPath, autoIncrement, version, indexes. */
  info: Record<string, unknown>;
  message?: string;
}

export interface OpenOptions {
  plan: Plan;
  /** Name of the SQLite file in the origin's private file system. */
  store: string;
  /** Where worker.js and ferrite.wasm lie; default: beside the module. */
  workerUrl?: string | URL;
  /** reader.js, when it does not lie beside worker.js. */
  readerUrl?: string | URL;
  wasmUrl?: string | URL;
  /** Limit for opening a legacy database, in ms [5000]. */
  openTimeout?: number;
  /** How long to wait for another tab that has the store open, in ms [5000]. */
  lockTimeout?: number;
}

export interface Check {
  needed: boolean;
  /** Why, or why not. */
  reason: 'data-found' | 'unfinished' | 'already-migrated' | 'nothing-found' | 'unclear';
  items: number;
  /** Estimated use of the origin's storage in bytes, when the browser tells. */
  bytes: number | undefined;
  recommendation: string;
  sources: SourceState[];
}

export interface Progress {
  stage: 'prepare' | 'copy' | 'reconcile' | 'verify' | 'export' | 'done';
  source: number;
  /** The source's label, e.g. "indexedDB shop/orders". */
  collection: string;
  current: number;
  total: number;
  percentage: number;
  failed: number;
  bytes: number;
  itemsPerSecond: number;
  /** Seconds, or undefined while unknown. */
  timeRemaining: number | undefined;
}

export interface RunOptions {
  onProgress?: (progress: Progress) => void;
  /** Least time between two reports of progress, in ms [100]. */
  progressInterval?: number;
  signal?: AbortSignal;
}

export interface MigrateOptions extends RunOptions {
  /** Do everything in a scratch store that is deleted afterwards. */
  dryRun?: boolean;
}

/** Report v1: core/doc/report.md. */
export interface Report {
  report: 1;
  kind: 'migration' | 'verification' | 'bundle';
  plan: { name: string; hash: string };
  status: string;
  stage: string;
  startedAt: number;
  finishedAt?: number;
  busyMs: number;
  attempts: number;
  sources: {
    source: Source; label: string; status: SourceStatus;
    expected: number; records: number; bytes: number; failed: number; unclaimed: number;
    filtered: number; excluded: number;
  }[];
  tables: {
    name: string; rows: number; hash: string; expectedRows: number; expectedHash: string;
    quarantined: number; nulled: number;
    matched?: number; missing?: number; different?: number; extra?: number; failed?: number;
  }[];
  totals: { records: number; bytes: number; failed: number; differences: number; recordsPerSecond: number };
  failed: { table: string; key: string; code: ErrorCode; message: string; path: string }[];
  differences: { table: string; kind: 'missing' | 'different' | 'extra'; key: string; columns: string[] }[];
  warnings: string[];
  store: {
    sqlite: string; client: string; epoch: string;
    kind: 'opfs' | 'memory-image' | 'file'; durable: boolean; name: string; bytes: number;
  };
  dryRun?: boolean;
}

export type SqlValue = null | undefined | boolean | number | bigint | string | Date | Uint8Array | ArrayBuffer;
export type SqlParameters = readonly SqlValue[] | Record<string, SqlValue>;
/** INTEGER within ±2^53 is a number, beyond it a bigint; BLOB a Uint8Array. */
export type Row = Record<string, null | number | bigint | string | Uint8Array>;

export interface RunResult {
  changes: number;
  lastInsertId: number | bigint;
}

export interface SqlExecutor {
  all(sql: string, parameters?: SqlParameters): Promise<Row[]>;
  get(sql: string, parameters?: SqlParameters): Promise<Row | undefined>;
  run(sql: string, parameters?: SqlParameters): Promise<RunResult>;
  /** Any number of statements, without parameters or results. */
  exec(sql: string): Promise<void>;
}

export interface Database extends SqlExecutor {
  /** BEGIN IMMEDIATE … COMMIT around `work`; other calls of this tab wait. */
  transaction<T>(work: (tx: SqlExecutor) => Promise<T>): Promise<T>;
}

export interface Ferrite {
  checkIfNeeded(): Promise<Check>;
  migrate(options?: MigrateOptions): Promise<Report>;
  /** Reads the sources again and compares every record with the store. */
  verify(options?: RunOptions): Promise<Report>;
  /** The last migration's report, or undefined. */
  report(): Promise<Report | undefined>;
  database(): Promise<Database>;
  /** The sources' raw records as one file, for the `ferrite` program. */
  exportBundle(options?: RunOptions): Promise<Blob>;
  /** The store's SQLite file. */
  exportStore(): Promise<Blob>;
  close(): Promise<void>;
}
