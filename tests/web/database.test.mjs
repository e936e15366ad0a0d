// SQL from the app: values, rows, transactions, errors, export.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from './support/browser.mjs';

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  await page.evaluate(async () => {
    window.connect = async (store, options = {}) => {
      const ferrite = await open({ plan: legacy.notePlan('none'), store, ...options });
      return { ferrite, database: await ferrite.database() };
    };
    Object.assign(window, await connect('sql.sqlite3'));
    await database.exec('CREATE TABLE t(id INTEGER PRIMARY KEY, value); CREATE TABLE u(a UNIQUE, b NOT NULL)');
  });
});
after(() => browser?.close());

test('Every value comes back as it went in', async () => {
  const seen = await page.evaluate(async () => {
    const date = new Date(1_700_000_000_123);
    const values = [
      null, undefined, true, false, 0, -0, 1.5, 2 ** 53, -(2 ** 53), 2n ** 63n - 1n, -(2n ** 63n), 9007199254740993n, 7n,
      'text', '', 'nul\0inside', '😀', date, new Uint8Array([0, 1, 255]), new ArrayBuffer(2), 'lone \ud800 surrogate',
    ];
    const show = (value) => (value instanceof Uint8Array ? `bytes ${value}` : typeof value === 'bigint' ? `${value}n` : value);
    return Promise.all(values.map(async (value) => {
      const row = await database.get('SELECT ? AS v, typeof(?1) AS t', [value]);
      return [show(row.v), row.t];
    }));
  });
  assert.deepEqual(seen, [
    [null, 'null'], [null, 'null'], [1, 'integer'], [0, 'integer'], [0, 'integer'], [-0, 'real'], [1.5, 'real'],
    [2 ** 53, 'integer'], [-(2 ** 53), 'integer'], ['9223372036854775807n', 'integer'], ['-9223372036854775808n', 'integer'],
    ['9007199254740993n', 'integer'], [7, 'integer'],
    ['text', 'text'], ['', 'text'], ['nul\0inside', 'text'], ['😀', 'text'], [1_700_000_000_123, 'integer'],
    ['bytes 0,1,255', 'blob'], ['bytes 0,0', 'blob'],
    [`bytes ${[...Buffer.from('lone '), 0xed, 0xa0, 0x80, ...Buffer.from(' surrogate')]}`, 'blob'],
  ]);
});

test('Parameters are bound by position or by name', async () => {
  const rows = await page.evaluate(() => Promise.all([
    database.get('SELECT ?2 AS a, ?1 AS b', ['one', 'two']),
    database.get('SELECT :x AS a, $y AS b, @z AS c', { x: 1, y: 2, z: 3 }),
    database.get("SELECT ';' || ? AS a", ["'; DROP TABLE t; --"]),
  ]));
  assert.deepEqual(rows, [{ a: 'two', b: 'one' }, { a: 1, b: 2, c: 3 }, { a: ";'; DROP TABLE t; --" }]);
});

test('Rows: all, the first, none, and columns of the same name', async () => {
  const seen = await page.evaluate(async () => ({
    all: await database.all('SELECT column1 AS value FROM (VALUES (1), (2), (3))'),
    none: await database.all('SELECT * FROM t WHERE id = 99'),
    missing: await database.get('SELECT * FROM t WHERE id = 99') === undefined,
    same: await database.get('SELECT 1 AS id, 2 AS id, 3 AS id, 4 AS "id:1"'),
    odd: Object.entries(await database.get('SELECT 5 AS "__proto__", 6 AS "constructor"')),
  }));
  assert.deepEqual(seen.all, [{ value: 1 }, { value: 2 }, { value: 3 }]);
  assert.deepEqual(seen.none, []);
  assert.equal(seen.missing, true);
  assert.deepEqual(Object.values(seen.same), [1, 2, 3, 4]);
  assert.equal(Object.keys(seen.same).length, 4);
  assert.deepEqual(seen.odd, [['__proto__', 5], ['constructor', 6]]);
});

test('run() tells changes and the last id, beyond 2^53 as a bigint', async () => {
  const seen = await page.evaluate(async () => {
    const first = await database.run('INSERT INTO t(value) VALUES (?), (?)', ['a', 'b']);
    const large = await database.run('INSERT INTO t(id) VALUES (?)', [2n ** 60n]);
    const none = await database.run('DELETE FROM t WHERE id = -1');
    await database.run('DELETE FROM t WHERE id = ?', [2n ** 60n]);
    return [first, [large.changes, String(large.lastInsertId), typeof large.lastInsertId], none.changes];
  });
  assert.deepEqual(seen, [{ changes: 2, lastInsertId: 2 }, [1, String(2n ** 60n), 'bigint'], 0]);
});

test('A transaction is committed as a whole, and others wait for it', async () => {
  const seen = await page.evaluate(async () => {
    const order = [];
    const transaction = database.transaction(async (tx) => {
      await tx.run('INSERT INTO u VALUES (1, 1)');
      order.push('inside');
      await new Promise((resolve) => setTimeout(resolve, 50));
      await tx.run('INSERT INTO u VALUES (2, 2)');
      order.push('end');
      return (await tx.get('SELECT count(*) AS n FROM u')).n;
    });
    const other = database.get('SELECT count(*) AS n FROM u').then(({ n }) => { order.push('other'); return n; });
    const counts = [await transaction, await other];
    return { order, counts };
  });
  assert.deepEqual(seen, { order: ['inside', 'end', 'other'], counts: [2, 2] });
});

test('A transaction whose work fails is rolled back, with the error of the work', async () => {
  const seen = await page.evaluate(async () => {
    let kept;
    const own = await legacy.failure(database.transaction(async (tx) => {
      kept = tx;
      await tx.run('INSERT INTO u VALUES (3, 3)');
      throw new RangeError('changed my mind');
    }));
    const late = await legacy.failure(kept.run('INSERT INTO u VALUES (4, 4)'));
    const sql = await legacy.failure(database.transaction(async (tx) => {
      await tx.run('INSERT INTO u VALUES (5, 5)');
      await tx.run('INSERT INTO u VALUES (1, 1)');
    }));
    return { own, late, sql, rows: (await database.get('SELECT count(*) AS n FROM u')).n };
  });
  assert.equal(seen.own.name, 'RangeError');
  assert.equal(seen.late.code, 'state');
  assert.equal(seen.sql.code, 'not_unique');
  assert.equal(seen.rows, 2);
});

test('Errors have a stable code', async () => {
  const codes = await page.evaluate(async () => {
    const of = async (...call) => (await legacy.failure(database.run(...call)))?.code;
    return {
      syntax: await of('SELEKT 1'),
      table: await of('SELECT * FROM nowhere'),
      notNull: await of('INSERT INTO u VALUES (9, NULL)'),
      unique: await of('INSERT INTO u VALUES (1, 1)'),
      two: await of('SELECT 1; SELECT 2'),
      big: await of('SELECT ?', [2n ** 64n]),
      map: await of('SELECT ?', [new Map()]),
      name: await of('SELECT :x', { y: 1 }),
      function: await of('SELECT ?', [() => 1]),
    };
  });
  assert.deepEqual(codes, {
    syntax: 'sql', table: 'sql', notNull: 'not_null', unique: 'not_unique', two: 'invalid_argument', big: 'type_mismatch',
    map: 'type_mismatch', name: 'invalid_argument', function: 'invalid_argument',
  });
});

test('A large result and a large value go through', async () => {
  const seen = await page.evaluate(async () => {
    const rows = await database.all(
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT i, \'row \' || i AS t FROM n');
    const blob = new Uint8Array(8 << 20).fill(7);
    const { b } = await database.get('SELECT ? AS b', [blob]);
    return [rows.length, rows[49_999], b.length, b[b.length - 1]];
  });
  assert.deepEqual(seen, [50_000, { i: 50_000, t: 'row 50000' }, 8 << 20, 7]);
});

test('The exported file is the store, and the store is there at the next visit', async () => {
  const seen = await page.evaluate(async () => {
    const { ferrite: one, database: mine } = await connect('kept.sqlite3');
    await mine.exec('CREATE TABLE keep(x)');
    await mine.run('INSERT INTO keep VALUES (?)', ['here']);
    const file = new Uint8Array(await (await one.exportStore()).arrayBuffer());
    await one.close();
    const { ferrite: two, database: again } = await connect('kept.sqlite3');
    const row = await again.get('SELECT x FROM keep');
    await two.close();
    return { head: new TextDecoder().decode(file.subarray(0, 15)), row };
  });
  assert.deepEqual(seen, { head: 'SQLite format 3', row: { x: 'here' } });
});

test('Without OPFS what was written is there at the next visit', async () => {
  const seen = await page.evaluate(async () => {
    const options = { storage: 'memory-image' };
    const { ferrite: one, database: mine } = await connect('kept-image.sqlite3', options);
    await mine.exec('CREATE TABLE keep(x)');
    await mine.transaction(async (tx) => {
      for (let i = 0; i < 300; ++i) await tx.run('INSERT INTO keep VALUES (zeroblob(2000))');
    });
    await mine.exec('DELETE FROM keep WHERE rowid > 10; VACUUM');
    await mine.run('INSERT INTO keep VALUES (?)', ['here']);
    await one.close();
    const { ferrite: two, database: again } = await connect('kept-image.sqlite3', options);
    const row = await again.get('SELECT count(*) AS n FROM keep');
    const check = await again.get('PRAGMA integrity_check');
    await two.close();
    return [row.n, check.integrity_check];
  });
  assert.deepEqual(seen, [11, 'ok']);
});

test('close() ends what is under way; the next call opens again', async () => {
  const seen = await page.evaluate(async () => {
    const { ferrite: one, database: mine } = await connect('closing.sqlite3');
    const transaction = legacy.failure(mine.transaction(async (tx) => {
      await tx.exec('CREATE TABLE gone(x)');
      await one.close();
      await tx.exec('INSERT INTO gone VALUES (1)');
    }));
    const error = await transaction;
    const again = await one.database();
    const { n } = await again.get("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'gone'");
    await one.close();
    return [error.code, n];
  });
  assert.deepEqual(seen, ['state', 0]);
});
