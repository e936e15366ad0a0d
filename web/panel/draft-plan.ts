// A first plan for storage nobody described: one table for each store. What
// the sample does not settle stays in the table's lossless column.

import type { ColumnType, Plan, PlanTable } from '../src/types.js';
import type { Field, FieldSurvey } from './field-survey.js';

export interface SurveyedStore {
  database: string;
  name: string;
  keyPath: string | string[] | null;
  survey: FieldSurvey;
}

export interface SurveyedPage {
  /** The plan's name. */
  name: string;
  stores: SurveyedStore[];
  localStorage: boolean;
}

const maxColumns = 100;
/** A field in fewer of the sampled records is left in the lossless column. */
const leastShare = 0.1;
const maxNameBytes = 128;

const encoder = new TextEncoder();
// SQLite folds ASCII letters only.
const fold = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Names that keep the plan's rules: no NUL, short, not reserved, unique. */
class Names {
  #taken: Set<string>;

  constructor(...reserved: string[]) {
    this.#taken = new Set(reserved);
  }

  take(...wishes: string[]): string {
    const usable = wishes.map(usableName);
    for (const name of usable) if (this.#add(name)) return name;
    const base = usable.at(-1) ?? 'unnamed';
    for (let number = 2; ; number++) {
      const name = `${shorten(base, maxNameBytes - 8)}_${number}`;
      if (this.#add(name)) return name;
    }
  }

  #add(name: string): boolean {
    const folded = fold(name);
    if (this.#taken.has(folded)) return false;
    this.#taken.add(folded);
    return true;
  }
}

function shorten(name: string, bytes: number): string {
  let short = name;
  while (encoder.encode(short).length > bytes) short = [...short].slice(0, -1).join('');
  return short;
}

function usableName(wish: string): string {
  const text = wish.toWellFormed().replaceAll('\0', '_');
  const free = /^(?:ferrite_|sqlite_)/i.test(text) ? `app_${text}` : text;
  return shorten(free === '' ? 'unnamed' : [...free].slice(0, maxNameBytes).join(''), maxNameBytes);
}

const pointer = (field: string): string => `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;

type Columns = NonNullable<PlanTable['columns']>;

const isColumn = (field: Field, records: number): field is Field & { type: ColumnType } =>
  field.type !== 'mixed' && field.type !== 'nothing' && field.seen >= records * leastShare &&
  // A lone surrogate has no place in the plan's UTF-8.
  field.name.isWellFormed();

/** A keyPath that names one top-level field. */
function keyField(keyPath: SurveyedStore['keyPath']): string | undefined {
  return typeof keyPath === 'string' && keyPath !== '' && !keyPath.includes('.') ? keyPath : undefined;
}

const keyTypes: ReadonlySet<string> = new Set(['text', 'integer', 'real', 'datetime']);

function tableOf(store: SurveyedStore, names: Names): PlanTable {
  const key = keyField(store.keyPath);
  const fields = store.survey.fields().filter((field) => isColumn(field, store.survey.records));
  // The key comes first, so that the limit cannot cut it off.
  const ordered = [...fields.filter((f) => f.name === key), ...fields.filter((f) => f.name !== key)];
  const columnNames = new Names('_key', '_unmapped');
  const columns: [string, Columns[string]][] = [];
  let primaryKey: string[] | undefined;
  for (const field of ordered.slice(0, maxColumns)) {
    const name = columnNames.take(field.name);
    const type = field.type as ColumnType;
    columns.push([name, name === field.name ? type : { path: pointer(field.name), type }]);
    if (field.name === key && keyTypes.has(type)) primaryKey = [name];
  }
  return {
    name: names.take(store.name, `${store.database}_${store.name}`),
    from: { indexedDB: store.database, store: store.name },
    // fromEntries: a field may be called "__proto__".
    ...(columns.length > 0 ? { columns: Object.fromEntries(columns) } : {}),
    ...(primaryKey ? { primaryKey } : {}),
  };
}

function localStorageTable(names: Names): PlanTable {
  return {
    name: names.take('local_storage'),
    from: { localStorage: true },
    columns: { key: { path: '$key', type: 'text' }, value: { path: '', type: 'text' } },
    primaryKey: ['key'],
  };
}

/** Undefined when there is nothing to move. */
export function draftPlan(page: SurveyedPage): Plan | undefined {
  const names = new Names();
  const tables = page.stores.map((store) => tableOf(store, names));
  if (page.localStorage) tables.push(localStorageTable(names));
  if (tables.length === 0) return undefined;
  return { ferrite: 1, name: shorten(usableName(page.name), 100), tables };
}
