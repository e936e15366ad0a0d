// The migration as one would write it by hand with the official SQLite build
// and its opfs-sahpool VFS: read 1000, insert 1000 in a transaction, repeat.
import sqlite3InitModule from '@sqlite.org/sqlite-wasm';
import { bindings, CREATE_TABLE, INSERT, openDatabase, STORE, type Note } from './records.js';

self.onmessage = async (event: MessageEvent<{ name: string }>) => {
  const sqlite3 = await sqlite3InitModule();
  const pool = await sqlite3.installOpfsSAHPoolVfs({ name: event.data.name, directory: `/${event.data.name}` });
  const target = new pool.OpfsSAHPoolDb('/notes.db');
  target.exec(CREATE_TABLE);
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
    target.transaction(() => {
      for (const record of batch) insert.bind(bindings(record)).stepReset();
    });
    records += batch.length;
    after = batch[batch.length - 1]!.id;
  }
  insert.finalize();
  target.close();
  source.close();
  await pool.removeVfs();
  self.postMessage({ records });
};
