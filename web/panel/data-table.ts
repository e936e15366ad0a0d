// A plain table: a caption, columns that know how to show a row.

import { el, type Child } from './dom.js';

export interface Column<R> {
  title: string;
  cell(row: R): Child;
  kind?: 'number' | 'code' | 'text';
  /** The column that takes the space left over. */
  wide?: boolean;
}

export function dataTable<R>(caption: string, columns: Column<R>[], rows: readonly R[], className = ''): HTMLElement {
  const cellClass = (column: Column<R>): string => `fe-cell-${column.kind ?? 'text'}${column.wide ? ' fe-cell-wide' : ''}`;
  const head = el('tr', {}, ...columns.map((column) => el('th', { scope: 'col', class: cellClass(column) }, column.title)));
  const body = rows.map((row) =>
    el('tr', {}, ...columns.map((column) => el('td', { class: cellClass(column) }, column.cell(row)))));
  return el(
    'div', { class: 'fe-table-frame', tabindex: 0, role: 'region', 'aria-label': caption },
    el('table', { class: `fe-table ${className}` }, el('caption', {}, caption), el('thead', {}, head), el('tbody', {}, ...body)),
  );
}
