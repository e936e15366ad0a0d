// Records that only a window can read: a worker sees `null` in place of a value
// that holds, say, an RTCCertificate. In the window.
import { openLegacyDatabase } from '../sources/legacy-database.js';
import { FerriteError } from '../error.js';
import { OBJECTS, openKept, WHOLE, WINDOW, type Row } from './kept-objects.js';
import { answer, change } from './request.js';

export interface WindowRecord {
  database: string;
  store: string;
  /** bundle_source.id. */
  source: number;
  key: IDBValidKey;
}

const ROW: Row = { how: 'window', type: 'record' };

/** Calls `work` with an open database and those of the records that are in it. */
async function byDatabase(
  records: readonly WindowRecord[], ms: number, work: (database: IDBDatabase, records: WindowRecord[]) => Promise<void>,
): Promise<void> {
  for (const name of new Set(records.map(({ database }) => database))) {
    const some = records.filter(({ database }) => database === name);
    const opened = await openLegacyDatabase(name, ms);
    if (opened.status !== 'ready') {
      throw new FerriteError({ code: opened.status === 'blocked' ? 'source_blocked' : 'source_unreadable', message: opened.message });
    }
    try {
      await work(opened.database, some);
    } finally {
      opened.database.close();
    }
  }
}

const valueOf = (database: IDBDatabase, { store, key }: WindowRecord): Promise<unknown> =>
  answer(database.transaction(store).objectStore(store).get(key));

/** Keeps those of the records whose value is not null after all, and gives their number. */
export async function copyRecords(snapshot: string, records: readonly WindowRecord[], ms: number): Promise<number> {
  let found = 0;
  const kept = await openKept(snapshot);
  try {
    await byDatabase(records, ms, async (database, some) => {
      for (const record of some) {
        const value = await valueOf(database, record);
        if (value === null || value === undefined) continue;
        found += 1;
        const { source, key } = record;
        await change(kept, [OBJECTS, WINDOW], (transaction) => {
          transaction.objectStore(WINDOW).put(value, [source, key]);
          transaction.objectStore(OBJECTS).put(ROW, [source, key, WHOLE]);
        });
      }
    });
  } finally {
    kept.close();
  }
  return found;
}

/** Puts kept records back; rejects when one is not there or does not stay. */
export async function putRecords(snapshot: string, records: readonly WindowRecord[], ms: number): Promise<number> {
  const kept = await openKept(snapshot);
  try {
    await byDatabase(records, ms, async (database, some) => {
      for (const record of some) {
        const { store, source, key } = record;
        const value = await answer<unknown>(kept.transaction(WINDOW).objectStore(WINDOW).get([source, key]));
        await change(database, [store], (transaction) => {
          const target = transaction.objectStore(store);
          if (target.keyPath === null) target.put(value, key);
          else target.put(value);
        }, 'strict');
        if (value === undefined || value === null || await valueOf(database, record) === null) {
          throw new FerriteError({
            code: 'not_verified',
            message: `A record of indexedDB ${database.name}/${store} did not come back.`,
          });
        }
      }
    });
  } finally {
    kept.close();
  }
  return records.length;
}
