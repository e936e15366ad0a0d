// A source's answer, when it is another than "ready".

import type { SourceStatus } from '../src/types.js';
import { el } from './dom.js';
import type { Label } from './layout-labels.js';

const meaning: Record<SourceStatus, string> = {
  ready: 'There are records to move',
  empty: 'It exists and holds nothing',
  absent: 'It does not exist',
  blocked: 'Another connection keeps it from being opened',
  unreadable: 'It exists and cannot be read',
};

export function statusChip(status: SourceStatus, message = ''): HTMLElement | undefined {
  if (status === 'ready') return undefined;
  return el('span', { class: `fe-chip fe-status-${status}`, title: message || meaning[status] }, status);
}

export function labelChip(label: Label | undefined): HTMLElement | undefined {
  return label && el('span', { class: `fe-chip fe-label fe-label-${label.tone}`, title: label.title }, label.text);
}
