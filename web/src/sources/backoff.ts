// How long to wait before a source that dropped is tried again: longer each
// time, and anywhere below that (full jitter), so that tabs which lost the
// same connection do not come back together.

export interface Retries {
  /** In a row, without a record in between. */
  maxRetries: number;
  /** The first wait is up to that long, in ms. */
  retryDelay: number;
}

const LONGEST_MS = 30_000;

export class Backoff {
  readonly #retries: Retries;
  readonly #random: () => number;
  #failures = 0;

  constructor(retries: Retries, random: () => number = Math.random) {
    this.#retries = retries;
    this.#random = random;
  }

  /** It went on. */
  reset(): void {
    this.#failures = 0;
  }

  /** The wait in ms before the next attempt, or undefined when there were enough. */
  next(): number | undefined {
    const { maxRetries, retryDelay } = this.#retries;
    if (this.#failures >= maxRetries) return undefined;
    const most = Math.min(LONGEST_MS, retryDelay * 2 ** this.#failures);
    this.#failures += 1;
    return most * this.#random();
  }
}
