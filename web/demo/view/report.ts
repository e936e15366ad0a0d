import type { Check, Report } from '/ferrite/index.js';
import { element, whole } from './element.js';

const GOOD = new Set(['verified', 'completed']);

function table(headings: string[], rows: (Node | string)[][]): HTMLElement {
  const cells = (name: 'td' | 'th', values: (Node | string)[]): HTMLElement[] => values.map((value, i) =>
    element(name, { className: i === 1 ? 'number' : '' }, value));
  return element('div', { className: 'panel' }, element('table', {},
    element('thead', {}, element('tr', {}, ...cells('th', headings))),
    element('tbody', {}, ...rows.map((row) => element('tr', {}, ...cells('td', row))))));
}

function fact(name: string, value: string): HTMLElement {
  return element('div', {}, element('dd', {}, value), element('dt', {}, name));
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function verdict(good: boolean, title: string, text: string): HTMLElement {
  return element('div', { className: good ? 'panel verdict' : 'panel verdict warn' },
    element('span', { className: 'sign', ariaHidden: 'true' }, good ? '✓' : '!'),
    element('div', {}, element('h2', {}, title), element('p', {}, text)));
}

/** What was found before anything was moved. */
export function sourcesView(check: Check): Node[] {
  if (check.sources.length === 0) return [];
  return [
    element('h2', {}, 'What is stored here'),
    table(['Source', 'Records', 'State'], check.sources.map(({ source, records, status, message }) => [
      'store' in source ? `${source.indexedDB} / ${source.store}` : 'localStorage',
      whole.format(records),
      element('span', { className: status === 'ready' ? 'pill' : 'pill open', title: message ?? '' }, status),
    ])),
  ];
}

export function reportView(report: Report): Node[] {
  const { totals, store } = report;
  const good = GOOD.has(report.status) && totals.failed === 0;
  const title = report.dryRun ? 'Dry run: this is what would happen'
    : good ? 'Everything arrived' : 'Moved, with something to look at';
  return [
    verdict(good, title, `${report.status.replaceAll('_', ' ')} · every row read back and compared by content hash`),
    element('dl', { className: 'facts' },
      fact('records', whole.format(totals.records)),
      fact('failed', whole.format(totals.failed)),
      fact('time', `${(report.busyMs / 1000).toFixed(2)} s`),
      fact(`SQLite ${store.sqlite}, ${store.kind}`, megabytes(store.bytes))),
    ...report.warnings.map((text) => element('p', { className: 'remark' }, text)),
    element('h2', {}, 'Tables'),
    table(['Table', 'Rows', 'Content hash'], report.tables.map(({ name, rows, hash }) =>
      [name, whole.format(rows ?? 0), element('code', {}, hash ?? '')])),
    ...failures(report),
  ];
}

function failures({ failed, totals }: Report): Node[] {
  if (failed.length === 0) return [];
  return [
    element('h2', {}, `Records kept in the ledger (${whole.format(totals.failed)})`),
    table(['Record', 'Reason', 'Message'], failed.map(({ table: name, key, code, message }) =>
      [`${name} ${key}`, code, message])),
  ];
}

export function errorView(error: unknown): Node[] {
  const { message, hint } = error as { message?: string; hint?: string };
  return [verdict(false, message ?? String(error), hint || 'Nothing was changed in the old storage.')];
}
