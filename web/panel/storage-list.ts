// The storage found: databases with their stores, then localStorage.

import { databaseSection } from './database-section.js';
import { el, whenChanged, type View } from './dom.js';
import { formatBytes } from './format.js';
import { isNothing, type Inspection } from './inspection.js';
import { labelsOf } from './layout-labels.js';
import { localStorageSection } from './local-storage-section.js';
import { notice } from './notice.js';
import type { Layout } from '../src/types.js';
import type { RunState, StorageState } from './panel-state.js';
import { StoreMeters } from './store-meter.js';

export interface StorageListState {
  storage: StorageState;
  run: RunState;
}

function drawInspection(inspection: Inspection, layouts: readonly Layout[], meters: StoreMeters): HTMLElement[] {
  if (isNothing(inspection)) {
    return [notice('empty', 'Nothing found', 'This origin has no IndexedDB database and no localStorage entries, so there is nothing to migrate.')];
  }
  const labels = labelsOf(layouts);
  const sections = inspection.indexedDB.databases.map((database) => databaseSection(database, labels, meters));
  if (inspection.indexedDB.status === 'unreadable') {
    sections.push(notice('warning', 'IndexedDB is unreadable', inspection.indexedDB.message ?? ''));
  }
  return [...sections, localStorageSection(inspection.localStorage, labels, meters)];
}

function drawStorage(storage: StorageState, meters: StoreMeters): HTMLElement[] {
  meters.clear();
  switch (storage.kind) {
    case 'waiting':
      return [el('div', { class: 'fe-waiting', role: 'status' }, 'Looking at the page’s storage…')];
    case 'no-access':
      return [notice('lock', 'No access to this page', storage.message)];
    case 'read':
      return drawInspection(storage.inspection, storage.layouts ?? [], meters);
  }
}

function summary(storage: StorageState): string {
  if (storage.kind !== 'read') return '';
  const { usage, quota } = storage.inspection;
  if (usage === undefined) return '';
  return quota === undefined ? `${formatBytes(usage)} in use` : `${formatBytes(usage)} of ${formatBytes(quota)} in use`;
}

export function storageList(): View<StorageListState> {
  const meters = new StoreMeters();
  const note = el('span', { class: 'fe-note' });
  const body = el('div', { class: 'fe-pane-body' });
  const node = el(
    'section', { class: 'fe-pane fe-storage', 'aria-label': 'Storage found' },
    el('header', { class: 'fe-pane-head' }, el('h2', {}, 'Storage'), note),
    body,
  );
  const draw = whenChanged((storage: StorageState) => {
    body.replaceChildren(...drawStorage(storage, meters));
    note.textContent = summary(storage);
  });
  return {
    node,
    update({ storage, run }) {
      draw(storage);
      meters.update(run);
    },
  };
}
