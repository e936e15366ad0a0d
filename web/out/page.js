// ../tests/bench/browser/records.ts
var DATABASE = "ferrite-bench";
var STORE = "notes";
var WORDS = ["anchor", "harbour", "ledger", "copper", "signal", "meadow", "lantern", "quarry", "timber", "voyage"];
function note(id) {
  const word = (n) => WORDS[(id * 7 + n * 3) % WORDS.length];
  const hex = (id * 2654435761 >>> 0).toString(16).padStart(8, "0");
  return {
    id,
    uuid: `${hex}-4a1b-4c2d-8e3f-${hex}${hex.slice(0, 4)}`,
    title: `${word(1)} ${word(2)} number ${id}`,
    body: `${word(3)} ${word(4)} ${word(5)} and the ${word(6)} of ${word(7)}; ${word(8)} ${word(9)} ${word(0)} until ${word(2)}`,
    done: id % 3 === 0,
    priority: id % 5,
    amount: id % 1e3 + 0.25,
    created: new Date(16e11 + id * 61e3),
    tags: [word(4), word(8)],
    owner: { id: id % 500, name: `${word(5)} ${word(6)}` }
  };
}
function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
async function fill(count) {
  const database = await openDatabase();
  for (let from = 1; from <= count; from += 5e3) {
    await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, "readwrite");
      const store = transaction.objectStore(STORE);
      for (let id = from; id < from + 5e3 && id <= count; ++id) store.put(note(id));
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error);
    });
  }
  database.close();
}
var PLAN = {
  ferrite: 1,
  name: "bench",
  tables: [
    {
      name: "notes",
      from: { indexedDB: DATABASE, store: STORE },
      columns: {
        id: "integer",
        uuid: "text",
        title: "text",
        body: "text",
        done: "boolean",
        priority: "integer",
        amount: "real",
        created: "datetime",
        tags: "json",
        owner_id: { path: "/owner/id", type: "integer" },
        owner_name: { path: "/owner/name", type: "text" }
      },
      primaryKey: ["id"]
    }
  ]
};

// ../tests/bench/browser/page.ts
function ask(script, message) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { type: "module" });
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = (event) => {
      worker.terminate();
      resolve(event.data);
    };
    worker.postMessage(message);
  });
}
async function timed(run) {
  const start = performance.now();
  const { records } = await run();
  return { ms: performance.now() - start, records };
}
var serial = 0;
var fresh = () => `bench-${++serial}`;
async function migrate() {
  const path = "/ferrite/index.js";
  const { openFerrite } = await import(path);
  const ferrite = await openFerrite({ plan: PLAN, store: `${fresh()}.db` });
  const report = await ferrite.migrate();
  await ferrite.close();
  if (report.status !== "verified") throw new Error(`the migration ended ${report.status}`);
  return { records: report.totals.records, report };
}
var bench = {
  fill,
  strategies: () => ask("./read.js", { count: 0 }),
  read: (count, strategy) => timed(() => ask("./read.js", { count, strategy })),
  ferrite: () => timed(migrate),
  sahpool: () => timed(() => ask("./sahpool.js", { name: fresh() })),
  sqljs: () => timed(() => ask("./sqljs.js", {})),
  async clear() {
    const root = await navigator.storage.getDirectory();
    for await (const name of root.keys()) {
      await root.removeEntry(name, { recursive: true }).catch(() => void 0);
    }
  }
};
Object.assign(globalThis, { bench });
export {
  bench
};
