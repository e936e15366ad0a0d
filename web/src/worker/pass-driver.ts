// The loop of core/include/ferrite/pass.h: the core says what comes next, the
// reader fetches it, and one call hands over a whole batch.
import { FerriteError } from '../error.js';
import type { Chunk, SourceReader } from '../sources/source.js';
import { check, parse } from './answer.js';
import { BatchWriter } from './batch-writer.js';
import type { Core } from './connection.js';
import type { Task } from './task.js';

interface Step {
  kind: 'read' | 'work' | 'done';
  source: number;
  maxBytes: number;
}

/** Work without a source yields after that long, so that a cancellation gets in. */
const BREATH_MS = 30;

export class PassDriver {
  readonly #core: Core;
  readonly #readers: readonly SourceReader[];
  readonly #task: Task;
  readonly #committed: () => void;
  readonly #batch: BatchWriter;

  /** `committed` is called after each batch, between two calls into the engine. */
  constructor(core: Core, readers: readonly SourceReader[], task: Task, committed: () => void) {
    this.#core = core;
    this.#readers = readers;
    this.#task = task;
    this.#committed = committed;
    this.#batch = new BatchWriter(core);
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
        this.#advance();
      }
      if (performance.now() - breath > BREATH_MS) {
        await new Promise((resolve) => setTimeout(resolve));
        breath = performance.now();
      }
    }
    this.#advance(true);
  }

  #step(): Step {
    return parse<Step>(this.#core.engine.step());
  }

  #advance(last = false): void {
    this.#task.advance(this.#core.engine, this.#readers.map(({ state }) => state), last);
  }

  async #read(step: Step): Promise<void> {
    const reader = this.#readers[step.source];
    if (!reader) throw new FerriteError({ code: 'internal', message: `The pass asks for source ${step.source}.` });
    this.#batch.clear();
    await reader.read(this.#batch.stepAfter(), (chunk) => this.#take(chunk, step));
    this.#apply(true);
    reader.close();
  }

  #take({ keys, values, length }: Chunk, step: Step): number {
    let bytes = 0;
    for (let i = 0; i < length; ++i) {
      bytes += this.#batch.add(keys[i]!, values[i]);
      if (this.#batch.length < step.maxBytes) continue;
      this.#apply(false);
      this.#task.throwIfCancelled();
      const { kind, source } = this.#step();
      if (kind !== 'read' || source !== step.source) {
        throw new FerriteError({ code: 'internal', message: 'The pass left its source before the end.' });
      }
    }
    return bytes;
  }

  #apply(last: boolean): void {
    check(this.#core.engine.apply(this.#batch.length, last, Date.now()));
    this.#batch.clear();
    this.#committed();
    this.#advance();
  }
}
