// The loop of core/include/ferrite/pass.h: the core says what comes next, the
// reading worker fetches it, and one call hands over a whole batch.
import { decode } from '../encoding/decoder.js';
import { FerriteError } from '../error.js';
import { storageOf } from '../sources/plan-sources.js';
import type { SourceState } from '../types.js';
import { check, parse } from './answer.js';
import type { Core } from './connection.js';
import type { ReadOrder } from './reader-protocol.js';
import type { Batch, Reading } from './reading.js';
import type { Task } from './task.js';

interface Step {
  kind: 'read' | 'work' | 'done';
  source: number;
  /** Records to pass over behind the place to begin. */
  skip: number;
  maxBytes: number;
}

/** Work without a source yields after that long, so that a cancellation gets in. */
const BREATH_MS = 30;

/** What an order to read takes besides the place to begin. */
export type OrderBase = Pick<ReadOrder, 'openTimeout' | 'snapshots'>;

export class PassDriver {
  readonly #core: Core;
  readonly #states: readonly SourceState[];
  readonly #reading: Reading;
  readonly #order: OrderBase;
  readonly #task: Task;
  readonly #committed: () => void;

  /** `committed` is called after each batch, between two calls into the engine. */
  constructor(
    core: Core, states: readonly SourceState[], reading: Reading, order: OrderBase, task: Task, committed: () => void,
  ) {
    this.#core = core;
    this.#states = states;
    this.#reading = reading;
    this.#order = order;
    this.#task = task;
    this.#committed = committed;
  }

  /** Drives the pass that was begun to its end. */
  async run(): Promise<void> {
    let breath = performance.now();
    for (;;) {
      this.#task.throwIfCancelled();
      const step = this.#step();
      if (step.kind === 'done') break;
      if (step.kind === 'read') {
        await this.#read(step);
      } else {
        check(this.#core.engine.work(Date.now()));
        this.#task.advance(this.#core.engine, this.#states);
      }
      if (performance.now() - breath > BREATH_MS) {
        await new Promise((resolve) => setTimeout(resolve));
        breath = performance.now();
      }
    }
    this.#task.advance(this.#core.engine, this.#states, true);
  }

  #step(): Step {
    return parse<Step>(this.#core.engine.step());
  }

  async #read({ source, skip, maxBytes }: Step): Promise<void> {
    const state = this.#states[source];
    if (!state) throw new FerriteError({ code: 'internal', message: `The pass asks for source ${source}.` });
    const { openTimeout, snapshots } = this.#order;
    // Copied with every order, so only where they are wanted.
    const wanted = storageOf(state.source) ? snapshots : {};
    this.#reading.begin({ openTimeout, snapshots: wanted, state, after: this.#after(), skip, maxBytes });
    for (;;) {
      const batch = await this.#reading.next();
      this.#task.throwIfCancelled();
      this.#apply(batch);
      if (batch.last) return;
      const step = this.#step();
      // It has its sample, or wants to go on elsewhere.
      if (step.kind !== 'read' || step.source !== source || step.skip > 0) return;
      // It reads this one again from the start.
      if (this.#core.engine.stepAfter() === 0) return;
    }
  }

  #apply({ bytes, last }: Batch): void {
    const { module, engine } = this.#core;
    const at = engine.input(bytes.length);
    module.HEAPU8.set(bytes, at);
    check(engine.apply(bytes.length, last, Date.now()));
    this.#committed();
    this.#task.advance(engine, this.#states);
  }

  /** The key behind which the pass goes on. */
  #after(): IDBValidKey | undefined {
    const { module, engine } = this.#core;
    const length = engine.stepAfter();
    if (length === 0) return undefined;
    const at = engine.input(length);
    return decode(module.HEAPU8.slice(at, at + length)) as IDBValidKey;
  }
}
