// The bar under each source's row that fills while its records are moved.

import type { RunState } from './panel-state.js';

interface Meter {
  row: HTMLElement;
  records: number;
}

export class StoreMeters {
  #rows = new Map<string, Meter>();

  clear(): void {
    this.#rows.clear();
  }

  /** `records` is what the row was found to hold. */
  add(collection: string, row: HTMLElement, records: number): void {
    this.#rows.set(collection, { row, records });
  }

  update(run: RunState): void {
    for (const [collection, meter] of this.#rows) drawMeter(meter.row, readingOf(run, collection, meter.records));
  }
}

interface Reading {
  state: '' | 'moving' | 'moved' | 'flawed';
  share: number;
}

const nothing: Reading = { state: '', share: 0 };

function readingOf(run: RunState, collection: string, expected: number): Reading {
  if (run.kind === 'done') return lastReading(run.report.sources.find((source) => source.label === collection));
  const progress = run.kind === 'running' ? run.collections[collection] : undefined;
  if (!progress) return nothing;
  if (progress.finished || expected === 0) return { state: 'moved', share: 1 };
  return { state: 'moving', share: Math.min(1, progress.records / expected) };
}

function lastReading(source: { failed: number } | undefined): Reading {
  if (!source) return nothing;
  return { state: source.failed > 0 ? 'flawed' : 'moved', share: 1 };
}

function drawMeter(row: HTMLElement, { state, share }: Reading): void {
  if (row.dataset['meter'] !== state) row.dataset['meter'] = state;
  row.style.setProperty('--share', String(share));
}
