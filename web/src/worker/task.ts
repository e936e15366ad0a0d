// One long operation as its caller sees it: it can be paused and cancelled at
// any moment, and it tells how far it is.
import { FerriteError } from '../error.js';
import { sourceLabel } from '../sources/plan-sources.js';
import type { Conflict, Decision, ErrorsAdded, Progress, Report, SourceState } from '../types.js';
import { parse } from './answer.js';
import type { Core } from './connection.js';
import type { Engine } from './engine.js';
import type { ProgressLog } from './progress-log.js';

/** As the core gives it. */
interface CoreProgress extends Pick<Progress, 'stage' | 'source' | 'current' | 'total' | 'bytes' | 'failed' | 'itemsPerSecond'> {
  timeRemaining: number | null;
}

export interface Listener {
  progress(progress: Progress): void;
  /** Absent where `failed` does not count records that are kept in the ledger. */
  errors?: (errors: ErrorsAdded) => void;
  /** Resolves when the window has nothing better to do. */
  slot(): Promise<void>;
  /** What the page decides, in their order. */
  decide(conflicts: Conflict[]): Promise<(Decision | undefined)[]>;
}

/** Failed records that are told with their reasons, of each batch. */
const MOST_TOLD = 5;
/** A window that is never idle is waited for that long. */
const IDLE_LIMIT_MS = 1000;

/** Only Chromium tells, and of this worker only. */
function scriptBytes(): number | undefined {
  return (performance as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize;
}

export class Task {
  readonly #controller = new AbortController();
  readonly #interval: number;
  readonly #listener: Listener;
  readonly #log: ProgressLog;
  #lastReport = -Infinity;
  #failed = 0;
  #retries = 0;
  /** While it is to stand still. */
  #pause: { go: Promise<void>; release: () => void } | undefined;
  readonly #waiting: ((stands: boolean) => void)[] = [];
  #wake: (() => void) | undefined;
  #pausedMs = 0;

  constructor(interval: number, listener: Listener, log: ProgressLog) {
    this.#interval = interval;
    this.#listener = listener;
    this.#log = log;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  cancel(): void {
    this.#controller.abort(new FerriteError({
      code: 'cancelled',
      message: 'The operation was cancelled.',
      hint: 'What was committed stays; the next migrate() continues behind it.',
    }));
  }

  throwIfCancelled(): void {
    this.signal.throwIfAborted();
  }

  /** What the page decides, in their order; rejects when the operation is cancelled meanwhile. */
  async ask(conflicts: Conflict[]): Promise<(Decision | undefined)[]> {
    this.throwIfCancelled();
    const since = performance.now();
    const decisions = await new Promise<(Decision | undefined)[]>((resolve, reject) => {
      this.signal.addEventListener('abort', () => reject(this.signal.reason), { once: true });
      this.#listener.decide(conflicts).then(resolve, reject);
    });
    // A person's time is none of the work's.
    this.#pausedMs += performance.now() - since;
    return decisions;
  }

  /** Resolves with true when it stands still, with false when it ended before. */
  pause(): Promise<boolean> {
    if (!this.#pause) {
      let release!: () => void;
      const go = new Promise<void>((resolve) => { release = resolve; });
      this.#pause = { go, release };
      this.signal.addEventListener('abort', release, { once: true });
      if (this.signal.aborted) release();
      this.#wake?.();
    }
    return new Promise((resolve) => { this.#waiting.push(resolve); });
  }

  resume(): void {
    const pause = this.#pause;
    this.#pause = undefined;
    pause?.release();
    // Those who waited for a stand that did not come.
    this.#answerPause(false);
  }

  get isToPause(): boolean {
    return this.#pause !== undefined;
  }

  /** Stands still until resume() or cancel(). */
  async stand(): Promise<void> {
    const pause = this.#pause;
    if (!pause) return;
    const since = performance.now();
    this.#answerPause(true);
    await pause.go;
    this.#pausedMs += performance.now() - since;
  }

  /** Until that long has passed; a pause or a cancellation ends it. */
  async sleep(ms: number): Promise<void> {
    await this.#unlessWoken(new Promise((resolve) => setTimeout(resolve, ms)));
  }

  /** Until the window is idle, bounded, so that it always goes on. */
  async idle(): Promise<void> {
    const most = new Promise<void>((resolve) => setTimeout(resolve, IDLE_LIMIT_MS));
    await this.#unlessWoken(Promise.race([this.#listener.slot(), most]));
  }

  async #unlessWoken(wait: Promise<unknown>): Promise<void> {
    if (this.isToPause || this.signal.aborted) return;
    const woken = new Promise<void>((resolve) => { this.#wake = resolve; });
    this.signal.addEventListener('abort', this.#wake!, { once: true });
    await Promise.race([wait, woken]);
    this.signal.removeEventListener('abort', this.#wake!);
    this.#wake = undefined;
  }

  /** Whoever waits for it to stand still waits in vain. */
  ended(): void {
    this.#answerPause(false);
  }

  /** A source dropped and was opened again. */
  readonly retried = (): void => {
    this.#retries += 1;
  };

  get retries(): number {
    return this.#retries;
  }

  preparing(): void {
    this.#listener.progress({
      stage: 'prepare', source: 0, collection: '', current: 0, total: 0, percentage: 0, failed: 0, bytes: 0,
      itemsPerSecond: 0, timeRemaining: undefined, successRate: 1, retries: 0, paused: false,
      memory: { wasm: 0, script: scriptBytes() },
    });
  }

  /** A database is about to be built, outside of any pass. */
  restoring(collection: string, current: number, total: number): void {
    this.#listener.progress({
      stage: 'restore', source: 0, collection, current, total, percentage: 100 * current / total, failed: 0, bytes: 0,
      itemsPerSecond: 0, timeRemaining: undefined, successRate: 1, retries: this.#retries, paused: false,
      memory: { wasm: 0, script: scriptBytes() },
    });
  }

  /** What an earlier attempt left in the ledger is no news. */
  begins({ engine }: Core): void {
    this.#failed = this.#progress(engine).failed;
  }

  /** At which the pass is. */
  stageOf({ engine }: Core): Progress['stage'] {
    return this.#progress(engine).stage;
  }

  /** Reports the pass's progress when it is time to, or when `must`. */
  advance(core: Core, sources: readonly SourceState[], must = false): void {
    const now = performance.now();
    if (!must && now - this.#lastReport < this.#interval) return;
    this.#lastReport = now;
    const { timeRemaining, ...told } = this.#progress(core.engine);
    const { current, total, failed, stage } = told;
    const source = sources[told.source]?.source;
    const progress: Progress = {
      ...told,
      collection: source ? sourceLabel(source) : '',
      percentage: total > 0 ? Math.min(100, 100 * current / total) : stage === 'done' ? 100 : 0,
      itemsPerSecond: Math.round(told.itemsPerSecond),
      timeRemaining: timeRemaining ?? undefined,
      successRate: stage === 'copy' && current > 0 ? Math.max(0, current - failed) / current : 1,
      retries: this.#retries,
      paused: this.isToPause,
      memory: { wasm: core.module.HEAPU8.byteLength, script: scriptBytes() },
    };
    if (this.#listener.errors && failed > this.#failed) this.#tellErrors(core, failed);
    this.#log.add(progress);
    this.#listener.progress(progress);
  }

  #progress(engine: Engine): CoreProgress {
    return parse<CoreProgress>(engine.progress(performance.now() - this.#pausedMs));
  }

  #tellErrors({ engine }: Core, total: number): void {
    const count = total - this.#failed;
    const { failed = [] } = parse<Partial<Report>>(engine.report());
    const errors = failed.slice(this.#failed, this.#failed + Math.min(count, MOST_TOLD));
    this.#failed = total;
    this.#listener.errors?.({ count, total, errors });
  }

  #answerPause(stands: boolean): void {
    for (const resolve of this.#waiting.splice(0)) resolve(stands);
  }
}
