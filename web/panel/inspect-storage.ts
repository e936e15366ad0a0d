// Looks into the storage of the page it runs in. It never creates, upgrades
// or holds a database, and no answer takes longer than its time limit.

import { draftPlan, type SurveyedStore } from './draft-plan.js';
import { FieldSurvey } from './field-survey.js';
import {
  entryLimit, type DatabaseFound, type EntryFound, type Inspection, type LocalStorageFound, type StoreFound,
} from './inspection.js';
import { labelDatabase, labelEntry, labelStore } from './library-labels.js';
import { openExisting, OpenFailure } from './open-existing.js';
import { sampleStore } from './sample-store.js';
import { IMAGE_DATABASE } from '../src/marker.js';
import type { Plan } from '../src/types.js';

export interface InspectedPage {
  inspection: Inspection;
  draft: Plan | undefined;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function readLocalStorage(): LocalStorageFound {
  try {
    const storage = globalThis.localStorage;
    const all: EntryFound[] = [];
    for (let i = 0; i < storage.length; i++) {
      const key = storage.key(i);
      if (key === null) continue;
      const value = storage.getItem(key) ?? '';
      all.push({ key, bytes: 2 * (key.length + value.length), label: labelEntry(key, value) });
    }
    all.sort((a, b) => (a.key < b.key ? -1 : 1));
    const bytes = all.reduce((sum, entry) => sum + entry.bytes, 0);
    const status = all.length > 0 ? 'ready' : 'empty';
    return { status, entries: all.length, bytes, list: all.slice(0, entryLimit) };
  } catch (error) {
    return { status: 'unreadable', entries: 0, bytes: 0, list: [], message: messageOf(error) };
  }
}

function describe(store: IDBObjectStore): StoreFound {
  const indexes = Array.from(store.indexNames, (name) => {
    const { keyPath, unique, multiEntry } = store.index(name);
    return { name, keyPath, unique, multiEntry };
  });
  const { name, keyPath, autoIncrement } = store;
  return { name, status: 'empty', records: 0, keyPath, autoIncrement, indexes, label: labelStore(name) };
}

interface ReadDatabase {
  found: DatabaseFound;
  surveyed: SurveyedStore[];
}

async function readStore(connection: IDBDatabase, name: string): Promise<[StoreFound, FieldSurvey]> {
  const store = connection.transaction(name, 'readonly').objectStore(name);
  const found = describe(store);
  const survey = new FieldSurvey();
  try {
    found.records = await sampleStore(store, survey);
    found.status = found.records > 0 ? 'ready' : 'empty';
  } catch (error) {
    found.status = 'unreadable';
    found.message = messageOf(error);
  }
  return [found, survey];
}

async function readDatabase(name: string, version: number | undefined): Promise<ReadDatabase> {
  const found: DatabaseFound = { name, version, status: 'ready', stores: [], label: '' };
  const surveyed: SurveyedStore[] = [];
  let connection: IDBDatabase | undefined;
  try {
    connection = await openExisting(name);
    found.version = connection.version;
    for (const store of Array.from(connection.objectStoreNames)) {
      const [state, survey] = await readStore(connection, store);
      found.stores.push(state);
      surveyed.push({ database: name, name: store, keyPath: state.keyPath, survey });
    }
    if (found.stores.every((store) => store.status === 'empty')) found.status = 'empty';
  } catch (error) {
    found.status = error instanceof OpenFailure ? error.status : 'unreadable';
    found.message = messageOf(error);
  } finally {
    connection?.close();
  }
  found.label = labelDatabase({ name, version: found.version, stores: found.stores.map((s) => s.name) });
  return { found, surveyed };
}

async function listDatabases(): Promise<IDBDatabaseInfo[]> {
  const list = await indexedDB.databases();
  return list.filter((info) => info.name !== undefined).sort((a, b) => (a.name! < b.name! ? -1 : 1));
}

async function readIndexedDB(): Promise<{ part: Inspection['indexedDB']; surveyed: SurveyedStore[] }> {
  try {
    const read = await Promise.all((await listDatabases()).map((info) => readDatabase(info.name!, info.version)));
    // A database that was deleted while we looked is not there.
    const there = read.filter(({ found }) => found.status !== 'absent');
    const status = there.length > 0 ? 'ready' : 'absent';
    return {
      part: { status, databases: there.map(({ found }) => found) },
      surveyed: there.flatMap(({ surveyed }) => surveyed),
    };
  } catch (error) {
    return { part: { status: 'unreadable', databases: [], message: messageOf(error) }, surveyed: [] };
  }
}

interface DetailedEstimate extends StorageEstimate {
  usageDetails?: { indexedDB?: number };
}

async function estimate(): Promise<DetailedEstimate> {
  try {
    return await navigator.storage.estimate();
  } catch {
    return {};
  }
}

export async function inspectStorage(): Promise<InspectedPage> {
  const [{ part, surveyed }, usage] = await Promise.all([readIndexedDB(), estimate()]);
  const localStorage = readLocalStorage();
  return {
    inspection: {
      indexedDB: part,
      localStorage,
      usage: usage.usage,
      indexedDBUsage: usage.usageDetails?.indexedDB,
      quota: usage.quota,
    },
    draft: draftPlan({
      name: location.hostname || 'app',
      // Ferrite's own is no legacy storage.
      stores: surveyed.filter((store) => store.database !== IMAGE_DATABASE),
      localStorage: localStorage.status === 'ready',
    }),
  };
}
