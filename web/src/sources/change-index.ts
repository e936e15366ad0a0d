// What an index over the times of changes tells an incremental run: which
// records of an object store have not been changed for sure.
//
// core/doc/plan.md, "Times of changes", is what people are told of it.
import { KeySet } from './key-set.js';

const DAY = 86_400_000;
/** Numbers from here on are milliseconds since the epoch, smaller ones seconds. */
const MILLISECONDS = 1e11;
/** The keys of the unchanged records are held in memory; with more of them all records are read. */
const MOST_KEYS = 500_000;
/** Date.parse takes more. */
const ISO = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** Times that an index orders among themselves, those from `lowest` and before `end`. */
interface Scale {
  lowest: IDBValidKey;
  end: IDBValidKey;
  toMs(key: IDBValidKey): number;
  fromMs(ms: number): IDBValidKey;
}

function isoToMs(key: IDBValidKey): number {
  return ISO.test(key as string) ? Date.parse(key as string) : NaN;
}

const SCALES = {
  seconds: { lowest: Number.MIN_VALUE, end: MILLISECONDS, toMs: (key) => (key as number) * 1000, fromMs: (ms) => ms / 1000 },
  milliseconds: { lowest: MILLISECONDS, end: Infinity, toMs: (key) => key as number, fromMs: (ms) => ms },
  dates: { lowest: new Date(0), end: new Date(8.64e15), toMs: (key) => (key as Date).getTime(), fromMs: (ms) => new Date(ms) },
  texts: { lowest: '1970', end: ':', toMs: isoToMs, fromMs: (ms) => new Date(ms).toISOString() },
} satisfies Record<string, Scale>;

type ScaleName = keyof typeof SCALES;
const NAMES = Object.keys(SCALES) as ScaleName[];

/** SourceState.watermark: before these moments nothing was changed since the look, in ms since the epoch. */
type Watermark = { path: string } & Partial<Record<ScaleName, number>>;

function indexOver(store: IDBObjectStore, path: string): IDBIndex | undefined {
  return Array.from(store.indexNames, (name) => store.index(name))
    .find(({ keyPath, multiEntry }) => keyPath === path && !multiEntry);
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** A day before the newest time of each scale that the index holds; undefined where there is no such index. */
export async function readWatermark(store: IDBObjectStore, path: string, now: number): Promise<string | undefined> {
  const index = indexOver(store, path);
  if (!index) return undefined;
  const newest = await Promise.all(NAMES.map((name) => {
    const { lowest, end } = SCALES[name];
    return resultOf(index.openKeyCursor(IDBKeyRange.bound(lowest, end, false, true), 'prev'));
  }));
  const watermark: Watermark = { path };
  NAMES.forEach((name, i) => {
    const cursor = newest[i];
    const ms = cursor ? SCALES[name].toMs(cursor.key) : NaN;
    if (Number.isFinite(ms)) watermark[name] = Math.min(ms, now) - DAY;
  });
  return JSON.stringify(watermark);
}

function rangesBefore(watermark: Watermark): IDBKeyRange[] {
  return NAMES.flatMap((name) => {
    const ms = watermark[name];
    if (ms === undefined) return [];
    const { lowest, fromMs } = SCALES[name];
    const mark = fromMs(ms);
    return indexedDB.cmp(lowest, mark) < 0 ? [IDBKeyRange.bound(lowest, mark, false, true)] : [];
  });
}

/**
 * The keys of the records that were not changed since `since` was read, as the
 * index says. Undefined when it cannot tell any more, or these are too many;
 * `now` is what it reads as today.
 */
export async function unchangedKeys(store: IDBObjectStore, since: string, now: string | undefined): Promise<KeySet | undefined> {
  const watermark = JSON.parse(since) as Watermark;
  if (now === undefined || (JSON.parse(now) as Watermark).path !== watermark.path) return undefined;
  const index = indexOver(store, watermark.path);
  if (!index) return undefined;
  const keys = new KeySet();
  let count = 0;
  for (const range of rangesBefore(watermark)) {
    // To count them first would cost as much as to list them.
    const found = await resultOf(index.getAllKeys(range, MOST_KEYS + 1 - count));
    keys.addAll(found);
    count += found.length;
    if (count > MOST_KEYS) return undefined;
  }
  return count === 0 ? undefined : keys;
}
