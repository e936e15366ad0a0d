// localStorage: its keys with their sizes.

import { el } from './dom.js';
import { displayText, formatBytes, formatCount, plural } from './format.js';
import { icon } from './icons.js';
import type { EntryFound, LocalStorageFound } from './inspection.js';
import type { Labels } from './layout-labels.js';
import { labelChip, statusChip } from './status-chip.js';
import type { StoreMeters } from './store-meter.js';

const shownAtFirst = 12;

function entryRow(entry: EntryFound, labels: Labels): HTMLElement {
  return el(
    'li', { class: 'fe-row fe-entry' },
    el('span', { class: 'fe-row-name' }, el('code', {}, displayText(entry.key)), labelChip(labels.entry(entry.key))),
    el('span', { class: 'fe-number' }, formatBytes(entry.bytes)),
  );
}

function moreButton(found: LocalStorageFound, list: HTMLElement, labels: Labels): HTMLElement {
  const rest = found.list.slice(shownAtFirst);
  const more = el('button', { type: 'button', class: 'fe-more' }, `Show ${plural(rest.length, 'more key')}`);
  more.addEventListener('click', () => {
    list.append(...rest.map((entry) => entryRow(entry, labels)));
    const untold = found.entries - found.list.length;
    more.replaceWith(untold > 0 ? el('p', { class: 'fe-source-message' }, `and ${formatCount(untold)} more`) : '');
  });
  return more;
}

export function localStorageSection(found: LocalStorageFound, labels: Labels, meters: StoreMeters): HTMLElement {
  const list = el('ul', { class: 'fe-rows' }, ...found.list.slice(0, shownAtFirst).map((entry) => entryRow(entry, labels)));
  const head = el(
    'h3', {},
    icon('drawer'),
    el('span', { class: 'fe-source-name' }, 'localStorage'),
    statusChip(found.status, found.message),
    el('span', { class: 'fe-quiet' }, found.entries > 0 ? formatBytes(found.bytes) : ''),
    el('span', { class: 'fe-number', title: 'Entries' }, formatCount(found.entries)),
  );
  meters.add('localStorage', head, found.entries);
  return el(
    'section', { class: 'fe-source' }, head,
    found.message ? el('p', { class: 'fe-source-message' }, displayText(found.message, 300)) : undefined,
    list,
    found.list.length > shownAtFirst ? moreButton(found, list, labels) : undefined,
  );
}
