// The reading worker's entry: reads one source at a time and posts its batches.
import { toFerriteError } from '../error.js';
import { IndexedDbReader } from '../sources/indexed-db.js';
import { LocalStorageReader } from '../sources/local-storage.js';
import type { SourceReader } from '../sources/source.js';
import { BatchSink } from './batch-sink.js';
import type { ReaderRequest, ReaderResponse, ReadOrder } from './reader-protocol.js';

let current: { id: number; sink: BatchSink } | undefined;

const post = (response: ReaderResponse, transfer: Transferable[] = []): void => postMessage(response, { transfer });

function readerFor({ state, openTimeout, localStorage }: ReadOrder): SourceReader {
  return 'store' in state.source
    ? new IndexedDbReader(state, openTimeout)
    : new LocalStorageReader(state, localStorage ?? { keys: [], values: [] });
}

async function read(order: ReadOrder): Promise<void> {
  const { id } = order;
  const sink = new BatchSink(order.maxBytes, (memory, length, last) =>
    post({ kind: 'batch', id, memory, length, last }, [memory]));
  current?.sink.end();
  current = { id, sink };
  const reader = readerFor(order);
  try {
    await reader.read(order.after, sink);
    sink.finish();
  } catch (error) {
    post({ kind: 'error', id, error: toFerriteError(error).toJSON() });
  } finally {
    reader.close();
  }
}

onmessage = ({ data }: MessageEvent<ReaderRequest>) => {
  if (data.kind === 'read') void read(data);
  else if (current?.id === data.id) current.sink.used();
};
