// Looks at how databases are built: for a snapshot, and for what a restore made.
import { FerriteError } from '../error.js';
import { openLegacyDatabase } from '../sources/legacy-database.js';
import { counted, lookAtStore } from '../sources/look.js';
import type { SourceState } from '../types.js';
import { probeKeyGenerator } from './key-generator.js';
import type { AbsentDatabase, DatabaseStructure, IndexStructure, StoreStructure } from './structure.js';

export interface Described {
  structure: DatabaseStructure | AbsentDatabase;
  /** Of its stores, in the structure's order. */
  states: SourceState[];
}

interface StoreInfo { keyPath: string | string[] | null; autoIncrement: boolean; indexes: IndexStructure[] }

function unusable(status: 'blocked' | 'unreadable', message: string): FerriteError {
  return new FerriteError({
    code: `source_${status}`,
    message,
    hint: status === 'blocked' ? 'Close the app\'s other tabs and try again.' : 'A snapshot without it would not be one.',
  });
}

async function describeStore(database: IDBDatabase, name: string, ms: number): Promise<[StoreStructure, SourceState]> {
  const look = await lookAtStore(database, name, ms);
  if (look.status === 'blocked' || look.status === 'unreadable') throw unusable(look.status, look.message!);
  const { keyPath, autoIncrement, indexes } = look.info as unknown as StoreInfo;
  const store: StoreStructure = { name, keyPath, autoIncrement, indexes, source: -1 };
  if (autoIncrement) {
    try {
      store.keyGenerator = await probeKeyGenerator(database, name, ms);
    } catch (cause) {
      const message = `The key generator of indexedDB ${database.name}/${name} cannot be read: ${String(cause)}`;
      throw unusable((cause as Error | null)?.name === 'TimeoutError' ? 'blocked' : 'unreadable', message);
    }
  }
  return [store, { source: { indexedDB: database.name, store: name }, ...counted(look.records, look.info) }];
}

/** `ms` bounds each wait. Rejects with a FerriteError when something cannot be looked at. */
export async function describeDatabase(name: string, ms: number): Promise<Described> {
  const opened = await openLegacyDatabase(name, ms);
  if (opened.status === 'absent') return { structure: { database: name, absent: true }, states: [] };
  if (opened.status !== 'ready') throw unusable(opened.status, opened.message);
  const { database } = opened;
  try {
    const stores: StoreStructure[] = [];
    const states: SourceState[] = [];
    for (const store of database.objectStoreNames) {
      const [structure, state] = await describeStore(database, store, ms);
      stores.push(structure);
      states.push(state);
    }
    return { structure: { database: name, version: database.version, stores }, states };
  } finally {
    database.close();
  }
}
