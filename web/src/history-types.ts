// History, logs and audit as the page asks for them: core/doc/history.md.

import type { ErrorCode } from './generated/error-codes.js';

/** Milliseconds since the epoch, or as JSON writes a Date: ISO 8601. */
export type Moment = number | Date | string;

export type HistoryStatus =
  | 'pending' | 'running' | 'completed' | 'completed_with_differences' | 'verified' | 'failed' | 'cancelled'
  | 'interrupted' | 'rolled_back';
export type HistoryKind = 'migration' | 'verification' | 'retry' | 'rollback' | 'cleanUp';
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Which rows, in which order. Filters that are left out let everything through. */
interface PageQuery {
  id?: number | number[];
  /** From this moment on. */
  from?: Moment;
  /** Before this moment. */
  to?: Moment;
  /** Text that one of the row's texts contains, whatever the case of its ASCII letters. */
  search?: string;
  /** The name of a column, "-" before it: the largest first. */
  sort?: string;
  offset?: number;
  /** 1 to 1000 [100]. */
  limit?: number;
  /** The `next` of the page before; not together with `offset`. */
  after?: unknown[];
}

/** `total` counts all rows that the filters let through; with `after` only the first page has it. */
export interface Page<Row> {
  total?: number;
  offset?: number;
  limit: number;
  rows: Row[];
  next?: unknown[];
}

export interface HistoryQuery extends PageQuery {
  kind?: HistoryKind | HistoryKind[];
  status?: HistoryStatus | HistoryStatus[];
  plan?: string | string[];
  initiator?: string | string[];
  externalId?: string | string[];
}

export interface HistoryRow {
  id: number;
  kind: HistoryKind;
  plan: string;
  planHash?: string;
  status: HistoryStatus;
  stage: string;
  initiator: string;
  startedAt: number;
  updatedAt: number;
  finishedAt?: number;
  busyMs: number;
  attempts: number;
  records: number;
  bytes: number;
  failed: number;
  differences: number;
  recordsPerSecond?: number;
  /** Why it failed or was cancelled. */
  code?: ErrorCode;
  message?: string;
  /** Of an imported entry. */
  externalId?: string;
  config: Record<string, unknown>;
  tables: { name: string; rows: number; hash: string }[];
  /** One for each attempt. */
  runs: {
    attempt: number; status: HistoryStatus; startedAt: number; finishedAt?: number; code?: ErrorCode; message?: string;
  }[];
}

export interface LogQuery extends PageQuery {
  /** The least one. */
  level?: LogLevel;
  migration?: number | number[];
}

export interface LogRow {
  id: number;
  at: number;
  level: LogLevel;
  migration?: number;
  message: string;
  context: Record<string, unknown>;
}

export interface AuditQuery extends PageQuery {
  who?: string | string[];
  action?: string | string[];
  target?: string | string[];
}

export interface AuditRow {
  id: number;
  at: number;
  who: string;
  action: string;
  target: string;
  details: Record<string, unknown>;
  origin: string;
  /** SHA-256 of the entry and of the one before it. */
  hash: string;
}

export interface AuditCheck {
  entries: number;
  intact: boolean;
  /** The first entry that is not what was appended. */
  broken?: number;
  message?: string;
}

export interface HistoryStatistics {
  total: number;
  running: number;
  /** Verified or completed. */
  succeeded: number;
  withDifferences: number;
  failed: number;
  cancelled: number;
  interrupted: number;
  rolledBack: number;
  /** Of those that ended, 0 to 1. */
  successRate?: number;
  records: number;
  bytes: number;
  busyMs: number;
  recordsPerSecond?: number;
  bytesPerSecond?: number;
  firstAt?: number;
  lastAt?: number;
  last24Hours: { total: number; succeeded: number; failed: number; records: number; bytes: number };
  /** The last one is today. */
  days: {
    day: string; total: number; succeeded: number; withDifferences: number; failed: number;
    records: number; bytes: number;
  }[];
}

/** An entry of another system's history. */
export interface HistoryEntry {
  /** Its name there: what was imported under it is not imported again. */
  id: string | number;
  status: HistoryStatus;
  startedAt: Moment;
  finishedAt?: Moment;
  kind?: HistoryKind;
  plan?: string;
  attempts?: number;
  busyMs?: number;
  records?: number;
  bytes?: number;
  failed?: number;
  differences?: number;
  initiator?: string;
  code?: string;
  message?: string;
  config?: Record<string, unknown>;
  logs?: { message: string; at?: Moment; level?: LogLevel; context?: Record<string, unknown> }[];
}

interface Limits {
  /** What is older goes. */
  maxAgeDays?: number;
  /** The newest so many stay. */
  keep?: number;
}

export interface HistoryCalls {
  history(query?: HistoryQuery): Promise<Page<HistoryRow>>;
  logs(query?: LogQuery): Promise<Page<LogRow>>;
  audit(query?: AuditQuery): Promise<Page<AuditRow>>;
  /** `offsetMinutes`: the day's beginning, as minutes to add to UTC [0]. */
  statistics(query?: { kind?: HistoryKind; days?: number; offsetMinutes?: number }): Promise<HistoryStatistics>;
  /** Whether the audit entries are what was appended. */
  checkAudit(): Promise<AuditCheck>;
  /** At most 10 000 entries, all or none. */
  importHistory(entries: HistoryEntry[]): Promise<{ imported: number; existing: number }>;
  /** Never the migration that the store's data comes from, nor one with failed records. */
  cleanUpHistory(limits: { history?: Limits; logs?: Limits }): Promise<{ history: number; logs: number }>;
  /** Adds an entry to the log. */
  log(message: string, entry?: { level?: LogLevel; migration?: number; context?: Record<string, unknown> }): Promise<object>;
  /** The least level that is kept ["info"]; with an argument from now on. "debug" keeps everything. */
  logLevel(level?: LogLevel): Promise<{ level: LogLevel }>;
  /** All log entries that the filters let through, the oldest first. */
  exportLogs(query?: LogQuery & { format?: 'json' | 'csv' }): Promise<Blob>;
}

/** What the window sends; the core checks it. */
export type HistoryRequest = { do: string } & Record<string, unknown>;
export type HistoryAnswer = object;
