// The same by hand with sql.js, whose database lives in memory: its image is
// put into IndexedDB at the end, which is how such apps keep it.
import initSqlJs from 'sql.js';
import { bindings, CREATE_TABLE, INSERT, openDatabase, STORE, type Note } from './records.js';

function keep(image: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('sqljs-bench');
    request.onupgradeneeded = () => request.result.createObjectStore('images');
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const transaction = request.result.transaction('images', 'readwrite', { durability: 'strict' });
      transaction.objectStore('images').put(image, 'notes');
      transaction.oncomplete = () => (request.result.close(), resolve());
      transaction.onerror = () => reject(transaction.error);
    };
  });
}

self.onmessage = async () => {
  const SQL = await initSqlJs({ locateFile: (file: string) => `./${file}` });
  const target = new SQL.Database();
  target.run(CREATE_TABLE);
  const insert = target.prepare(INSERT);
  const source = await openDatabase();
  let after = 0;
  let records = 0;
  for (;;) {
    const batch = await new Promise<Note[]>((resolve, reject) => {
      const request = source.transaction(STORE).objectStore(STORE).getAll(IDBKeyRange.lowerBound(after, true), 1000);
      request.onsuccess = () => resolve(request.result as Note[]);
      request.onerror = () => reject(request.error);
    });
    if (batch.length === 0) break;
    target.run('BEGIN');
    for (const record of batch) insert.run(bindings(record));
    target.run('COMMIT');
    records += batch.length;
    after = batch[batch.length - 1]!.id;
  }
  insert.free();
  await keep(target.export());
  target.close();
  source.close();
  self.postMessage({ records });
};
