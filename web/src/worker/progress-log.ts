// What the last operation's progress was, in a bounded number of samples.
import type { Progress, ProgressExport, ProgressSample } from '../types.js';

const MOST_SAMPLES = 600;

export class ProgressLog {
  readonly #clock: () => number;
  #kind = '';
  #startedAt = 0;
  #samples: ProgressSample[] = [];
  /** Of so many reports one is kept. */
  #stride = 1;
  #skipped = 0;
  #last: ProgressSample | undefined;

  /** `clock`: milliseconds since the epoch. */
  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
  }

  begin(kind: string): void {
    this.#kind = kind;
    this.#startedAt = this.#clock();
    this.#samples = [];
    this.#stride = 1;
    this.#skipped = 0;
    this.#last = undefined;
  }

  add(progress: Progress): void {
    const { stage, collection, current, total, failed, bytes, itemsPerSecond, paused, memory } = progress;
    const sample = {
      ms: this.#clock() - this.#startedAt, stage, collection, current, total, failed, bytes, itemsPerSecond, paused,
      wasmBytes: memory.wasm,
    };
    // The beginning of a stage is always kept until samples are thinned out.
    const isNews = sample.stage !== this.#last?.stage;
    this.#last = sample;
    this.#skipped += 1;
    if (!isNews && this.#skipped < this.#stride) return;
    this.#skipped = 0;
    this.#samples.push(sample);
    if (this.#samples.length < MOST_SAMPLES) return;
    this.#samples = this.#samples.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  /** The last report is always in it. */
  export(): ProgressExport {
    const samples = [...this.#samples];
    if (this.#last && samples[samples.length - 1] !== this.#last) samples.push(this.#last);
    return { kind: this.#kind, startedAt: this.#startedAt, samples };
  }
}
