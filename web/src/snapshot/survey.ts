// What a snapshot is of: the origin's databases and localStorage, one by one.
import { FerriteError } from '../error.js';
import { databaseNames } from '../sources/legacy-database.js';
import { counted, nothing } from '../sources/look.js';
import type { StorageSnapshot } from '../sources/storage-snapshot.js';
import type { SourceState } from '../types.js';
import { describeDatabase } from './describe.js';
import { isOwnDatabase } from './own-databases.js';
import type { Structure } from './structure.js';

export interface Survey {
  structure: Structure[];
  /** By bundle_source.id; the last one is what the encoding cannot hold. */
  states: SourceState[];
}

/** Names of the origin's databases but Ferrite's own, in code unit order. */
export async function sourceDatabases(ms: number): Promise<string[]> {
  const names = await databaseNames(ms);
  if (!names) {
    throw new FerriteError({
      code: 'source_unreadable',
      message: 'The browser does not say which IndexedDB databases there are.',
      hint: 'Name them in databases.',
    });
  }
  return [...names].filter((name) => name !== undefined).filter((name) => !isOwnDatabase(name)).sort();
}

function storageState(items: StorageSnapshot): SourceState {
  const { keys, error } = items;
  return { source: { localStorage: true }, ...(error === undefined ? counted(keys.length) : nothing('unreadable', error)) };
}

/** `wanted`: names of databases, absent for all; `items`: localStorage, where it is wanted. */
export async function surveyOrigin(
  id: string, wanted: readonly string[] | undefined, items: StorageSnapshot | undefined, ms: number,
): Promise<Survey> {
  const names = wanted ? [...new Set(wanted)] : await sourceDatabases(ms);
  const own = names.find(isOwnDatabase);
  if (own !== undefined) {
    throw new FerriteError({ code: 'invalid_argument', message: `The database "${own}" is Ferrite's own.` });
  }
  const states: SourceState[] = [];
  const structure: Structure[] = [];
  // One after the other: a probe of a key generator holds up who writes.
  for (const name of names) {
    const described = await describeDatabase(name, ms);
    if ('stores' in described.structure) {
      described.structure.stores.forEach((store, i) => { store.source = states.length + i; });
    }
    states.push(...described.states);
    structure.push(described.structure);
  }
  if (items) {
    structure.push({ localStorage: true, source: states.length });
    states.push(storageState(items));
  }
  const kept: SourceState = { source: { indexedDB: 'ferrite-kept', store: 'objects' }, status: 'ready', records: 0, info: { keyPath: null } };
  return {
    structure: [{ snapshot: 1, id, kept: states.length, all: wanted === undefined }, ...structure],
    states: [...states, kept],
  };
}

/** How a database is built, whatever else is in the snapshot. */
export function withoutSources<T extends Structure>(row: T): T {
  return 'stores' in row ? { ...row, stores: row.stores.map((store) => ({ ...store, source: -1 })) } : row;
}

/** What differs in how it is built, in records or in the key to come. */
export function changesBetween(before: Survey, after: Survey): string[] {
  const named = ({ structure, states }: Survey): Map<string, string> => new Map(structure.flatMap((row) => {
    if (!('database' in row)) return [];
    const records = 'stores' in row ? row.stores.map(({ source }) => states[source]!.records) : [];
    return [[row.database, JSON.stringify([withoutSources(row), records])]];
  }));
  const was = named(before);
  const is = named(after);
  return [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
}
