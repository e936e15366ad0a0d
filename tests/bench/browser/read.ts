// Bare reads of the store in a worker, one strategy a call. The fastest of
// them is the yardstick: no migration can be faster than reading its source.
import { openDatabase, STORE } from './records.js';

type Strategy = (store: IDBObjectStore, count: number, done: (records: number) => void) => void;

const whole: Strategy = (store, _count, done) => {
  const request = store.getAll();
  request.onsuccess = () => done(request.result.length);
};

function sequential(size: number): Strategy {
  return (store, _count, done) => {
    let records = 0;
    const next = (after: number): void => {
      const request = store.getAll(IDBKeyRange.lowerBound(after, true), size);
      request.onsuccess = () => {
        const batch = request.result as { id: number }[];
        records += batch.length;
        if (batch.length < size) done(records);
        else next(batch[batch.length - 1]!.id);
      };
    };
    next(0);
  };
}

// Knows the keys beforehand (1 … count), which no migration does.
function pipelined(size: number, depth: number): Strategy {
  return (store, count, done) => {
    let records = 0;
    let from = 1;
    let open = 0;
    const next = (): void => {
      if (from > count) {
        if (open === 0) done(records);
        return;
      }
      const request = store.getAll(IDBKeyRange.bound(from, from + size - 1), size);
      from += size;
      open += 1;
      request.onsuccess = () => {
        open -= 1;
        records += request.result.length;
        next();
      };
    };
    for (let i = 0; i < depth; ++i) next();
  };
}

const STRATEGIES: Record<string, Strategy> = {
  'getAll, whole store': whole,
  'getAll by 500': sequential(500),
  'getAll by 1000': sequential(1000),
  'getAll by 250, 4 in flight': pipelined(250, 4),
  'getAll by 500, 4 in flight': pipelined(500, 4),
};

self.onmessage = async (event: MessageEvent<{ count: number; strategy?: string }>) => {
  const { count, strategy } = event.data;
  if (strategy === undefined) return self.postMessage(Object.keys(STRATEGIES));
  const database = await openDatabase();
  const store = database.transaction(STORE).objectStore(STORE);
  STRATEGIES[strategy]!(store, count, (records) => {
    database.close();
    self.postMessage({ records });
  });
};
