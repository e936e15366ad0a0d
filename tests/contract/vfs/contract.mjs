// What every storage under the VFS must do, whatever its handles are.
//
// Each entry is [name, body]; body receives
//   module  the loaded vfs_module
//   files   its Module.ferriteFiles, with fresh empty handles for "app.db" and
//           "app.db-journal"; files.create() makes another handle
//   check   { equal(actual, expected), ok(value) }
// and knows nothing of Node, so that it runs in a browser's worker as well.

export const rc = {
  ok: 0,
  busy: 5,
  full: 13,
  cantOpen: 14,
  ioerr: 10,
  ioerrRead: 266,
  shortRead: 522,
  ioerrWrite: 778,
  ioerrFsync: 1034,
  ioerrTruncate: 1546,
  ioerrFstat: 1802,
  ioerrDelete: 2570,
  deleteNoEntry: 5898,
  ioerrAccess: 3338,
};

export const mebibyte = 1 << 20;

export function pattern(length, seed = 1) {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 17 + 1) & 255);
}

export function openFile(module, name = 'app.db') {
  const file = new module.VfsFile(name);
  if (file.openCode() !== rc.ok) throw new Error(`open: ${file.openCode()}`);
  return file;
}

function run(database, sql) {
  const result = database.execute(sql);
  if (result.rc !== rc.ok) throw new Error(`${result.rc} ${result.message}`);
  return result.rows;
}

const fill = (rows) => `
  WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n
                          WHERE i < ${rows})
  INSERT INTO t(a) SELECT printf('%0200d', i) FROM n;`;

export const contract = [
  [
    'reads back what was written, before and after a sync',
    ({ module, check }) => {
      const file = openFile(module);
      const data = pattern(5000);
      check.equal(file.write(data, 0), rc.ok);
      check.equal(file.read(5000, 0), { rc: rc.ok, bytes: data });
      check.equal(file.sync(), rc.ok);
      check.equal(file.read(100, 900), {
        rc: rc.ok,
        bytes: data.slice(900, 1000),
      });
      check.equal(file.close(), rc.ok);
    },
  ],
  [
    'a read that joins stored and held bytes sees both',
    ({ module, check }) => {
      const file = openFile(module);
      const old = pattern(3000, 1);
      const held = pattern(1000, 2);
      file.write(old, 0);
      file.sync();
      file.write(held, 1000);
      const expected = old.slice();
      expected.set(held, 1000);
      check.equal(file.read(3000, 0), { rc: rc.ok, bytes: expected });
      check.equal(file.read(1500, 1500), {
        rc: rc.ok,
        bytes: expected.slice(1500),
      });
      file.close();
    },
  ],
  [
    'a read past the end fills with zeros and says so',
    ({ module, check }) => {
      const file = openFile(module);
      file.write(pattern(10), 0);
      const expected = new Uint8Array(20);
      expected.set(pattern(10));
      for (const stored of [false, true]) {
        if (stored) file.sync();
        check.equal(file.read(20, 0), { rc: rc.shortRead, bytes: expected });
        check.equal(file.read(8, 100), {
          rc: rc.shortRead,
          bytes: new Uint8Array(8),
        });
      }
      file.close();
    },
  ],
  [
    'size and existence follow writes at once',
    ({ module, check }) => {
      const file = openFile(module);
      check.equal(module.fileExists('app.db'), false);
      file.write(pattern(100), 50);
      check.equal(file.size(), 150);
      check.equal(module.fileExists('app.db'), true);
      file.close();
      check.equal(module.fileExists('app.db'), true);
      const again = openFile(module);
      check.equal(again.size(), 150);
      again.close();
    },
  ],
  [
    'truncate cuts stored and held bytes alike',
    ({ module, check }) => {
      const file = openFile(module);
      const data = pattern(4000);
      file.write(data.slice(0, 2000), 0);
      file.sync();
      file.write(data.slice(2000), 2000);
      check.equal(file.truncate(3000), rc.ok);
      check.equal(file.size(), 3000);
      check.equal(file.read(1000, 2000), {
        rc: rc.ok,
        bytes: data.slice(2000, 3000),
      });
      check.equal(file.truncate(1000), rc.ok);
      file.write(pattern(10, 9), 1000);
      file.sync();
      check.equal(file.size(), 1010);
      check.equal(file.read(1010, 0).bytes.slice(1000), pattern(10, 9));
      file.close();
    },
  ],
  [
    'more than the buffer arrives whole, in pages and in one piece',
    ({ module, check }) => {
      const file = openFile(module);
      const data = pattern(3 * mebibyte + 777);
      for (let at = 0; at < data.length; at += 16384) {
        check.equal(file.write(data.slice(at, at + 16384), at), rc.ok);
      }
      check.equal(file.read(data.length, 0), { rc: rc.ok, bytes: data });
      check.equal(file.write(data, data.length), rc.ok);
      check.equal(file.read(data.length, data.length).bytes, data);
      file.close();
    },
  ],
  [
    'random writes and reads agree with a plain array',
    ({ module, check }) => {
      const file = openFile(module);
      const model = new Uint8Array(200_000);
      let size = 0;
      let state = 12345;
      const random = (limit) => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return state % limit;
      };
      for (let step = 0; step < 3000; step++) {
        const offset = random(150_000);
        const length = 1 + random(9000);
        switch (random(12)) {
          case 0:
            check.equal(file.sync(), rc.ok);
            break;
          case 1: {
            const cut = random(size + 1);
            check.equal(file.truncate(cut), rc.ok);
            model.fill(0, cut);
            size = cut;
            break;
          }
          case 2:
          case 3:
          case 4:
            check.equal(
              file.read(length, offset).bytes,
              model.slice(offset, offset + length),
            );
            break;
          default: {
            // Half of the writes go on where the file ends, as SQLite's do.
            const at = random(2) ? Math.min(size, 150_000) : offset;
            const data = pattern(length, step);
            check.equal(file.write(data, at), rc.ok);
            model.set(data, at);
            size = Math.max(size, at + length);
          }
        }
        check.equal(file.size(), size);
      }
      file.close();
      const again = openFile(module);
      check.equal(again.read(size, 0).bytes, model.slice(0, size));
      again.close();
    },
  ],
  [
    'deleting empties the file, and an unknown name cannot be opened',
    ({ module, files, check }) => {
      const file = openFile(module, 'app.db-journal');
      file.write(pattern(100), 0);
      file.close();
      check.equal(module.deleteFile('app.db-journal'), rc.ok);
      check.equal(files.get('app.db-journal').getSize(), 0);
      check.equal(module.fileExists('app.db-journal'), false);
      check.equal(module.deleteFile('other.db'), rc.deleteNoEntry);
      check.equal(new module.VfsFile('other.db').openCode(), rc.cantOpen);
    },
  ],
  [
    'deleting a file that is open forgets its held bytes',
    ({ module, check }) => {
      const file = openFile(module, 'app.db-journal');
      file.write(pattern(100), 0);
      check.equal(module.deleteFile('app.db-journal'), rc.ok);
      check.equal(file.size(), 0);
      check.equal(file.close(), rc.ok);
      check.equal(module.fileExists('app.db-journal'), false);
    },
  ],
  [
    'a name opens once at a time',
    ({ module, check }) => {
      const file = openFile(module);
      check.equal(new module.VfsFile('app.db').openCode(), rc.busy);
      file.close();
      openFile(module).close();
    },
  ],
  [
    'time and randomness come from the platform',
    ({ module, check }) => {
      check.ok(Math.abs(module.unixMilliseconds() - Date.now()) < 1000);
      const bytes = module.randomBytes(70_000);
      check.ok(bytes.slice(65_536).some((byte) => byte !== 0));
      check.ok(module.catchesExceptions());
    },
  ],
  ...['DELETE', 'TRUNCATE', 'PERSIST', 'MEMORY', 'OFF'].flatMap((journal) =>
    ['NORMAL', 'EXCLUSIVE'].map((locking) => [
      `SQLite keeps a database, journal_mode=${journal} locking_mode=${locking}`,
      ({ module, check }) => {
        let database = new module.Database('app.db');
        run(
          database,
          `PRAGMA page_size=8192; PRAGMA locking_mode=${locking};
           PRAGMA journal_mode=${journal}; PRAGMA synchronous=FULL;
           PRAGMA cache_size=20;
           CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
           BEGIN; ${fill(5000)} COMMIT;
           UPDATE t SET a = 'changed' WHERE id % 7 = 0;
           CREATE INDEX t_a ON t(a);`,
        );
        if (journal !== 'OFF') {
          run(database, 'BEGIN; DELETE FROM t WHERE id % 2; ROLLBACK;');
        }
        run(database, 'DELETE FROM t WHERE id > 4000; VACUUM;');
        check.equal(database.close(), rc.ok);

        database = new module.Database('app.db');
        check.equal(run(database, 'PRAGMA integrity_check'), [['ok']]);
        check.equal(run(database, 'SELECT count(*), max(id) FROM t'), [
          ['4000', '4000'],
        ]);
        database.close();
      },
    ]),
  ),
  [
    'SQLite keeps a database in WAL mode with exclusive locking',
    ({ module, files, check }) => {
      files.set('app.db-wal', files.create());
      let database = new module.Database('app.db');
      run(
        database,
        `PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL;
         CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT); ${fill(3000)}`,
      );
      check.equal(run(database, 'PRAGMA journal_mode'), [['wal']]);
      check.equal(database.close(), rc.ok);
      database = new module.Database('app.db');
      run(database, 'PRAGMA locking_mode=EXCLUSIVE');
      check.equal(run(database, 'SELECT count(*) FROM t'), [['3000']]);
      check.equal(run(database, 'PRAGMA integrity_check'), [['ok']]);
      database.close();
    },
  ],
];
