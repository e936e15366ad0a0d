// Which sources a plan reads, known without the core. Lenient: what is wrong
// with a plan is said by the core, with the path, before anything is written.
import { FerriteError } from '../error.js';
import type { Plan, PlanKeys, PlanSource, PlanTable, Source } from '../types.js';
import { keyPathOf } from './key-path.js';
import type { StorageName } from './storage-snapshot.js';

const STORAGES: readonly StorageName[] = ['localStorage', 'sessionStorage'];

const KEY_NAMES = ['key', 'prefix', 'pattern'] as const;

type Loose = Partial<Record<'indexedDB' | 'store' | StorageName, unknown>>;

/** The source as the core spells it; undefined for one that is not spelled right. */
function sourceOf(from: Loose | undefined): Source | undefined {
  if (typeof from?.indexedDB === 'string' && typeof from.store === 'string') {
    return { indexedDB: from.indexedDB, store: from.store };
  }
  const storage = STORAGES.find((name) => from?.[name]);
  return storage && { [storage]: true } as Source;
}

/** The storage that a source is all of; undefined for an object store. */
export function storageOf(source: Source): StorageName | undefined {
  return STORAGES.find((name) => name in source);
}

export function sourceId(source: Source): string {
  return JSON.stringify('store' in source ? [source.indexedDB, source.store] : [storageOf(source)]);
}

export function sourceLabel(source: Source): string {
  return 'store' in source ? `indexedDB ${source.indexedDB}/${source.store}` : storageOf(source)!;
}

function tableSources(plan: Plan): PlanSource[] {
  if (!Array.isArray(plan?.tables)) {
    throw new FerriteError({ code: 'plan_invalid', message: 'The plan has no list of tables.', path: '/tables' });
  }
  return plan.tables.flatMap((table) => table?.from ?? []);
}

function excludedSources(plan: Plan): PlanSource[] {
  return Array.isArray(plan.excluded) ? plan.excluded.flatMap((exclusion) => exclusion?.from ?? []) : [];
}

/** Each physical source once, in the order in which the plans name them. */
export function planSources(...plans: readonly Plan[]): Source[] {
  const sources = new Map<string, Source>();
  for (const from of plans.flatMap((plan) => [...tableSources(plan), ...excludedSources(plan)])) {
    const source = sourceOf(from);
    if (source && !sources.has(sourceId(source))) sources.set(sourceId(source), source);
  }
  return [...sources.values()];
}

function isReferring({ columns, foreignKeys }: PlanTable): boolean {
  return Boolean(foreignKeys?.length) ||
    Object.values(columns ?? {}).some((column) => typeof column === 'object' && column?.references !== undefined);
}

/**
 * Which of its plan's sources a migration probably reads first: the core reads what others refer to before them. A guess that
 * is wrong costs what was read meanwhile, no more.
 */
export function firstSource(plan: Plan): Source | undefined {
  const tables = Array.isArray(plan?.tables) ? plan.tables : [];
  const first = tables.find((table) => table && !isReferring(table)) ?? tables[0];
  return sourceOf([first?.from ?? []].flat()[0] as Loose | undefined);
}

/** By sourceId, the key paths of the fields that say when a record was changed last. */
export function changeTimes(...plans: readonly Plan[]): Record<string, string> {
  const times: Record<string, string> = {};
  for (const { from, at } of plans.flatMap(({ changed }) => (Array.isArray(changed) ? changed : []))) {
    const source = sourceOf(from);
    const path = keyPathOf(at);
    if (source && path !== undefined) times[sourceId(source)] ??= path;
  }
  return times;
}

// As the core compares: * is any text, ? one code point, nothing else is special.
function fitsPattern(key: string, pattern: string): boolean {
  const text = [...key];
  const signs = [...pattern];
  let at = 0;
  let star = -1;    // the last * that was met
  let resumed = 0;  // where the text behind it begins
  for (let i = 0; i < text.length;) {
    if (signs[at] === '*') {
      star = at++;
      resumed = i;
    } else if (signs[at] === '?' || signs[at] === text[i]) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resumed;
    } else {
      return false;
    }
  }
  return signs.slice(at).every((sign) => sign === '*');
}

function fits(match: true | Partial<Record<'key' | 'prefix' | 'pattern', string>>, key: string): boolean {
  if (match === true) return true;
  if (typeof match.key === 'string') return key === match.key;
  if (typeof match.prefix === 'string') return key.startsWith(match.prefix);
  if (typeof match.pattern !== 'string') return false;
  return fitsPattern(key, match.pattern);
}

const naming = (storage: StorageName, key: string) => (from: PlanSource): boolean => {
  const match = (from as Partial<Record<StorageName, true | PlanKeys>> | undefined)?.[storage];
  return match !== undefined && (match === true || typeof match === 'object') && fits(match, key);
};

/** The parts of a source that tables take, and those that the plan excludes, as it names them. */
export function partsOf(plan: Plan, source: Source): { taken: PlanSource[]; excluded: PlanSource[] } {
  const id = sourceId(source);
  const isOf = (from: PlanSource): boolean => {
    const named = sourceOf(from);
    return named !== undefined && sourceId(named) === id;
  };
  return { taken: tableSources(plan).filter(isOf), excluded: excludedSources(plan).filter(isOf) };
}

/** What keys of its source `from` means; true: all. */
function keysOf(from: PlanSource): true | Partial<Record<typeof KEY_NAMES[number], string>> {
  const loose: Loose = from;
  const storage = STORAGES.find((name) => loose[name]);
  const match = (storage ? loose[storage] : loose) as true | PlanKeys;
  return match === true || !KEY_NAMES.some((name) => name in match) ? true : match;
}

export const isAllOf = (from: PlanSource): boolean => keysOf(from) === true;

/** Whether `from` means a key of its source. As the core: what names keys means texts. */
export function hasKey(from: PlanSource, key: IDBValidKey): boolean {
  const match = keysOf(from);
  return match === true || (typeof key === 'string' && fits(match, key));
}

/** Whether the plan has a table for a key of a storage. */
export function claimsKey(plan: Plan, storage: StorageName, key: string): boolean {
  const names = naming(storage, key);
  return tableSources(plan).some(names) && !excludedSources(plan).some(names);
}

/** Whether one of a storage's keys is what `from` names and the plan does not exclude. */
export function findsKey(plan: Plan, from: PlanSource, storage: StorageName, keys: readonly string[]): boolean {
  return keys.some((key) => {
    const names = naming(storage, key);
    return names(from) && !excludedSources(plan).some(names);
  });
}
