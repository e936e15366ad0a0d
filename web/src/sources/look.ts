// Looks at sources without touching them: is there something, how much, and
// how is it kept. Absent, empty, blocked and unreadable are four answers.
import type { Source, SourceState } from '../types.js';
import { readWatermark } from './change-index.js';
import { databaseNames, openLegacyDatabase, unreadable, within } from './legacy-database.js';
import { sourceId, storageOf } from './plan-sources.js';
import type { StorageName } from './storage-snapshot.js';

type Answer = Omit<SourceState, 'source'>;

export const nothing = (status: Answer['status'], message: string): Answer => ({ status, records: 0, info: {}, message });

export const counted = (records: number, info: Answer['info'] = {}): Answer =>
  ({ status: records > 0 ? 'ready' : 'empty', records, info });

function storeInfo(database: IDBDatabase, store: IDBObjectStore): Answer['info'] {
  return {
    keyPath: store.keyPath,
    autoIncrement: store.autoIncrement,
    version: database.version,
    indexes: Array.from(store.indexNames, (name) => {
      const { keyPath, unique, multiEntry } = store.index(name);
      return { name, keyPath, unique, multiEntry };
    }),
  };
}

/** `time`: the key path of the field that says when a record was changed last. */
export function lookAtStore(database: IDBDatabase, name: string, ms: number, time?: string): Promise<Answer> {
  const look = new Promise<Answer>((resolve) => {
    const failed = (error: unknown): void => {
      const { status, message } = unreadable(error);
      resolve(nothing(status, message));
    };
    try {
      if (!database.objectStoreNames.contains(name)) {
        return resolve(nothing('absent', `The database "${database.name}" has no store "${name}".`));
      }
      const transaction = database.transaction(name);
      const store = transaction.objectStore(name);
      const info = storeInfo(database, store);
      const request = store.count();
      const watermark = time === undefined
        ? undefined : readWatermark(store, time, Date.now()).catch(() => undefined);
      request.onsuccess = () => resolve(Promise.resolve(watermark).then((text) =>
        ({ ...counted(request.result, info), ...(text !== undefined && { watermark: text }) })));
      transaction.onabort = () => failed(request.error ?? transaction.error);
    } catch (error) {
      failed(error);
    }
  });
  return within(ms, look, () => nothing('blocked',
    `The store "${name}" of "${database.name}" did not answer within ${ms} ms; another connection is writing to it.`));
}

async function lookAtDatabase(name: string, stores: string[], ms: number, times: Record<string, string>): Promise<Answer[]> {
  const opened = await openLegacyDatabase(name, ms);
  if (opened.status !== 'ready') return stores.map(() => nothing(opened.status, opened.message));
  const answers = await Promise.all(stores.map((store) =>
    lookAtStore(opened.database, store, ms, times[sourceId({ indexedDB: name, store })])));
  opened.database.close();
  return answers;
}

/**
 * One state per source, in their order. `ms` bounds each wait for a database;
 * `countEntries` gives the number of a storage's entries, or throws; `times`
 * are changeTimes() where watermarks are wanted.
 */
export async function lookAtSources(
  sources: readonly Source[], ms: number, countEntries: (storage: StorageName) => number, times: Record<string, string> = {},
): Promise<SourceState[]> {
  const answers = new Map<string, Answer>();
  const stores = new Map<string, string[]>();
  for (const source of sources) {
    if ('store' in source) {
      stores.set(source.indexedDB, [...(stores.get(source.indexedDB) ?? []), source.store]);
    } else {
      try {
        answers.set(sourceId(source), counted(countEntries(storageOf(source)!)));
      } catch (error) {
        answers.set(sourceId(source), nothing('unreadable', String(error)));
      }
    }
  }
  const names = stores.size > 0 ? await databaseNames(ms) : undefined;
  await Promise.all([...stores].map(async ([name, list]) => {
    const states = names && !names.has(name)
      ? list.map(() => nothing('absent', `There is no database "${name}".`))
      : await lookAtDatabase(name, list, ms, times);
    list.forEach((store, i) => answers.set(sourceId({ indexedDB: name, store }), states[i]!));
  }));
  return sources.map((source) => ({ source, ...answers.get(sourceId(source))! }));
}
