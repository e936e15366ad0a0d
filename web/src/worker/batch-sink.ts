// Encodes records into batches and posts each when it is large enough.
import { Encoder } from '../encoding/encoder.js';
import { FerriteError } from '../error.js';
import type { Chunk, Sink } from '../sources/source.js';

/** Batches on their way or waiting; reading pauses at the most and goes on at half of it. */
const MOST_WAITING = 4;

export class BatchSink implements Sink {
  readonly #maxBytes: number;
  readonly #post: (memory: ArrayBuffer, length: number, last: boolean) => void;
  readonly #encoder: Encoder;
  #memory = new Uint8Array(0);
  #waiting = 0;
  #ended = false;
  #resume: (() => void) | undefined;

  constructor(maxBytes: number, post: (memory: ArrayBuffer, length: number, last: boolean) => void) {
    this.#maxBytes = maxBytes;
    this.#post = post;
    this.#encoder = new Encoder((needed, used) => {
      const memory = new Uint8Array(needed);
      if (used > 0) memory.set(this.#memory.subarray(0, used));
      this.#memory = memory;
      return memory;
    });
  }

  get hasRoom(): boolean {
    return this.#waiting < MOST_WAITING;
  }

  async room(): Promise<void> {
    while (!this.hasRoom && !this.#ended) await new Promise<void>((resolve) => { this.#resume = resolve; });
  }

  take({ keys, values, length }: Chunk): number {
    if (this.#ended) throw new FerriteError({ code: 'cancelled', message: 'The reading was ended.' });
    let bytes = 0;
    for (let i = 0; i < length; ++i) {
      // Not before there is another record: the last batch is to say that it is the last.
      if (this.#encoder.position >= this.#maxBytes) this.#flush(false);
      const before = this.#encoder.position;
      this.#encoder.pair(keys[i], values[i]);
      bytes += this.#encoder.position - before;
    }
    return bytes;
  }

  /** The source has no record left. */
  finish(): void {
    if (!this.#ended) this.#flush(true);
  }

  used(): void {
    this.#waiting -= 1;
    if (this.#waiting <= MOST_WAITING / 2) this.#resume?.();
  }

  /** Nothing more is wanted. */
  end(): void {
    this.#ended = true;
    this.#resume?.();
  }

  #flush(last: boolean): void {
    const { buffer } = this.#memory;
    const length = this.#encoder.position;
    this.#memory = new Uint8Array(0);
    this.#encoder.reset();
    this.#waiting += 1;
    this.#post(buffer, length, last);
  }
}
