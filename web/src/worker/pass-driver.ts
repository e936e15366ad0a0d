// The loop of core/include/ferrite/pass.h: the core says what comes next, the
// reading worker fetches it, and one call hands over a whole batch.
import { decode } from '../encoding/decoder.js';
import { FerriteError, toFerriteError } from '../error.js';
import { natureOf } from '../generated/error-codes.js';
import { storageOf } from '../sources/plan-sources.js';
import type { SourceState } from '../types.js';
import { check, parse } from './answer.js';
import { breath } from './breath.js';
import type { Core } from './connection.js';
import type { ReadOrder } from './reader-protocol.js';
import type { BatchSize } from './batch-sink.js';
import type { Batch, Reading } from './reading.js';
import type { Task } from './task.js';

interface Step {
  kind: 'read' | 'work' | 'done';
  source: number;
  /** Records to pass over behind the place to begin. */
  skip: number;
  /** "": all is to be read. */
  since: string;
  maxBytes: number;
  maxRecords: number;
}

/** Messages are let in after that long, so that a cancellation is heard. */
const BREATH_MS = 8;

/** What an order to read takes besides the place to begin. */
export type OrderBase = Pick<ReadOrder, 'openTimeout' | 'snapshots' | 'retries'>;

/** Where the batches come from. */
export type Batches = Pick<Reading, 'begin' | 'next' | 'hold'>;

/** What else happens between two calls into the engine. */
export interface Between {
  /** Wait that long after each batch, in ms. */
  delay?: number | undefined;
  /** Wait for the window to be idle. */
  idle?: boolean | undefined;
  /** Called after each batch. */
  committed?: (() => void) | undefined;
  /** Awaited before each call of work(). */
  beforeWork?: (() => Promise<void>) | undefined;
  /** Called when it comes to stand still, and when it goes on. */
  standing?: ((stands: boolean) => Promise<void>) | undefined;
}

export class PassDriver {
  readonly #core: Core;
  readonly #states: readonly SourceState[];
  readonly #reading: Batches;
  readonly #order: OrderBase;
  readonly #task: Task;
  readonly #between: Between;
  #breath = performance.now();
  /** Where the last record at fault ended a batch. */
  #stuckAt: string | undefined;

  constructor(
    core: Core, states: readonly SourceState[], reading: Batches, order: OrderBase, task: Task, between: Between = {},
  ) {
    this.#core = core;
    this.#states = states;
    this.#reading = reading;
    this.#order = order;
    this.#task = task;
    this.#between = between;
  }

  /** Drives the pass that was begun to its end. */
  async run(): Promise<void> {
    this.#task.begins(this.#core);
    for (;;) {
      await this.#listen();
      const step = this.#step();
      if (step.kind === 'done') break;
      if (step.kind === 'read') {
        await this.#read(step);
      } else {
        await this.#between.beforeWork?.();
        check(this.#core.engine.work(Date.now()));
        this.#task.advance(this.#core, this.#states);
      }
    }
    this.#task.advance(this.#core, this.#states, true);
  }

  /** Hears what came meanwhile: stands still, or throws when it is cancelled. */
  async #listen(): Promise<void> {
    if (performance.now() - this.#breath >= BREATH_MS) {
      await breath();
      this.#breath = performance.now();
    }
    if (this.#task.isToPause) await this.#stand();
    this.#task.throwIfCancelled();
  }

  async #stand(): Promise<void> {
    this.#reading.hold(true);
    await this.#between.standing?.(true);
    this.#task.advance(this.#core, this.#states, true);
    await this.#task.stand();
    await this.#between.standing?.(false);
    this.#reading.hold(false);
    this.#task.advance(this.#core, this.#states, true);
  }

  /** Gives way to others as its caller wants it. */
  async #giveWay(): Promise<void> {
    const { delay, idle } = this.#between;
    if (delay) await this.#task.sleep(delay);
    if (idle) await this.#task.idle();
  }

  #step(): Step {
    return parse<Step>(this.#core.engine.step());
  }

  async #read({ source, skip, since, ...size }: Step): Promise<void> {
    const state = this.#states[source];
    if (!state) throw new FerriteError({ code: 'internal', message: `The pass asks for source ${source}.` });
    const { snapshots } = this.#order;
    // Copied with every order, so only where they are wanted.
    const wanted = storageOf(state.source) ? snapshots : {};
    const { maxBytes, maxRecords } = size;
    this.#reading.begin({
      ...this.#order, snapshots: wanted, state, after: this.#after(), skip, since: since || undefined, maxBytes, maxRecords,
    });
    for (let next: BatchSize = size; ;) {
      const batch = await this.#reading.next(next);
      await this.#listen();
      if (!this.#apply(batch)) return;
      await this.#giveWay();
      if (batch.last) return;
      const step = this.#step();
      // It has its sample, or wants to go on elsewhere.
      if (step.kind !== 'read' || step.source !== source || step.skip > 0 || step.since !== since) return;
      // It reads this one again from the start.
      if (this.#core.engine.stepAfter() === 0) return;
      next = step;
    }
  }

  /** False when a record at fault was kept for itself, and reading goes on behind it: pass.h. */
  #apply({ bytes, last }: Batch): boolean {
    const { module, engine } = this.#core;
    const at = engine.input(bytes.length);
    module.HEAPU8.set(bytes, at);
    let isWhole = true;
    const begun = performance.now();
    try {
      check(engine.apply(bytes.length, last, Date.now()));
    } catch (thrown) {
      const place = this.#place();
      if (natureOf[toFerriteError(thrown).code] !== 'record' || place === this.#stuckAt) throw thrown;
      this.#stuckAt = place;
      isWhole = false;
    }
    engine.took(performance.now() - begun);
    this.#between.committed?.();
    this.#task.advance(this.#core, this.#states);
    return isWhole;
  }

  #place(): string {
    return `${this.#step().source} ${this.#afterBytes()?.join() ?? ''}`;
  }

  /** The key behind which the pass goes on. */
  #after(): IDBValidKey | undefined {
    const bytes = this.#afterBytes();
    return bytes && decode(bytes) as IDBValidKey;
  }

  #afterBytes(): Uint8Array | undefined {
    const { module, engine } = this.#core;
    const length = engine.stepAfter();
    if (length === 0) return undefined;
    const at = engine.input(length);
    return module.HEAPU8.slice(at, at + length);
  }
}
