// A source's answer, when it is another than "ready".

import type { SourceStatus } from '../src/types.js';
import { el } from './dom.js';

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

export function labelChip(label: string): HTMLElement | undefined {
  if (label === '') return undefined;
  const kind = label.includes('credentials') ? 'fe-chip fe-label fe-label-credentials' : 'fe-chip fe-label';
  return el('span', { class: kind, title: `Looks like ${label}` }, label);
}
