// Says that a restore is under way, so that one which was cut off is not taken
// for a finished one. Written with strict durability before anything is
// deleted, and deleted only after what was built was compared with the bundle.
import { databaseNames } from '../sources/legacy-database.js';
import { JOURNAL_DATABASE } from './own-databases.js';
import { answer, change, openOwn } from './request.js';

export interface Journal {
  /** The identity of the bundle. */
  bundle: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** What it restores: names of databases. */
  databases: string[];
  localStorage: boolean;
  /** Databases that were built. */
  done: string[];
}

const STORE = 'journal';
const KEY = 'restore';
const LOOK_MS = 2000;

async function withJournal<T>(work: (database: IDBDatabase) => Promise<T>): Promise<T> {
  const database = await openOwn(JOURNAL_DATABASE, [STORE]);
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

/** Of a restore that has not ended, be it that it is under way. Nothing is made by asking. */
export async function readJournal(): Promise<Journal | undefined> {
  const names = await databaseNames(LOOK_MS);
  if (names && !names.has(JOURNAL_DATABASE)) return undefined;
  return withJournal((database) => answer<Journal | undefined>(database.transaction(STORE).objectStore(STORE).get(KEY)));
}

export async function writeJournal(journal: Journal): Promise<void> {
  await withJournal((database) =>
    change(database, [STORE], (transaction) => transaction.objectStore(STORE).put(journal, KEY), 'strict'));
}

export async function clearJournal(): Promise<void> {
  await withJournal((database) =>
    change(database, [STORE], (transaction) => transaction.objectStore(STORE).delete(KEY), 'strict'));
}
