// Counts a store and surveys records from both its ends: a field often
// changed its type at some point of the app's life.

import type { FieldSurvey } from './field-survey.js';

const perEnd = 100;
/** Per store and end; large records make a cursor slow. */
const timeLimit = 400;

function walk(store: IDBObjectStore, direction: IDBCursorDirection, wanted: number, survey: FieldSurvey): Promise<void> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    let taken = 0;
    const request = store.openCursor(null, direction);
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor) return resolve();
      survey.add(cursor.value);
      taken++;
      if (taken >= wanted || performance.now() - started > timeLimit) return resolve();
      cursor.continue();
    };
  });
}

function count(store: IDBObjectStore): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = store.count();
    request.onerror = () => reject(request.error);
    request.onsuccess = () => resolve(request.result);
  });
}

/** The number of records; `survey` gets up to 200 of them, none twice. */
export async function sampleStore(store: IDBObjectStore, survey: FieldSurvey): Promise<number> {
  const records = await count(store);
  await walk(store, 'next', Math.min(perEnd, records), survey);
  if (records > perEnd) await walk(store, 'prev', Math.min(perEnd, records - perEnd), survey);
  return records;
}
