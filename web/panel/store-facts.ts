// What the report says about the store itself.

import type { Report } from '../src/types.js';
import { el } from './dom.js';
import { displayText, formatBytes } from './format.js';

const kinds: Record<Report['store']['kind'], string> = {
  opfs: 'Origin private file system',
  'memory-image': 'Memory, image kept in IndexedDB',
  file: 'File',
};

export function storeFacts(report: Report): HTMLElement {
  const { store } = report;
  const facts: [string, string][] = [
    ['File', store.name ?? ''],
    ['Kept in', kinds[store.kind] ?? ''],
    ['Durable', store.durable === undefined ? '' : store.durable ? 'yes' : 'no'],
    ['Size', store.bytes === undefined ? '' : formatBytes(store.bytes)],
    ['SQLite', store.sqlite ?? ''],
    ['Client', store.client ?? ''],
    ['Epoch', store.epoch ?? ''],
    ['Plan hash', report.plan.hash],
  ];
  const lines = facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, displayText(value, 120))));
  return el('section', { class: 'fe-facts' }, el('h3', {}, report.dryRun ? 'Scratch store' : 'Store'), el('dl', {}, ...lines));
}
