// A batch in the engine's input area: records are encoded where the core reads
// them, nothing is copied.
import { Encoder } from '../encoding/encoder.js';
import { decode } from '../encoding/decoder.js';
import type { Core } from './connection.js';

export function inputEncoder({ module, engine }: Core): Encoder {
  // The area keeps what is in it when it grows.
  return new Encoder((needed) => {
    const at = engine.input(needed);
    return module.HEAPU8.subarray(at, at + needed);
  });
}

export class BatchWriter {
  readonly #core: Core;
  readonly #encoder: Encoder;

  constructor(core: Core) {
    this.#core = core;
    this.#encoder = inputEncoder(core);
  }

  /** Bytes in the batch. */
  get length(): number {
    return this.#encoder.position;
  }

  /** Appends a record; how many bytes it took. */
  add(key: IDBValidKey, value: unknown): number {
    const before = this.#encoder.position;
    this.#encoder.pair(key, value);
    return this.#encoder.position - before;
  }

  /** To be called after every call into the engine: its memory may have moved. */
  clear(): void {
    this.#encoder.reset();
  }

  /** The key behind which the pass goes on; the batch must be empty. */
  stepAfter(): IDBValidKey | undefined {
    const { module, engine } = this.#core;
    const length = engine.stepAfter();
    if (length === 0) return undefined;
    const at = engine.input(length);
    return decode(module.HEAPU8.slice(at, at + length)) as IDBValidKey;
  }
}
