// Bare reads of the store in a worker, one strategy a call. No migration can be
// faster than reading its source. The fastest strategies know the keys
// beforehand; what a migration can attain is the best of those that do not.
import { openDatabase, STORE } from './records.js';

const KNOWN = 'known beforehand';

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

// What can be found out: how many there are and which keys come first and last.
function divided(size: number, depth: number): Strategy {
  return (store, _count, done) => {
    const total = store.count();
    const first = store.openKeyCursor();
    const last = store.openKeyCursor(null, 'prev');
    last.onsuccess = () => {
      const begin = first.result!.key as number;
      const end = last.result!.key as number;
      const span = Math.max(1, Math.floor((end - begin + 1) / total.result * size));
      let records = 0;
      let open = 0;
      let from = begin;
      const next = (): void => {
        if (from > end) {
          if (open === 0) done(records);
          return;
        }
        const request = store.getAll(IDBKeyRange.bound(from, from + span, false, true));
        from += span;
        open += 1;
        request.onsuccess = () => {
          open -= 1;
          records += request.result.length;
          next();
        };
      };
      for (let i = 0; i < depth; ++i) next();
    };
  };
}

// For any keys: reads them ahead, a page at a time, and has ranges in flight.
function listed(size: number, depth: number, page: number): Strategy {
  return (store, _count, done) => {
    const keys: IDBValidKey[] = [];
    let complete = false;
    let at = 0;
    let open = 0;
    let records = 0;
    const next = (): void => {
      while (open < depth && at < keys.length && (complete || keys.length - at >= size)) {
        const end = Math.min(at + size, keys.length);
        const request = store.getAll(IDBKeyRange.bound(keys[at], keys[end - 1]));
        at = end;
        open += 1;
        request.onsuccess = () => {
          open -= 1;
          records += request.result.length;
          next();
        };
      }
      if (complete && at === keys.length && open === 0) done(records);
    };
    const list = (): void => {
      const after = keys.length > 0 ? IDBKeyRange.lowerBound(keys[keys.length - 1], true) : null;
      const request = store.getAllKeys(after, page);
      request.onsuccess = () => {
        complete = request.result.length < page;
        for (const key of request.result) keys.push(key);
        next();
        if (!complete) list();
      };
    };
    list();
  };
}

const STRATEGIES: Record<string, Strategy> = {
  'getAll, whole store': whole,
  'getAll by 500': sequential(500),
  'getAll by 1000': sequential(1000),
  'counted, divided evenly by 500, 4 in flight': divided(500, 4),
  'keys read ahead, by 500, 4 in flight': listed(500, 4, 4000),
  [`ranges ${KNOWN}, by 250, 4 in flight`]: pipelined(250, 4),
  [`ranges ${KNOWN}, by 500, 4 in flight`]: pipelined(500, 4),
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
