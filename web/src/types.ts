// The public vocabulary of @ferrite/web. Spelled as in the C++ core.

import type {
  Backup, BackupOptions, KeyOption, RestoredStore, Retention, RollbackOutlook, SourceRollbackOptions,
} from './backup/types.js';
import type { Chain, VersionStatus } from './chain.js';
import type { CleanedUp, CleanUpOptions, CleanUpOutlook } from './clean-up/types.js';
import type { ErrorCode } from './generated/error-codes.js';
import type { HistoryCalls } from './history-types.js';
import type { FerriteEvents, Progress, ProgressExport } from './progress.js';

export type { ErrorCode };
export type * from './history-types.js';
export type * from './progress.js';

/** Plan v1: core/doc/plan.md. A `$comment` may stand in any object. */
export interface Plan extends Commented {
  ferrite: 1;
  name: string;
  tables: PlanTable[];
  /** Records that no table gets. */
  excluded?: ({ from: PlanSource | PlanSource[]; reason: string } & Commented)[];
  /** The fields that say when a record was changed last: an incremental run reads less where there is an index over one. */
  changed?: ({ from: { indexedDB: string; store: string } & Commented; at: string } & Commented)[];
}

export interface PlanTable extends Commented {
  name: string;
  /** Of several sources all records become rows. */
  from: PlanSource | PlanSource[];
  /** 'json': the record's value is a string of JSON text. */
  as?: 'value' | 'json';
  /** What is spread into rows: paths from the outside in. */
  each?: string | string[];
  /** Which rows are taken: SQL, or JSON Pointers and values. */
  when?: string | Record<string, PlanScalar | PlanScalar[]>;
  /** JSON Schema 2020-12 that every row's value must satisfy. */
  schema?: boolean | Record<string, unknown>;
  /** Any text is let through, for a `$comment` among them. */
  columns?: Record<string, ColumnType | PlanColumn | (string & {})>;
  primaryKey?: string[];
  unique?: string[][];
  foreignKeys?: ({ columns: string[]; references: PlanReference & { columns?: string[] } } & Commented)[];
  indexes?: (string[] | ({ name: string; columns: string[] } & Commented))[];
  unmapped?: 'keep' | 'drop' | 'fail';
  /** Paths of fields that are not kept, on purpose. */
  drop?: string[];
}

/** At most one of path, record, value and sql; left out, the path is the name. */
export interface PlanColumn extends Commented {
  type: ColumnType;
  /** JSON Pointers, the likeliest first, or "$key", "$source", "$position", "$name". */
  path?: string | string[];
  /** As path, into the whole record. */
  record?: string | string[];
  value?: unknown;
  sql?: string;
  convert?: 'auto' | 'text' | 'number' | 'iso' | 'milliseconds' | 'seconds' | 'base64' | 'json';
  onMismatch?: 'ledger' | 'null' | 'default';
  default?: unknown;
  notNull?: boolean;
  unique?: boolean;
  references?: PlanReference & { column?: string };
  sensitive?: boolean;
}

export interface PlanReference extends Commented {
  table: string;
  onOrphan?: 'quarantine' | 'null' | 'fail';
}

interface Commented { $comment?: string }

export type PlanScalar = string | number | boolean | null;

export type ColumnType =
  | 'text' | 'integer' | 'real' | 'boolean' | 'datetime' | 'bigint' | 'blob' | 'json' | 'any' | 'key' | 'uuid'
  | 'datetime-text';

/** Which of a source's keys; in a pattern * is any text, ? one character. */
export type PlanKeys = ({ key: string } | { prefix: string } | { pattern: string }) & Commented;

export type PlanSource = (
  | { indexedDB: string; store: string; key?: string; prefix?: string; pattern?: string }
  | { localStorage: true | PlanKeys }
  | { sessionStorage: true | PlanKeys }
) & { optional?: boolean } & Commented;

/** A physical source: one object store, all of localStorage, all of sessionStorage. */
export type Source = { indexedDB: string; store: string } | { localStorage: true } | { sessionStorage: true };

/** Four different answers, and "ready". */
export type SourceStatus = 'ready' | 'empty' | 'absent' | 'blocked' | 'unreadable';

export interface SourceState {
  source: Source;
  status: SourceStatus;
  records: number;
  /** keyPath, autoIncrement, version, indexes. */
  info: Record<string, unknown>;
  message?: string;
  /** For an incremental run: how far changes reach by the index that the plan's `changed` means. */
  watermark?: string;
}

export interface OpenOptions {
  /** Needed without a chain; beside one, that of its newest version. */
  plan?: Plan;
  /** The store's versions, and the plans for what apps of these versions left: core/doc/versions.md. */
  chain?: Chain;
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

export interface RunOptions {
  onProgress?: (progress: Progress) => void;
  /** Least time between two reports of progress, in ms [100]. */
  progressInterval?: number;
  signal?: AbortSignal;
  /** How often in a row a source that dropped is opened again [3]. */
  maxRetries?: number;
  /** The longest wait before the first of these, in ms; it doubles each time, with jitter [1000]. */
  retryDelay?: number;
}

export interface MigrateOptions extends RunOptions {
  /** Do everything in a scratch store that is deleted afterwards. */
  dryRun?: boolean;
  /** Trial run with at most so many records of each source, in a scratch store. */
  sampleSize?: number;
  /** Records in one transaction at most [as many as fit]. */
  batchSize?: number;
  /** Bytes of records in one transaction at most [2 MiB]. */
  batchBytes?: number;
  /** What a transaction is to take, in ms, while nothing else is heard [32]; 0: always batchBytes. */
  targetMs?: number;
  /** Wait between two batches, in ms [0]. */
  delay?: number;
  /** Each batch waits until the page has nothing better to do, a second at most. */
  idle?: boolean;
  /**
   * Keep what a later run like this needs, and be one when the plan's migration was completed before: new records become
   * rows, changed ones update theirs, deleted ones take theirs away, and the others are only read and hashed [false].
   */
  incremental?: boolean;
  /**
   * false: the first record that fails ends the run with its error and the status "failed" [true]. A store that was there
   * before is rolled back then; in a new one what came before the record stays, and the next migrate() goes on there.
   */
  continueOnError?: boolean;
  /** Likewise, at the record behind so many that failed. */
  maxErrors?: number;
  /**
   * Decides a conflict of a table with "onConflict": "ask"; undefined leaves it undecided. Asked after the copy, for many
   * at a time.
   */
  onConflict?: (conflict: Conflict) => Decision | undefined | Promise<Decision | undefined>;
  /** A store that is there is backed up before the migration begins, and old backups go as `retention` says [true]. */
  backup?: boolean | { retention?: Retention | false };
  /**
   * A migration into a store that was there before is taken back when it fails: by an error that the same run would meet
   * again, not by a cancellation, a lost source or a full disk [true].
   */
  rollback?: boolean;
}

export interface VerifyOptions extends RunOptions {
  /** About so many records of each source, at least 20; 0: all [0]. Rows without a record are then not looked for. */
  sampleSize?: number;
  /** Names of the plan's tables to compare [all]. */
  tables?: string[];
}

export type DifferenceKind = 'missing' | 'different' | 'extra';

/** Which of the differences; what is left out is not asked for. */
export interface DifferenceFilter {
  table?: string | string[];
  kind?: DifferenceKind | DifferenceKind[];
  /** Those that differ in this column. */
  column?: string;
  /** Text within the key, ASCII letters in any case. */
  search?: string;
  /** "found" [found], "table", "kind", "key", "bytes"; with "-" before it the other way round. */
  sort?: string;
}

export interface DifferenceQuery extends DifferenceFilter {
  /** 1 to 1000 [100]. */
  limit?: number;
  /** Rows to pass over [0]. */
  offset?: number;
  /** The `next` of the page before, instead of an offset. */
  after?: DifferencePage['next'];
}

export interface DifferenceRow {
  table: string;
  kind: DifferenceKind;
  key: string;
  /** Of "different"; both values shortened for a person, "(redacted)" where the column is sensitive. */
  columns: Record<string, { source: string; store: string }>;
  /** Of the row that the plan makes of the record. */
  sourceBytes?: number;
  /** Of the store's row. */
  storeBytes?: number;
  /** Milliseconds since the epoch. */
  at: number;
}

/** core/doc/store.md, "Lists of differences". */
export interface DifferencePage {
  /** False while no verification has ended; there are no rows then. */
  compared: boolean;
  /** Of the last verification that ended. */
  status?: string;
  finishedAt?: number;
  /** What the filters let through, over all pages; left out in a page asked for with `after`. */
  total?: number;
  offset?: number;
  limit: number;
  rows: DifferenceRow[];
  next?: [sort: string, value: string | number, id: number];
}

/** Which records of the ledger are meant; all when left out. */
export interface FailedFilter {
  ids?: readonly number[];
  table?: string;
  code?: ErrorCode;
}

export interface FailedQuery extends FailedFilter {
  /** A part of the key or of the message. */
  search?: string;
  offset?: number;
  /** [50] */
  limit?: number;
}

export interface FailedEntry {
  /** As long as the record is in the ledger. */
  id: number;
  table: string;
  /** As a person reads it. */
  key: string;
  /** A row left its table because it referred to no row. */
  kind: 'record' | 'row';
  code: ErrorCode;
  message: string;
  /** JSON Pointer into the record, or "". */
  path: string;
  at: number;
  /** The record; what correctFailed() was given, when it was. Left out when its bytes are no value. */
  value?: unknown;
  /** Its bytes in the record encoding. */
  bytes: Uint8Array;
  corrected: boolean;
  /** As the source had it, when it was corrected. */
  original?: unknown;
}

export interface FailedPage {
  /** Of all entries that are meant. */
  total: number;
  records: FailedEntry[];
}

export interface RetryOptions extends RunOptions, FailedFilter {}

export interface PrepareOptions extends RunOptions {
  /** Warn when the migration is expected to take longer, in ms. */
  limitMs?: number;
}

/** Of inferPlan() and recognizeLayouts(). */
export interface LookOptions extends RunOptions {
  /** IndexedDB databases to look at [all]. localStorage and sessionStorage are always looked at. */
  databases?: string[];
  /** Limit for each wait for a database, in ms [5000]. */
  openTimeout?: number;
  /** Where worker.js, reader.js and ferrite.wasm lie; default: beside the module. */
  workerUrl?: string | URL;
  readerUrl?: string | URL;
  wasmUrl?: string | URL;
}

export interface InferOptions extends LookOptions {
  /** The plan's, 1 to 100 characters ["inferred"]. */
  name?: string;
  /** Records of each object store that are looked at, at least 20 [2000]. */
  sampleSize?: number;
}

export interface RecognizeOptions extends LookOptions {
  /** Texts of preset files (core/doc/presets.md) that come before the built-in ones. */
  presets?: string[];
}

/** `path` is a JSON Pointer into the plan, "" for what is not in it. */
export interface PlanNote { path: string; text: string }

export interface InferredPlan {
  /** Comments in it say what is not certain: core/doc/inference.md. */
  plan: Plan;
  /** Libraries by whose layouts the plan was made. */
  layouts: Pick<Layout, 'preset' | 'library' | 'certainty' | 'evidence'>[];
  /** What was left out or read in part, and why: empty, blocked, unreadable. */
  notes: PlanNote[];
}

/** What one known library laid down, and how it goes into tables: core/doc/presets.md. */
export interface Layout {
  preset: string;
  library: string;
  certainty: 'certain' | 'likely' | 'guess';
  /** Sentences. */
  evidence: string[];
  /** 'infer': only the records say which columns there are. */
  tables: (Omit<PlanTable, 'columns'> & { columns?: PlanTable['columns'] | 'infer' })[];
  excluded: { from: PlanSource; reason: string }[];
  notes: string[];
}

export interface Layouts {
  layouts: Layout[];
  /** What no known library wrote. */
  unknown: PlanSource[];
  /** What could not be looked at, and why. */
  notes: PlanNote[];
}

/** What a plan would do here, before anything is done: core/doc/plan-answer.md. */
export interface PlanAnswer {
  answer: 1;
  plan: { name: string; hash: string };
  /** There are no blockers. */
  canProceed: boolean;
  blockers: { code: ErrorCode; message: string; hint?: string; path?: string }[];
  recommendations: string[];
  warnings: string[];
  records: number;
  /** Of the records as encoded; left out while unknown, as below. */
  bytes?: number;
  estimate: {
    basis: 'probe' | 'empty' | 'none';
    ms?: number; recordsPerSecond?: number; probe?: { records: number; ms: number };
  };
  tables: {
    name: string; rows: number; isExact: boolean; bytes?: number;
    /** Of all rows, 0 to 1. */
    share: number;
    columns: number; dependsOn: string[];
  }[];
  /** Tables, those that are referred to first. */
  order: string[];
  cycles: string[][];
  sources: {
    source: Source; label: string; status: SourceStatus; records: number;
    /** Of the records; expected where not all were tried. */
    excluded: number;
    tried: number; bytes?: number; message?: string;
  }[];
  excluded: { records: string; reason: string }[];
  /** Values that cannot be carried, among the records tried. */
  unsupported: { source: string; kind: string; count: number }[];
  space: { needed?: number; available?: number };
}

/** A record whose row met another of its key: core/include/ferrite/conflict.h. */
export interface Conflict {
  id: number;
  migration: number;
  table: string;
  key: string;
  decision: 'undecided' | 'overwritten' | 'merged' | 'kept';
  /** Those that differ. */
  columns: string[];
  /** The record's row as JSON shows it; left out where it is in the table. */
  source?: Record<string, unknown>;
  /** The store's row, likewise. */
  store?: Record<string, unknown>;
  at: number;
  decidedAt?: number;
}

export interface ConflictOptions {
  /** Those that were decided too. */
  all?: boolean;
  table?: string;
  /** `next` of the page before. */
  after?: number;
  /** [100] */
  limit?: number;
}

export interface ConflictPage {
  conflicts: Conflict[];
  /** Of all pages. */
  total: number;
  /** The store's latest migration. */
  latest: number;
  /** Left out on the last page. */
  next?: number;
}

/** The record's row, the store's, or the store's with these columns set. */
export type Decision = 'source' | 'store' | Record<string, unknown>;

export type ConflictDecision =
  | { id: number; decision: Decision }
  /** All undecided ones of the row; the key as conflicts() gives it. */
  | { table: string; key: string; decision: Decision };

/** What became of rows that met others: core/include/ferrite/conflict.h. */
export interface ConflictCounts {
  /** Rows that were there when the migration began. */
  before?: number;
  inserted?: number;
  equal?: number;
  /** Of a verification: rows that no record stands behind. */
  storeOnly?: number;
  overwritten: number;
  merged: number;
  kept: number;
  undecided: number;
}

/** What an incremental run found of the records. */
export interface ChangeCounts {
  new: number;
  changed: number;
  /** Those that the source has no more. */
  deleted: number;
  /** Read and hashed, nothing else. */
  unchanged: number;
  /** Of these: not even read, since an index says when they were changed; left out at 0. */
  unread?: number;
}

/** Report v1: core/doc/report.md. */
export interface Report {
  report: 1;
  kind: 'migration' | 'verification' | 'validation' | 'bundle';
  plan: { name: string; hash: string };
  status: string;
  stage: string;
  /** Of a migration that began in this run: the id of the backup that was made before. */
  backup?: string;
  /** Not all records were taken. */
  sampled?: boolean;
  /** When it has ended: what it comes to, for a person. */
  summary?: string;
  /** Of a run that brought the store up to date since that migration: records. */
  incremental?: { since: number } & ChangeCounts;
  /** Of the last retryFailed(): records tried, by how many the ledger became shorter, records left in it. */
  retry?: { tried: number; moved: number; left: number };
  startedAt: number;
  finishedAt?: number;
  busyMs: number;
  attempts: number;
  /** Why it failed or was cancelled. */
  error?: { code: ErrorCode; message: string };
  sources: ({
    source: Source; label: string; status: SourceStatus;
    expected: number; records: number; bytes: number; failed: number; unclaimed: number;
    filtered: number; excluded: number;
  } & Partial<ChangeCounts>)[];
  tables: {
    /** `rows` and `hash`: once the table was scanned, which a sample does not do. */
    name: string; rows?: number; hash?: string; expectedRows: number; expectedHash: string;
    conflicts?: ConflictCounts;
    quarantined: number; nulled: number; failed: number;
    /** Records of the ledger that people dealt with; left out when there are none. */
    corrected?: number; discarded?: number;
    /** What differs, for a person. */
    summary?: string;
    matched?: number; missing?: number; different?: number; extra?: number;
    /** Of `different`, those of another size. */
    sizeDifferent?: number;
    /** Bytes of the rows that the plan makes of the records, and of the store's. */
    sourceBytes?: number; storeBytes?: number;
  }[];
  totals: { records: number; bytes: number; failed: number; differences: number; recordsPerSecond: number };
  failed: { table: string; key: string; code: ErrorCode; message: string; path: string }[];
  differences: { table: string; kind: 'missing' | 'different' | 'extra'; key: string; columns: string[] }[];
  warnings: string[];
  /** Sums so far, at most 120. */
  throughput: [busyMs: number, records: number, bytes: number][];
  store: {
    sqlite: string; client: string; epoch: string;
    kind: 'opfs' | 'memory-image' | 'file'; durable: boolean; name: string; bytes: number;
    /** The program's: the chain's version at which the store is. */
    version?: number;
  };
  dryRun?: boolean;
  /** How often a source that dropped was opened again in this run. */
  retries?: number;
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

export interface Ferrite extends HistoryCalls {
  checkIfNeeded(): Promise<Check>;
  /** What migrate() would do, and what is in its way. Nothing is kept. */
  prepare(options?: PrepareOptions): Promise<PlanAnswer>;
  /** Checks every record against the plan, and nothing else. Nothing is kept. */
  validate(options?: RunOptions): Promise<Report>;
  migrate(options?: MigrateOptions): Promise<Report>;
  /** Reads the sources again and compares every record with the store. */
  verify(options?: VerifyOptions): Promise<Report>;
  /** The records that could not become rows. */
  failed(query?: FailedQuery): Promise<FailedPage>;
  /** What the next retryFailed() takes the record for; the store keeps the original, too. */
  correctFailed(id: number, value: unknown): Promise<void>;
  /** Takes the record out of the ledger; its data stay in ferrite_correction, and it counts as discarded. */
  discardFailed(id: number, options: { confirm: true }): Promise<void>;
  /**
   * Maps the ledger's records again, by this Ferrite's plan, and moves those that fit into their tables.
   * The plan may be a correction of the migration's; the answer is the migration's report as it is then.
   */
  retryFailed(options?: RetryOptions): Promise<Report>;
  /** What the last verification that ended found, page by page. */
  differences(query?: DifferenceQuery): Promise<DifferencePage>;
  /** All of them, as a JSON array [json] or as CSV (RFC 4180). */
  exportDifferences(options?: DifferenceFilter & { format?: 'json' | 'csv' }): Promise<Blob>;
  /** A report, by default the last migration's, as one HTML file that loads and runs nothing. */
  reportPage(report?: Report): Promise<Blob>;
  /** Listens until the function given is called. */
  on<K extends keyof FerriteEvents>(name: K, listener: (payload: FerriteEvents[K]) => void): () => void;
  /**
   * What is under way stands still after its current batch: it holds no
   * transaction, neither of its own nor of a source. True once it does, false
   * when there was nothing. A tab that is closed meanwhile goes on as after
   * any other interruption.
   */
  pause(): Promise<boolean>;
  resume(): Promise<void>;
  /**
   * What is under way, paused or not, rejects with "cancelled" within a tenth of a second; what was committed stays. Where the
   * worker needs longer to come to its end, the calls that follow wait for it.
   */
  cancel(): void;
  /** Of the last operation that this object ran. */
  exportProgress(): Promise<ProgressExport | undefined>;
  /** The conflicts that wait for a decision, page by page. */
  conflicts(options?: ConflictOptions): Promise<ConflictPage>;
  /** Decides conflicts, all or none; those that were decided before are passed over. */
  resolveConflicts(decisions: readonly ConflictDecision[]): Promise<{ decided: number; passed: number }>;
  /** The last migration's report, or undefined. */
  report(): Promise<Report | undefined>;
  /** Where the store stands in the chain. */
  versions(): Promise<VersionStatus>;
  /** Up to a version of the chain [the newest]; each is one transaction. */
  upgrade(options?: { to?: number }): Promise<VersionStatus>;
  downgrade(options: { to: number }): Promise<VersionStatus>;
  /** Makes the store's history what the chain says and runs nothing: for a person who has looked at the drift. */
  repair(): Promise<VersionStatus>;
  database(): Promise<Database>;
  /** The sources' raw records as one file, for the `ferrite` program; what the plan excludes is not in it. */
  exportBundle(options?: RunOptions): Promise<Blob>;
  /** The store's SQLite file. */
  exportStore(): Promise<Blob>;
  /** Backs the store up in the origin's private file system, as a whole or what changed; `removed`: what retention took. */
  createBackup(options?: BackupOptions): Promise<Backup & { removed: string[] }>;
  /** The newest first. */
  listBackups(): Promise<Backup[]>;
  /** Builds it and checks it to the last page; rejects when it cannot be restored. `id` may be its first eight digits. */
  verifyBackup(id: string, options?: KeyOption): Promise<Backup>;
  /**
   * Makes the store what the backup holds, in one transaction; what was there is backed up first. Legacy data that was
   * cleaned up after the backup was made goes back into its sources, as with rollback().
   */
  restoreBackup(id: string, options: SourceRollbackOptions): Promise<RestoredStore>;
  /** Rejects with `state` when others build on it. */
  deleteBackup(id: string, options: { confirm: true }): Promise<void>;
  /** Whether and to what rollback() would go back. */
  canRollback(): Promise<RollbackOutlook>;
  /** Backups that restoreBackup() takes, the newest first. */
  rollbackPoints(): Promise<Backup[]>;
  /**
   * Makes the store what it was before its last migration that was not rolled back, or finishes a restore that was cut off.
   * Legacy data that was cleaned up since goes back into its sources first.
   */
  rollback(options: SourceRollbackOptions): Promise<RestoredStore>;
  /** Whether cleanUp() may begin, what it would remove and keep, and what is in the way. Nothing is changed. */
  canCleanUp(options?: CleanUpOptions): Promise<CleanUpOutlook>;
  /**
   * Removes the legacy records that the last migration took over, when nothing is in the way: every record is compared with
   * the store once more, a snapshot is kept for rollback(), and each database is emptied by one transaction that compares its
   * records with that snapshot. What the plan excludes or does not name stays, and so do empty databases and stores.
   * Cut off, the next call goes on.
   */
  cleanUp(options: CleanUpOptions & RunOptions & { confirm: true }): Promise<CleanedUp>;
  /** Deletes the snapshot of the last clean-up for good: the legacy data cannot be brought back any more. */
  forgetLegacySnapshot(options: { confirm: true }): Promise<void>;
  close(): Promise<void>;
}
