// What an operation tells while it runs.
import type { FerriteError } from './error.js';
import type { Report } from './types.js';

export interface Progress {
  stage: 'prepare' | 'retry' | 'survey' | 'copy' | 'relations' | 'index' | 'reconcile' | 'verify' | 'export' | 'restore' | 'infer' | 'done';
  source: number;
  /** The source's label, e.g. "indexedDB shop/orders". */
  collection: string;
  current: number;
  total: number;
  percentage: number;
  failed: number;
  bytes: number;
  /** Over the last five seconds of work. */
  itemsPerSecond: number;
  /** Of this stage, in seconds; undefined while unknown. Neither a stall nor a pause changes it. */
  timeRemaining: number | undefined;
  /** Of the records handled while copying, 0 to 1; 1 in other stages. */
  successRate: number;
  /** How often a source that dropped was opened again. */
  retries: number;
  paused: boolean;
  /** In bytes: the engine's memory, and where the browser tells (Chromium) that of the worker's scripts. */
  memory: { wasm: number; script: number | undefined };
}

/** One point of the last operation's progress. */
export interface ProgressSample extends Pick<
  Progress, 'stage' | 'collection' | 'current' | 'total' | 'failed' | 'bytes' | 'itemsPerSecond' | 'paused'> {
  /** Since the operation began. */
  ms: number;
  wasmBytes: number;
}

/** At most 600 samples, evenly thinned out when there were more; JSON.stringify writes it. */
export interface ProgressExport {
  /** The operation: "migrate", "verify", …; "" before the first. */
  kind: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  samples: ProgressSample[];
}

/** Records that went to the ledger since the last report of progress. */
export interface ErrorsAdded {
  count: number;
  total: number;
  /** The first few of them, as long as they are among the first 50 of all. */
  errors: Report['failed'];
}

export interface FerriteEvents {
  migrationStarted: { plan: string; dryRun: boolean; sampleSize: number };
  /** As onProgress, of every operation; stageChanged too. */
  progressUpdate: Progress;
  stageChanged: { stage: Progress['stage']; previous: Progress['stage'] | undefined };
  /** Of migrate() and validate(). */
  errorAdded: ErrorsAdded;
  migrationCompleted: Report;
  /** Also when it was cancelled: then `code` is "cancelled". */
  migrationFailed: FerriteError;
}
