// The reading worker's entry: reads one source at a time and posts its batches.
import { typeName } from '../encoding/encoder.js';
import { toFerriteError } from '../error.js';
import { KeptObjects } from '../snapshot/kept-objects.js';
import { Backoff } from '../sources/backoff.js';
import { IndexedDbReader } from '../sources/indexed-db.js';
import { lookAtSources } from '../sources/look.js';
import { storageOf } from '../sources/plan-sources.js';
import { UNREADABLE, type SourceReader } from '../sources/source.js';
import { surveyStorage } from '../sources/survey.js';
import { WebStorageReader } from '../sources/web-storage.js';
import { BatchSink, type OnRecord } from './batch-sink.js';
import { isBegun, type LookOrder, type ReaderRequest, type ReaderResponse, type ReadOrder, type SurveyOrder } from './reader-protocol.js';

let current: { id: number; sink: BatchSink } | undefined;

const post = (response: ReaderResponse, transfer: Transferable[] = []): void => postMessage(response, { transfer });

let held = false;
let kept: KeptObjects | undefined;

/** What holds back, holds the source that is being read. */
function applyHold(): void {
  current?.sink.hold(held || (kept?.isFull ?? false));
}

function keeperFor({ snapshot, source }: NonNullable<ReadOrder['kept']>): OnRecord {
  const objects = kept ??= new KeptObjects(snapshot, applyHold);
  return (key, value, unsupported) => {
    if (value === null) objects.addNull(source, key);
    unsupported.forEach((object, part) => {
      objects.add([source, key, part], typeName(object), object, object === UNREADABLE);
    });
  };
}

function readerFor({ id, state, openTimeout, snapshots, retries, since, kept: keeps }: ReadOrder): SourceReader {
  const storage = storageOf(state.source);
  return storage
    ? new WebStorageReader(state, snapshots[storage] ?? { keys: [], values: [] })
    : new IndexedDbReader(state, openTimeout, new Backoff(retries), (delay) => post({ kind: 'retry', id, delay }),
      { keepsNull: keeps !== undefined, since });
}

async function read(order: ReadOrder): Promise<void> {
  const { id, maxBytes, maxRecords } = order;
  const sink = new BatchSink({ maxBytes, maxRecords }, (memory, length, last) =>
    post({ kind: 'batch', id, memory, length, last }, [memory]), order.kept && keeperFor(order.kept));
  current?.sink.end();
  current = { id, sink };
  applyHold();
  const reader = readerFor(order);
  try {
    await reader.read(order.after, sink, order.skip);
    sink.finish();
  } catch (error) {
    post({ kind: 'error', id, error: toFerriteError(error).toJSON() });
  } finally {
    reader.close();
  }
}

// The engine's thread is busy for long stretches while it starts. So that no
// answer waits for it, the first source is begun from here.
async function look({ sources, first, times, ...order }: LookOrder): Promise<void> {
  const { id, openTimeout, snapshots } = order;
  try {
    const states = await lookAtSources(sources, openTimeout, (storage) => {
      const snapshot = snapshots[storage];
      if (!snapshot) throw new Error(`There is no ${storage} here.`);
      if (snapshot.error !== undefined) throw new Error(snapshot.error);
      return snapshot.keys.length;
    }, times);
    post({ kind: 'states', states });
    const state = states[first];
    if (state && isBegun(state) && !current) await read({ ...order, state, after: undefined, skip: 0 });
  } catch (error) {
    post({ kind: 'error', id, error: toFerriteError(error).toJSON() });
  }
}

async function survey({ id, databases, openTimeout, snapshots }: SurveyOrder): Promise<void> {
  try {
    post({ kind: 'survey', survey: await surveyStorage(databases, openTimeout, snapshots) });
  } catch (error) {
    post({ kind: 'error', id, error: toFerriteError(error).toJSON() });
  }
}

function hold(isHeld: boolean): void {
  held = isHeld;
  applyHold();
}

async function settle(id: number): Promise<void> {
  try {
    const notes = await kept?.settle() ?? { counts: [], lost: [], nulls: [] };
    post({ kind: 'settled', id, notes });
  } catch (error) {
    post({ kind: 'error', id, error: toFerriteError(error).toJSON() });
  }
}

onmessage = ({ data }: MessageEvent<ReaderRequest>) => {
  if (data.kind === 'look') void look(data);
  else if (data.kind === 'survey') void survey(data);
  else if (data.kind === 'read') void read(data);
  else if (data.kind === 'hold') hold(data.held);
  else if (data.kind === 'settle') void settle(data.id);
  else if (current?.id === data.id) current.sink.used(data);
};
