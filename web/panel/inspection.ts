// What lies in a page's storage, as plain JSON.

import type { SourceStatus } from '../src/types.js';

export interface IndexFound {
  name: string;
  keyPath: string | string[];
  unique: boolean;
  multiEntry: boolean;
}

export interface StoreFound {
  name: string;
  status: SourceStatus;
  records: number;
  keyPath: string | string[] | null;
  autoIncrement: boolean;
  indexes: IndexFound[];
  message?: string;
}

export interface DatabaseFound {
  name: string;
  version: number | undefined;
  status: SourceStatus;
  stores: StoreFound[];
  message?: string;
}

export interface EntryFound {
  key: string;
  /** Two bytes for each UTF-16 unit of key and value, as the quota counts. */
  bytes: number;
}

export interface LocalStorageFound {
  status: SourceStatus;
  entries: number;
  bytes: number;
  /** In key order; at most `entryLimit` of them. */
  list: EntryFound[];
  message?: string;
}

export interface Inspection {
  indexedDB: { status: SourceStatus; databases: DatabaseFound[]; message?: string };
  localStorage: LocalStorageFound;
  /** Bytes of the whole origin, where the browser tells. */
  usage: number | undefined;
  indexedDBUsage: number | undefined;
  quota: number | undefined;
}

export const entryLimit = 2000;

export function countStores(inspection: Inspection): number {
  return inspection.indexedDB.databases.reduce((sum, database) => sum + database.stores.length, 0);
}

export function countRecords(inspection: Inspection): number {
  const stored = inspection.indexedDB.databases
    .flatMap((database) => database.stores)
    .reduce((sum, store) => sum + store.records, 0);
  return stored + inspection.localStorage.entries;
}

/** Nothing is there: every answer is "absent" or "empty", none "could not look". */
export function isNothing(inspection: Inspection): boolean {
  const quiet = (status: SourceStatus): boolean => status === 'absent' || status === 'empty';
  return (
    quiet(inspection.indexedDB.status) &&
    quiet(inspection.localStorage.status) &&
    inspection.indexedDB.databases.length === 0
  );
}
