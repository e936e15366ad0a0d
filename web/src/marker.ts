// The completion marker: what lets an app start without looking at a legacy
// database and without loading the engine.
//
// It lies beside the store, `<store>.ferrite.json` in OPFS or in the image
// database, and is believed only together with a store that is not empty. A
// completed one is written after the core said so; "running" (while it
// stands still "paused") is written before a migration's first write, "created" when a store was made without one.
import { databaseNames, openLegacyDatabase } from './sources/legacy-database.js';
import type { Plan, Report } from './types.js';

/** How a migration ends that is not a trial run. */
const COMPLETED = ['verified', 'completed', 'completed_with_differences'] as const;
type Completed = typeof COMPLETED[number];

export const isCompleted = (status: string): status is Completed => (COMPLETED as readonly string[]).includes(status);

export interface Marker {
  marker: 1;
  status: 'created' | 'running' | 'paused' | Completed;
  /** The plan's JSON text: two plans are the same when it is. */
  plan: string;
  /** Of the migration, when completed. */
  report?: Report;
}

export interface StoreTrace {
  /** Size of the store's file; 0 when there is none. */
  bytes: number;
  marker: Marker | undefined;
}

export const IMAGE_DATABASE = 'ferrite-images';

const LOOK_MS = 2000;

export const planText = (plan: Plan): string => JSON.stringify(plan);

export const markerName = (store: string): string => `${store}.ferrite.json`;

export function completedReport({ bytes, marker }: StoreTrace, plans: readonly Plan[]): Report | undefined {
  return bytes > 0 && plans.some((plan) => planText(plan) === marker?.plan) ? marker?.report : undefined;
}

/** Cut short or of another version is as good as none. */
export function parseMarker(text: string): Marker | undefined {
  try {
    const marker = JSON.parse(text) as Marker;
    return marker?.marker === 1 ? marker : undefined;
  } catch {
    return undefined;
  }
}

async function opfsFile(name: string): Promise<File | undefined> {
  try {
    const root = await navigator.storage.getDirectory();
    return await (await root.getFileHandle(name)).getFile();
  } catch {
    return undefined;
  }
}

async function opfsTrace(store: string): Promise<StoreTrace> {
  const [file, marker] = await Promise.all([opfsFile(store), opfsFile(markerName(store))]);
  return { bytes: file?.size ?? 0, marker: marker && parseMarker(await marker.text()) };
}

/** What lies in the image database, which is not made by looking. */
export async function findImage(store: string): Promise<StoreTrace> {
  const nothing: StoreTrace = { bytes: 0, marker: undefined };
  // To open one that is not there costs the browser a creation and its undoing.
  const names = await databaseNames(LOOK_MS);
  if (names && !names.has(IMAGE_DATABASE)) return nothing;
  const opened = await openLegacyDatabase(IMAGE_DATABASE, LOOK_MS);
  if (opened.status !== 'ready') return nothing;
  const read = <T>(from: string): Promise<T | undefined> => new Promise((resolve) => {
    const request = opened.database.transaction(from).objectStore(from).get(store);
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => resolve(undefined);
  });
  try {
    const [bytes, marker] = await Promise.all([read<number>('sizes'), read<string>('markers')]);
    return { bytes: bytes ?? 0, marker: marker === undefined ? undefined : parseMarker(marker) };
  } finally {
    opened.database.close();
  }
}

/** What an earlier visit left behind, in whichever storage. */
export async function findStore(store: string): Promise<StoreTrace> {
  const opfs = await opfsTrace(store);
  return opfs.bytes > 0 ? opfs : findImage(store);
}
