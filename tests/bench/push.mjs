// How fast a store reaches a server over loopback, both ends durable:
//
//   node tests/bench/push.mjs [ROWS]
//
// One client, then eight at a time, each with its own store.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { push, serve, sqlite } from '../native/support.mjs';

const rows = Number(process.argv[2] ?? 500_000);
const clients = 8;
const ends = [];
const t = { after: (end) => ends.push(end) };
const dir = mkdtempSync(path.join(tmpdir(), 'ferrite-bench-'));
t.after(() => rmSync(dir, { recursive: true, force: true }));

function makeStore(name, count) {
  const file = path.join(dir, name);
  sqlite(
    file,
    `CREATE TABLE orders(id TEXT PRIMARY KEY, name TEXT, total REAL, photo BLOB, n INTEGER); BEGIN;
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
     INSERT INTO orders SELECT printf('${name}-%07d', i), 'name ' || i, i * 0.5, zeroblob(100), i FROM n; COMMIT;`,
  );
  return file;
}

async function measure(label, stores) {
  const server = await serve(t, path.join(dir, `${label.replaceAll(' ', '-')}.db`), { args: ['--log-level', 'warn'] });
  const begin = performance.now();
  const results = await Promise.all(stores.map((store) => push(store, server)));
  const seconds = (performance.now() - begin) / 1000;
  const failed = results.find((result) => result.status !== 0);
  if (failed) throw new Error(failed.stdout + failed.stderr);
  const total = results.reduce((sum, result) => sum + result.json.rows, 0);
  const bytes = results.reduce((sum, result) => sum + result.json.bytes, 0);
  console.log(
    `${label.padEnd(10)} ${total} rows, ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(2)} s: ` +
      `${Math.round(total / seconds)} rows/s, ${(bytes / 1e6 / seconds).toFixed(1)} MB/s`,
  );
  await server.stop();
}

try {
  await measure('1 client', [makeStore('one', rows)]);
  await measure(`${clients} clients`, Array.from({ length: clients }, (_, i) => makeStore(`c${i}`, Math.ceil(rows / clients))));
} finally {
  for (const end of ends.reverse()) end();
}
