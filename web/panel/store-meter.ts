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
    for (const [collection, meter] of this.#rows) setMeter(meter.row, shareOf(run, collection, meter.records));
  }
}

function shareOf(run: RunState, collection: string, expected: number): number | undefined {
  if (run.kind === 'done') return run.report.sources.some((source) => source.label === collection) ? 1 : undefined;
  const progress = run.kind === 'running' ? run.collections[collection] : undefined;
  if (!progress) return undefined;
  return progress.finished || expected === 0 ? 1 : Math.min(1, progress.records / expected);
}

function setMeter(row: HTMLElement, share: number | undefined): void {
  const state = share === undefined ? '' : share < 1 ? 'moving' : 'moved';
  if (row.dataset['meter'] !== state) row.dataset['meter'] = state;
  row.style.setProperty('--share', String(share ?? 0));
}
