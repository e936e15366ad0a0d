import sqlite3InitModule from '@sqlite.org/sqlite-wasm';

// The "opfs" VFS opens files by their plain names, as Ferrite writes them. It
// needs a cross-origin isolated page.
self.onmessage = async ({ data: { name, sql } }: MessageEvent<{ name: string; sql: string }>) => {
  try {
    const sqlite3 = await sqlite3InitModule();
    if (!sqlite3.oo1.OpfsDb) throw new Error('the official build has no OPFS here');
    const database = new sqlite3.oo1.OpfsDb(`/${name}`, 'r');
    const rows = database.exec(sql, { rowMode: 'object', returnValue: 'resultRows' });
    database.close();
    self.postMessage({ rows });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
