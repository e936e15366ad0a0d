// ../tests/bench/browser/records.ts
var DATABASE = "ferrite-bench";
var STORE = "notes";
function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// ../tests/bench/browser/read.ts
var whole = (store, _count, done) => {
  const request = store.getAll();
  request.onsuccess = () => done(request.result.length);
};
function sequential(size) {
  return (store, _count, done) => {
    let records = 0;
    const next = (after) => {
      const request = store.getAll(IDBKeyRange.lowerBound(after, true), size);
      request.onsuccess = () => {
        const batch = request.result;
        records += batch.length;
        if (batch.length < size) done(records);
        else next(batch[batch.length - 1].id);
      };
    };
    next(0);
  };
}
function pipelined(size, depth) {
  return (store, count, done) => {
    let records = 0;
    let from = 1;
    let open = 0;
    const next = () => {
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
var STRATEGIES = {
  "getAll, whole store": whole,
  "getAll by 500": sequential(500),
  "getAll by 1000": sequential(1e3),
  "getAll by 250, 4 in flight": pipelined(250, 4),
  "getAll by 500, 4 in flight": pipelined(500, 4)
};
self.onmessage = async (event) => {
  const { count, strategy } = event.data;
  if (strategy === void 0) return self.postMessage(Object.keys(STRATEGIES));
  const database = await openDatabase();
  const store = database.transaction(STORE).objectStore(STORE);
  STRATEGIES[strategy](store, count, (records) => {
    database.close();
    self.postMessage({ records });
  });
};
