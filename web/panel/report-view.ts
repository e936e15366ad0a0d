// A run's report, or its error.

import type { Report } from '../src/types.js';
import { button } from './button.js';
import { dataTable } from './data-table.js';
import { el, whenChanged, type Child, type View } from './dom.js';
import { errorView } from './error-view.js';
import { displayText, formatBytes, formatCount, formatDuration } from './format.js';
import { icon } from './icons.js';
import { notice } from './notice.js';
import type { Send } from './panel-action.js';
import type { RunState } from './panel-state.js';
import { statusChip } from './status-chip.js';
import { storeFacts } from './store-facts.js';

type Table = Report['tables'][number];
type Difference = Report['differences'][number];
type Failure = Report['failed'][number];
type SourceLine = Report['sources'][number];

function figure(title: string, value: string, tone = ''): HTMLElement {
  return el('div', { class: `fe-figure ${tone}` }, el('dt', {}, title), el('dd', {}, value));
}

function figures(report: Report): HTMLElement {
  const { totals } = report;
  const alarm = (count: number): string => (count > 0 ? 'fe-figure-bad' : '');
  return el(
    'dl', { class: 'fe-figures' },
    figure('Records', formatCount(totals.records)),
    figure('Failed', formatCount(totals.failed), alarm(totals.failed)),
    figure('Differences', formatCount(totals.differences), alarm(totals.differences)),
    figure('Size', formatBytes(totals.bytes)),
    figure('Time', formatDuration(report.busyMs)),
    figure('Records/s', formatCount(Math.round(totals.recordsPerSecond))),
  );
}

function hashCell(table: Table): Child {
  if (table.hash === undefined) return '–';
  const agrees = table.hash === table.expectedHash;
  const title = agrees ? table.hash : `${table.hash}, expected ${table.expectedHash}`;
  return el(
    'span', { class: agrees ? 'fe-hash fe-good' : 'fe-hash fe-bad', title },
    icon(agrees ? 'check' : 'cross'), el('code', {}, table.hash.slice(0, 10)),
    el('span', { class: 'fe-hidden' }, agrees ? ' as expected' : ' differs'),
  );
}

function tables(report: Report): HTMLElement {
  const verified = report.kind === 'verification';
  const counted = (title: string, pick: (table: Table) => number | undefined) =>
    ({ title, kind: 'number' as const, cell: (table: Table) => formatCount(pick(table) ?? 0) });
  return dataTable('Tables', [
    { title: 'Table', kind: 'code', wide: true, cell: (table) => displayText(table.name) },
    counted('Rows', (table) => table.rows),
    counted('Expected', (table) => table.expectedRows),
    ...(verified
      ? [counted('Missing', (t) => t.missing), counted('Different', (t) => t.different), counted('Extra', (t) => t.extra)]
      : []),
    { title: 'Content hash', cell: hashCell },
  ], report.tables);
}

function sources(report: Report): HTMLElement {
  return dataTable<SourceLine>('Sources', [
    {
      title: 'Source', kind: 'code', wide: true,
      cell: (source) => el('span', {}, displayText(source.label), ' ', statusChip(source.status) ?? ''),
    },
    { title: 'Records', kind: 'number', cell: (source) => formatCount(source.records) },
    { title: 'Expected', kind: 'number', cell: (source) => formatCount(source.expected) },
    { title: 'Failed', kind: 'number', cell: (source) => formatCount(source.failed) },
    { title: 'Size', kind: 'number', cell: (source) => formatBytes(source.bytes) },
  ], report.sources);
}

function failures(report: Report): Child {
  if (report.failed.length === 0) return undefined;
  return dataTable<Failure>(`Failed records, first ${report.failed.length} of ${formatCount(report.totals.failed)}`, [
    { title: 'Table', kind: 'code', cell: (failure) => displayText(failure.table) },
    { title: 'Key', kind: 'code', cell: (failure) => displayText(failure.key, 60) },
    { title: 'Path', kind: 'code', cell: (failure) => displayText(failure.path || '/', 60) },
    { title: 'Why', wide: true, cell: (failure) => el('span', { title: failure.code }, displayText(failure.message, 300)) },
  ], report.failed);
}

function differences(report: Report): Child {
  if (report.differences.length === 0) return undefined;
  return dataTable<Difference>(`Differences, first ${report.differences.length} of ${formatCount(report.totals.differences)}`, [
    { title: 'Table', kind: 'code', cell: (difference) => displayText(difference.table) },
    { title: 'Kind', cell: (difference) => difference.kind },
    { title: 'Key', kind: 'code', wide: true, cell: (difference) => displayText(difference.key, 80) },
    { title: 'Columns', kind: 'code', cell: (difference) => displayText(difference.columns.join(', '), 120) || '–' },
  ], report.differences);
}

function warnings(report: Report): Child {
  if (report.warnings.length === 0) return undefined;
  const items = report.warnings.map((text) => el('li', {}, icon('warning'), el('span', {}, displayText(text, 500))));
  return el('ul', { class: 'fe-warnings', 'aria-label': 'Warnings' }, ...items);
}

function drawReport(report: Report, send: Send): HTMLElement[] {
  const copy = button({ text: 'Copy as JSON', icon: 'copy' }, () =>
    send({ type: 'copy', text: JSON.stringify(report, null, 2) }));
  const name = el('span', { class: 'fe-report-name' }, 'Plan ', el('code', {}, displayText(report.plan.name, 60)));
  const resumed = report.attempts > 1 ? el('span', { class: 'fe-chip' }, `${report.attempts} attempts`) : undefined;
  const parts: Child[] = [
    el('div', { class: 'fe-bar' }, name, resumed, el('span', { class: 'fe-space' }), copy),
    figures(report), warnings(report), tables(report), failures(report), differences(report), sources(report),
    storeFacts(report),
  ];
  return parts.filter((part) => part instanceof HTMLElement);
}

function draw(run: RunState, send: Send): HTMLElement[] {
  if (run.kind === 'done') return drawReport(run.report, send);
  if (run.kind === 'failed') return [errorView(run.error)];
  if (run.kind === 'running') return [notice('info', 'Under way', 'The report appears here when the run has ended.')];
  return [notice('info', 'No report yet', 'A dry run, a migration or a verification leaves its report here.')];
}

export function reportView(send: Send): View<RunState> {
  const node = el('div', { class: 'fe-tab-body fe-report' });
  // While a run is under way its progress changes ten times a second; the
  // page below says the same all the while.
  const redraw = whenChanged((_shown: unknown, run: () => RunState) => node.replaceChildren(...draw(run(), send)));
  let latest: RunState = { kind: 'idle' };
  const read = (): RunState => latest;
  return {
    node,
    update(run) {
      latest = run;
      redraw(run.kind === 'running' ? 'running' : run, read);
    },
  };
}
