// One IndexedDB database and its stores.

import { el } from './dom.js';
import { displayKeyPath, displayText, formatCount, plural } from './format.js';
import { icon } from './icons.js';
import type { DatabaseFound, IndexFound, StoreFound } from './inspection.js';
import type { Labels } from './layout-labels.js';
import { labelChip, statusChip } from './status-chip.js';
import type { StoreMeters } from './store-meter.js';

function indexLine(index: IndexFound): HTMLElement {
  const traits = [index.unique ? 'unique' : '', index.multiEntry ? 'multi-entry' : ''].filter(Boolean).join(', ');
  return el(
    'li', {},
    el('code', {}, displayText(index.name, 60)),
    el('span', { class: 'fe-quiet' }, displayKeyPath(index.keyPath)),
    traits ? el('span', { class: 'fe-quiet' }, traits) : undefined,
  );
}

function indexDetail(store: StoreFound): HTMLElement {
  const detail = el('ul', { class: 'fe-indexes', hidden: true });
  detail.append(...store.indexes.map(indexLine));
  return detail;
}

function indexToggle(store: StoreFound, detail: HTMLElement): HTMLElement {
  const toggle = el(
    'button', { type: 'button', class: 'fe-toggle', 'aria-expanded': 'false', 'aria-label': `Indexes of ${displayText(store.name, 60)}` },
    plural(store.indexes.length, 'index', 'indexes'), icon('chevron'),
  );
  toggle.addEventListener('click', () => {
    detail.hidden = !detail.hidden;
    toggle.setAttribute('aria-expanded', String(!detail.hidden));
  });
  return toggle;
}

function storeRow(database: DatabaseFound, store: StoreFound, labels: Labels, meters: StoreMeters): HTMLElement {
  const detail = indexDetail(store);
  const key = displayKeyPath(store.keyPath) + (store.autoIncrement ? ' ++' : '');
  const row = el(
    'li', { class: 'fe-row' },
    el('span', { class: 'fe-row-name' }, el('code', {}, displayText(store.name)), labelChip(labels.store(database.name, store.name)), statusChip(store.status, store.message)),
    el('span', { class: 'fe-row-key', title: store.keyPath === null ? 'Keys lie outside the records' : 'Key path' }, key),
    store.indexes.length > 0 ? indexToggle(store, detail) : el('span', { class: 'fe-quiet' }, ''),
    el('span', { class: 'fe-number' }, formatCount(store.records)),
    detail,
  );
  meters.add(`indexedDB ${database.name}/${store.name}`, row, store.records);
  return row;
}

export function databaseSection(database: DatabaseFound, labels: Labels, meters: StoreMeters): HTMLElement {
  const records = database.stores.reduce((sum, store) => sum + store.records, 0);
  const version = database.version === undefined ? '' : `v${database.version}`;
  return el(
    'section', { class: 'fe-source' },
    el(
      'h3', {},
      icon('database'),
      el('span', { class: 'fe-source-name' }, displayText(database.name)),
      labelChip(labels.database(database.name)),
      statusChip(database.status, database.message),
      el('span', { class: 'fe-quiet' }, version),
      el('span', { class: 'fe-number', title: 'Records' }, formatCount(records)),
    ),
    database.message ? el('p', { class: 'fe-source-message' }, displayText(database.message, 300)) : undefined,
    el('ul', { class: 'fe-rows' }, ...database.stores.map((store) => storeRow(database, store, labels, meters))),
  );
}
