// Splits a run's progress, which counts over all sources, by source.

import type { Progress } from '../src/types.js';
import type { CollectionProgress } from './panel-state.js';

export class CollectionTracker {
  #collections: Record<string, CollectionProgress> = {};
  #now = '';
  #before = 0;
  #latest = 0;

  /** A new object whenever something changed. */
  get collections(): Readonly<Record<string, CollectionProgress>> {
    return this.#collections;
  }

  observe({ stage, collection, current }: Progress): void {
    const moving = stage === 'copy' || stage === 'verify' || stage === 'export';
    if (!moving) return this.#finish();
    if (collection !== this.#now) {
      this.#finish();
      this.#now = collection;
      this.#before = this.#latest;
    }
    this.#latest = current;
    this.#set({ records: Math.max(0, current - this.#before), finished: false });
  }

  #finish(): void {
    const last = this.#collections[this.#now];
    if (last && !last.finished) this.#set({ ...last, finished: true });
  }

  #set(progress: CollectionProgress): void {
    this.#collections = { ...this.#collections, [this.#now]: progress };
  }
}
