// Encodes records into batches and posts each when it is large enough.
import { Encoder } from '../encoding/encoder.js';
import { FerriteError } from '../error.js';
import type { Chunk, Sink } from '../sources/source.js';

/** Bytes on their way or waiting; reading pauses at the most and goes on at half of it. */
const MOST_WAITING = 8 << 20;

/** What a key that stands alone counts for beside its own bytes: to look it up takes as long as so many of a record. */
const KEY_COST = 64;

/** 0 records: as many as the bytes allow. */
export interface BatchSize { maxBytes: number; maxRecords: number }

/** Called with each record and what of it could not be encoded. */
export type OnRecord = (key: IDBValidKey, value: unknown, unsupported: readonly object[]) => void;

export class BatchSink implements Sink {
  #size: BatchSize;
  readonly #onRecord: OnRecord | undefined;
  readonly #post: (memory: ArrayBuffer, length: number, last: boolean) => void;
  readonly #encoder: Encoder;
  #memory = new Uint8Array(0);
  #records = 0;
  #keysAlone = 0;
  /** Sizes of the batches that wait. */
  readonly #batches: number[] = [];
  #waiting = 0;
  #held = false;
  #ended = false;
  #resume: (() => void) | undefined;

  constructor(
    size: BatchSize, post: (memory: ArrayBuffer, length: number, last: boolean) => void, onRecord?: OnRecord,
  ) {
    this.#size = size;
    this.#onRecord = onRecord;
    this.#post = post;
    this.#encoder = new Encoder((needed, used) => {
      const memory = new Uint8Array(needed);
      if (used > 0) memory.set(this.#memory.subarray(0, used));
      this.#memory = memory;
      return memory;
    });
  }

  get hasRoom(): boolean {
    return !this.#held && this.#waiting < MOST_WAITING;
  }

  async room(): Promise<void> {
    while (!this.hasRoom && !this.#ended) await new Promise<void>((resolve) => { this.#resume = resolve; });
  }

  take({ keys, values, length }: Chunk): number {
    if (this.#ended) throw new FerriteError({ code: 'cancelled', message: 'The reading was ended.' });
    let bytes = 0;
    for (let i = 0; i < length; ++i) {
      // Not before there is another record: the last batch is to say that it is the last.
      if (this.#isFull) this.#flush(false);
      const before = this.#encoder.position;
      if (values) {
        this.#encoder.pair(keys[i], values[i]);
        this.#onRecord?.(keys[i]!, values[i], this.#encoder.unsupported);
      } else {
        this.#encoder.key(keys[i]);
        this.#keysAlone += 1;
      }
      this.#records += 1;
      bytes += this.#encoder.position - before;
    }
    return bytes;
  }

  /** The source has no record left. */
  finish(): void {
    if (!this.#ended) this.#flush(true);
  }

  /** A batch was used up; the next ones are to be that large. */
  used(size: BatchSize): void {
    this.#size = size;
    this.#waiting -= this.#batches.shift() ?? 0;
    if (this.#waiting <= MOST_WAITING / 2) this.#resume?.();
  }

  /** Nothing is to be read until it is let go. */
  hold(isHeld: boolean): void {
    this.#held = isHeld;
    this.#resume?.();
  }

  /** Nothing more is wanted. */
  end(): void {
    this.#ended = true;
    this.#resume?.();
  }

  get #isFull(): boolean {
    const { maxBytes, maxRecords } = this.#size;
    return this.#encoder.position + this.#keysAlone * KEY_COST >= maxBytes || (maxRecords > 0 && this.#records >= maxRecords);
  }

  #flush(last: boolean): void {
    const { buffer } = this.#memory;
    const length = this.#encoder.position;
    this.#memory = new Uint8Array(0);
    this.#encoder.reset();
    this.#records = this.#keysAlone = 0;
    this.#batches.push(length);
    this.#waiting += length;
    this.#post(buffer, length, last);
  }
}
