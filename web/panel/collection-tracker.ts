// Splits a run's progress, which counts over all sources, by source.

import type { Progress } from '../src/types.js';
import type { CollectionProgress } from './panel-state.js';

const moving: ReadonlySet<Progress['stage']> = new Set(['copy', 'verify', 'export'] as const);

export class CollectionTracker {
  #labels: readonly string[];
  #collections: Record<string, CollectionProgress> = {};
  /** Index of the source being moved, and the count when it began. */
  #source = -1;
  #before = 0;

  /** The sources' labels, in the order in which they are moved; [] when unknown. */
  constructor(labels: readonly string[]) {
    this.#labels = labels;
  }

  /** A new object whenever something changed. */
  get collections(): Readonly<Record<string, CollectionProgress>> {
    return this.#collections;
  }

  observe({ stage, source, collection, current }: Progress): void {
    if (stage === 'prepare') return;
    const finished = moving.has(stage) ? this.#labels.slice(0, source) : this.#labels;
    const all = Object.fromEntries(finished.map((label) => [label, { records: 0, finished: true }]));
    if (moving.has(stage)) {
      if (source !== this.#source) {
        this.#source = source;
        // A source's last batch is counted when the next source has its turn.
        this.#before = current;
      }
      all[collection] = { records: current - this.#before, finished: false };
    }
    this.#collections = all;
  }
}
