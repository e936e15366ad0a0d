// Legacy data for tests, made inside the page.

export function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * `stores`: name → { options, entries: [key or undefined, value][] }. The
 * connection is closed again.
 */
export async function createDatabase(name, stores, version = 1) {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => {
    for (const [store, { options }] of Object.entries(stores)) request.result.createObjectStore(store, options);
  };
  const database = await answer(request);
  for (const [store, { entries }] of Object.entries(stores)) {
    for (let from = 0; from < entries.length; from += 2000) {
      const transaction = database.transaction(store, 'readwrite');
      const target = transaction.objectStore(store);
      for (const [key, value] of entries.slice(from, from + 2000)) {
        if (key === undefined) target.put(value);
        else target.put(value, key);
      }
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
    }
  }
  database.close();
}

export const note = (id) => ({
  id,
  title: `Note ${id}`,
  body: `${'The harbour was quiet that morning. '.repeat(3)}${id}`,
  done: id % 3 === 0,
  written: new Date(1_600_000_000_000 + id * 61_000),
  tags: ['quay', `t${id % 7}`],
});

export const notePlan = (database, store = 'notes') => ({
  ferrite: 1,
  name: database,
  tables: [{
    name: 'notes',
    from: { indexedDB: database, store },
    columns: { id: 'integer', title: 'text', body: 'text', done: 'boolean', written: 'datetime', tags: 'json' },
    primaryKey: ['id'],
  }],
});

/** `bulk` adds that many characters to each body. */
export async function createNotes(database, count, bulk = 0) {
  const entries = Array.from({ length: count }, (_, i) => {
    const record = note(i + 1);
    return [undefined, { ...record, body: record.body + 'x'.repeat(bulk) }];
  });
  await createDatabase(database, { notes: { options: { keyPath: 'id' }, entries } });
}

export async function databaseNames() {
  return (await indexedDB.databases()).map(({ name }) => name).sort();
}

export async function opfsNames() {
  const names = [];
  for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
  return names.sort();
}

/** What a promise rejected with, so that it can leave the page. */
export async function failure(promise) {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return { name: error.name, code: error.code, message: error.message, hint: error.hint, path: error.path };
  }
}
