// Looks at everything that the origin's storage holds, without touching it: the
// sources for inference, and the facts by which libraries are recognised.
import { FerriteError } from '../error.js';
import { isOwnDatabase } from '../snapshot/own-databases.js';
import type { PlanNote, SourceState } from '../types.js';
import { databaseNames, openLegacyDatabase, within } from './legacy-database.js';
import { counted, lookAtStore, nothing } from './look.js';
import type { StorageName, StorageSnapshot, StorageSnapshots } from './storage-snapshot.js';

/** As core/include/ferrite/layout.h says. */
export interface LayoutFacts {
  databases: DatabaseFacts[];
  localStorage: EntryFacts[];
  sessionStorage: EntryFacts[];
}

interface DatabaseFacts {
  name: string;
  version: number;
  stores: { name: string; records: number; keys: string[] }[];
}

interface EntryFacts { key: string; value: string }

export interface Survey {
  states: SourceState[];
  facts: LayoutFacts;
  /** What could not be looked at as a source, and why. */
  notes: PlanNote[];
}

interface Part {
  states: SourceState[];
  facts?: DatabaseFacts;
  notes: PlanNote[];
}

const MOST_KEYS = 100;
const MOST_CHARACTERS = 256;
const LONE_SURROGATES = /\p{Surrogate}/gu;

const isUnicode = (text: unknown): boolean => typeof text !== 'string' || text.search(LONE_SURROGATES) < 0;
const unicode = (text: string): string => text.replace(LONE_SURROGATES, '\ufffd');
const leftOut = (what: string, why: string): PlanNote => ({ path: '', text: unicode(`${what} is left out: ${why}`) });

const UNNAMEABLE = 'a name or key path there is no Unicode text, and no plan can hold it.';

/** The first of the store's keys that are strings; none when it does not answer. */
function stringKeys(database: IDBDatabase, store: string, ms: number): Promise<string[]> {
  const read = new Promise<string[]>((resolve) => {
    try {
      const request = database.transaction(store).objectStore(store).getAllKeys(IDBKeyRange.lowerBound(''), MOST_KEYS);
      request.onsuccess = () => resolve(request.result.filter((key) => typeof key === 'string').filter(isUnicode));
      request.onerror = () => resolve([]);
    } catch {
      resolve([]);
    }
  });
  return within(ms, read, () => []);
}

async function surveyStore(database: IDBDatabase, store: string, ms: number): Promise<Part> {
  const [answer, keys] = await Promise.all([lookAtStore(database, store, ms), stringKeys(database, store, ms)]);
  const { keyPath, indexes = [] } = answer.info as { keyPath?: string | string[]; indexes?: IDBIndexParameters[] };
  const names = [store, keyPath, ...(indexes as { name: string; keyPath: string | string[] }[]).flatMap((i) => [i.name, i.keyPath])];
  if (!names.flat().every(isUnicode)) {
    return { states: [], notes: [leftOut(`indexedDB ${database.name}/${store}`, UNNAMEABLE)] };
  }
  return {
    states: [{ source: { indexedDB: database.name, store }, ...answer }],
    facts: { name: database.name, version: database.version, stores: [{ name: store, records: answer.records, ...answer.info, keys }] },
    notes: [],
  };
}

async function surveyDatabase(name: string, ms: number): Promise<Part> {
  if (!isUnicode(name)) return { states: [], notes: [leftOut(`indexedDB ${name}`, UNNAMEABLE)] };
  const opened = await openLegacyDatabase(name, ms);
  if (opened.status !== 'ready') {
    return { states: [], notes: [leftOut(`indexedDB ${name}`, `it is ${opened.status}. ${opened.message}`)] };
  }
  const { database } = opened;
  const parts = await Promise.all([...database.objectStoreNames].map((store) => surveyStore(database, store, ms)));
  const { version } = database;
  database.close();
  return {
    states: parts.flatMap(({ states }) => states),
    facts: { name, version, stores: parts.flatMap(({ facts }) => facts?.stores ?? []) },
    notes: parts.flatMap(({ notes }) => notes),
  };
}

/** Those to look at, and notes on those that were asked for and are not there. */
async function listDatabases(wanted: readonly string[] | undefined, ms: number): Promise<[string[], PlanNote[]]> {
  const found = await databaseNames(ms);
  if (!found && !wanted) {
    throw new FerriteError({
      code: 'source_unreadable',
      message: 'The browser does not say which IndexedDB databases there are.',
      hint: 'Name them in databases.',
    });
  }
  const names = [...(wanted ?? found!)].filter((name) => name !== undefined).filter((name) => !isOwnDatabase(name));
  const absent = names.filter((name) => found && !found.has(name));
  return [
    [...new Set(names)].filter((name) => !absent.includes(name)).sort(),
    absent.map((name) => leftOut(`indexedDB ${name}`, 'it is absent.')),
  ];
}

function storageState(storage: StorageName, { keys, error }: StorageSnapshot): SourceState {
  const source = { [storage]: true } as SourceState['source'];
  return { source, ...(error === undefined ? counted(keys.length) : nothing('unreadable', unicode(error))) };
}

function entries({ keys, values }: StorageSnapshot): EntryFacts[] {
  const half = MOST_CHARACTERS / 2;
  return keys.flatMap((key, i) => {
    const value = values[i]!;
    const shown = value.length <= MOST_CHARACTERS ? value : `${value.slice(0, half)}…${value.slice(-half)}`;
    return isUnicode(key) ? [{ key, value: unicode(shown) }] : [];
  });
}

/** `databases`: their names, absent for all; `ms` bounds each wait for one. Ferrite's own is left out. */
export async function surveyStorage(
  databases: readonly string[] | undefined, ms: number, snapshots: StorageSnapshots,
): Promise<Survey> {
  const [names, absent] = await listDatabases(databases, ms);
  const parts = await Promise.all(names.map((name) => surveyDatabase(name, ms)));
  const none: StorageSnapshot = { keys: [], values: [], error: 'It was not looked at.' };
  const { localStorage = none, sessionStorage = none } = snapshots;
  return {
    states: [
      ...parts.flatMap(({ states }) => states),
      storageState('localStorage', localStorage), storageState('sessionStorage', sessionStorage),
    ],
    facts: {
      databases: parts.flatMap(({ facts }) => facts ?? []),
      localStorage: entries(localStorage), sessionStorage: entries(sessionStorage),
    },
    notes: [...absent, ...parts.flatMap(({ notes }) => notes)],
  };
}
