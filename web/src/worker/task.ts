// One long operation as its caller sees it: it can be cancelled and it tells
// how far it is.
import { FerriteError } from '../error.js';
import { sourceLabel } from '../sources/plan-sources.js';
import type { Progress, SourceState } from '../types.js';
import type { Engine } from './engine.js';
import { parse } from './answer.js';

/** As the core gives it. */
type CoreProgress = Pick<Progress, 'stage' | 'source' | 'current' | 'total' | 'bytes' | 'failed'>;

export class Task {
  readonly #controller = new AbortController();
  readonly #interval: number;
  readonly #report: (progress: Progress) => void;
  #lastReport = -Infinity;
  #started: { at: number; current: number } | undefined;

  constructor(interval: number, report: (progress: Progress) => void) {
    this.#interval = interval;
    this.#report = report;
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

  preparing(): void {
    this.#report({
      stage: 'prepare', source: 0, collection: '', current: 0, total: 0, percentage: 0, failed: 0, bytes: 0,
      itemsPerSecond: 0, timeRemaining: undefined,
    });
  }

  /** Reports the pass's progress when it is time to, or when it is the last. */
  advance(engine: Engine, sources: readonly SourceState[], last = false): void {
    const now = performance.now();
    if (!last && now - this.#lastReport < this.#interval) return;
    this.#lastReport = now;
    const core = parse<CoreProgress>(engine.progress());
    this.#started ??= { at: now, current: core.current };
    const seconds = (now - this.#started.at) / 1000;
    const rate = seconds > 0 ? (core.current - this.#started.current) / seconds : 0;
    const source = sources[core.source]?.source;
    this.#report({
      ...core,
      collection: source ? sourceLabel(source) : '',
      percentage: core.total > 0 ? Math.min(100, 100 * core.current / core.total) : core.stage === 'done' ? 100 : 0,
      itemsPerSecond: Math.round(rate),
      timeRemaining: rate > 0 ? Math.max(0, core.total - core.current) / rate : undefined,
    });
  }
}
