// A chain of versions in Chromium: from legacy data of an older version to the
// newest, back, over drift and over a kill; and the same in both twins.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ferrite as program, saveBlob, sqlite } from '../../web/demo/journey.mjs';
import { crash, openBrowser } from './support/browser.mjs';

const ORDERS = 300;
const plan = (version, columns) => ({
  ferrite: 1, name: `shop ${version}`,
  tables: [{ name: 'orders', from: { indexedDB: `shop${version}`, store: 'orders' }, columns, primaryKey: ['id'], unmapped: 'drop' }],
});
const columns = { id: 'integer', city: 'text', total: 'real' };
const chain = {
  ferrite: 1, name: 'shop',
  versions: [
    { version: 1, name: 'orders', plan: plan(1, columns), up: [{ add: { table: 'orders', columns, primaryKey: ['id'] } }] },
    {
      version: 2, name: 'towns', plan: plan(2, { id: 'integer', town: 'text', total: 'real', state: 'text' }),
      up: [
        { rename: { table: 'orders', column: 'city', to: 'town' } },
        { add: { table: 'orders', column: 'state', type: 'text', default: 'open', notNull: true } },
        { transform: { table: 'orders', set: { state: "'big'" }, where: 'total > 100' } },
      ],
      down: [{ drop: { table: 'orders', column: 'state' } }, { rename: { table: 'orders', column: 'town', to: 'city' } }],
    },
    {
      version: 3, name: 'places',
      up: [{ sql: 'CREATE TABLE places(name TEXT PRIMARY KEY, orders INTEGER); INSERT INTO places SELECT town, count(*) FROM orders GROUP BY town' }],
      down: [{ drop: { table: 'places' } }],
    },
  ],
};
/** The chain with other steps in version 2. */
const drifted = {
  ...chain,
  versions: chain.versions.map((version) => (version.version === 2
    ? { ...version, up: [{ rename: { table: 'orders', column: 'city', to: 'place' } }, ...version.up.slice(1)] } : version)),
};

let browser;
let page;
let folder;

const putOrders = async ({ version, count }) => {
  const name = `shop${version}`;
  await new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore('orders', { keyPath: 'id' });
      for (let id = 1; id <= count; ++id) {
        const town = id % 3 === 0 ? 'Oslo' : 'Rome';
        store.put({ id, total: id, ...(version === 1 ? { city: town } : { town, state: id > 100 ? 'big' : 'open' }) });
      }
    };
    request.onsuccess = () => { request.result.close(); resolve(); };
    request.onerror = () => reject(request.error);
  });
};
const dropOrders = () => Promise.all([1, 2].map((version) => new Promise((resolve) => {
  const request = indexedDB.deleteDatabase(`shop${version}`);
  request.onsuccess = resolve;
})));

/** `what` runs in the page with a Ferrite over the chain, and whatever is thrown is given as {code}. */
const withChain = (options, what, target = page) => target.evaluate(async ([given, body]) => {
  const ferrite = await open(given);
  try {
    return await new Function('ferrite', `return (async () => { ${body} })()`)(ferrite);
  } catch (error) {
    return { code: error.code, message: error.message };
  } finally {
    await ferrite.close();
  }
}, [options, what]);

const exportStore = async (store, name) => {
  await page.evaluate(async ([file, given]) => { window.ferrite = await open({ store: file, chain: given }); }, [store, chain]);
  await saveBlob(page, () => window.ferrite.exportStore(), join(folder, name));
  await page.evaluate(() => window.ferrite.close());
  return join(folder, name);
};

const CONTENT = "SELECT group_concat(id || town || total || state, ';') FROM (SELECT * FROM orders ORDER BY id)";
/** Tables as they were declared, rows and history; not the times. */
async function contentOf(file) {
  const parts = await Promise.all([
    "SELECT name, sql FROM sqlite_schema WHERE tbl_name NOT GLOB 'ferrite_*' ORDER BY name", CONTENT,
    'SELECT name, orders FROM places ORDER BY name', 'SELECT version, name, checksum, steps, stamped FROM ferrite_version',
  ].map((question) => sqlite(file, question)));
  return parts.join('\n');
}

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  folder = await mkdtemp(join(tmpdir(), 'ferrite-versions-'));
});
after(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('legacy data of version 1 enters there, goes to 3 with every row, and back', async () => {
  await page.evaluate(putOrders, { version: 1, count: ORDERS });
  const seen = await withChain({ store: 'from-1.db', chain }, `
    const before = await ferrite.versions();
    const files = await legacy.opfsNames();
    const refused = await ferrite.upgrade().catch((error) => error.code);
    const { reason } = await ferrite.checkIfNeeded();
    const report = await ferrite.migrate();
    const entered = await ferrite.versions();
    const verified = await ferrite.verify();
    const up = await ferrite.upgrade();
    const late = await ferrite.verify().catch((error) => error.code);
    const again = await ferrite.migrate();
    const check = await ferrite.checkIfNeeded();
    const db = await ferrite.database();
    const rows = await db.all('SELECT town, count(*) AS n, sum(total) AS total, sum(state = \\'big\\') AS big FROM orders GROUP BY town');
    const places = await db.all('SELECT * FROM places ORDER BY name');
    const wrong = await ferrite.downgrade({ to: 3 }).then(() => ferrite.upgrade({ to: 1 })).catch((error) => error.code);
    const down = await ferrite.downgrade({ to: 1 });
    const left = await db.get('SELECT count(*) AS n, sum(total) AS total FROM orders WHERE city IS NOT NULL');
    return { before, files, refused, reason, report, entered, verified, up, late, again, check, rows, places, wrong, down, left };
  `);
  assert.equal(seen.code, undefined, seen.message);
  assert.deepEqual([seen.before.current, seen.before.target, seen.before.pending.length], [0, 3, 3]);
  assert.ok(!seen.files.includes('from-1.db'), 'asking makes no store');
  assert.deepEqual([seen.refused, seen.reason], ['state', 'data-found']);
  assert.deepEqual([seen.report.status, seen.report.plan.name], ['verified', 'shop 1']);
  assert.deepEqual(seen.entered.applied.map(({ version, stamped }) => [version, stamped]), [[1, true]]);
  assert.equal(seen.verified.status, 'verified');
  assert.deepEqual([seen.up.current, seen.up.pending, seen.up.drift], [3, [], []]);
  assert.equal(seen.late, 'state');
  assert.equal(seen.again.finishedAt, seen.report.finishedAt);
  assert.equal(seen.check.reason, 'already-migrated');
  assert.deepEqual(seen.rows, [{ town: 'Oslo', n: 100, total: 15150, big: 67 }, { town: 'Rome', n: 200, total: 30000, big: 133 }]);
  assert.deepEqual(seen.places, [{ name: 'Oslo', orders: 100 }, { name: 'Rome', orders: 200 }]);
  assert.equal(seen.wrong, 'invalid_argument');
  assert.equal(seen.down.current, 1);
  assert.deepEqual(seen.left, { n: ORDERS, total: ORDERS * (ORDERS + 1) / 2 });
});

test('drift is shown and refused, nothing is changed, and repair is explicit', async () => {
  await withChain({ store: 'drift.db', chain }, 'await ferrite.migrate(); return ferrite.upgrade({ to: 2 });');
  const before = await sqlite(await exportStore('drift.db', 'drift.db'), CONTENT);
  const seen = await withChain({ store: 'drift.db', chain: drifted }, `
    const status = await ferrite.versions();
    const codes = [];
    for (const way of [() => ferrite.upgrade(), () => ferrite.downgrade({ to: 1 })]) await way().catch((error) => codes.push(error.code));
    return { status, codes };
  `);
  assert.deepEqual(seen.codes, ['drift', 'drift']);
  assert.deepEqual(seen.status.drift.map(({ version }) => version), [2]);
  assert.match(seen.status.drift[0].text, /^- .*"town"$/m);
  assert.match(seen.status.drift[0].text, /^\+ .*"place"$/m);
  const after = await exportStore('drift.db', 'drift-after.db');
  assert.equal(await sqlite(after, CONTENT), before);
  assert.equal(await sqlite(after, 'SELECT max(version) FROM ferrite_version'), '2');
  const repaired = await withChain({ store: 'drift.db', chain: drifted }, 'return ferrite.repair();');
  assert.deepEqual([repaired.current, repaired.drift], [2, []]);
});

test('a store that already has data goes up too', async () => {
  await page.evaluate(dropOrders);
  const { versions: [first] } = chain;
  const seen = await withChain({ store: 'own.db', chain: { ...chain, versions: [{ ...first, plan: undefined }, ...chain.versions.slice(1)] } }, `
    const made = await ferrite.upgrade({ to: 1 });
    const db = await ferrite.database();
    await db.run('INSERT INTO orders VALUES(1, ?, 500)', ['Bergen']);
    const up = await ferrite.upgrade();
    return { made, up, row: await db.get('SELECT * FROM orders'), place: await db.get('SELECT * FROM places') };
  `);
  assert.deepEqual([seen.made?.current, seen.up?.current], [1, 3], seen.message);
  assert.deepEqual(seen.row, { id: 1, town: 'Bergen', total: 500, state: 'big' });
  assert.deepEqual(seen.place, { name: 'Bergen', orders: 1 });
});

test('a store that was migrated before the app had a chain goes on from its plan', async () => {
  await page.evaluate(putOrders, { version: 1, count: ORDERS });
  await withChain({ store: 'earlier.db', plan: chain.versions[0].plan }, 'await ferrite.migrate();');
  const seen = await withChain({ store: 'earlier.db', chain }, `
    const { needed } = await ferrite.checkIfNeeded();
    return { needed, status: await ferrite.upgrade() };
  `);
  assert.equal(seen.needed, false, seen.message);
  assert.deepEqual(seen.status.applied.map(({ version, stamped }) => [version, stamped]), [[1, true], [2, false], [3, false]]);
  await page.evaluate(dropOrders);
});

test('an app of version 2 enters at 2, and the program gives the same content from the bundle', async () => {
  await page.evaluate(putOrders, { version: 2, count: ORDERS });
  const report = await withChain({ store: 'from-2.db', chain }, 'return ferrite.migrate();');
  assert.deepEqual([report.status, report.plan?.name], ['verified', 'shop 2'], report.message);
  await page.evaluate(async (given) => { window.ferrite = await open({ store: 'from-2.db', chain: given }); }, chain);
  await saveBlob(page, () => window.ferrite.exportBundle(), join(folder, 'bundle'));
  await page.evaluate(() => window.ferrite.close());
  assert.equal((await withChain({ store: 'from-2.db', chain }, 'return ferrite.upgrade();')).current, 3);
  await writeFile(join(folder, 'chain.json'), JSON.stringify(chain));
  const native = await program('migrate', join(folder, 'bundle'), '--chain', join(folder, 'chain.json'), '--store', join(folder, 'native.db'));
  assert.equal(native.status, 0, native.stderr);
  assert.deepEqual(native.answer.tables, report.tables);
  assert.equal(await contentOf(await exportStore('from-2.db', 'from-2.db')), await contentOf(join(folder, 'native.db')));
});

test('versions that differ by keys of localStorage alone are told apart', async () => {
  const cart = (match) => ({ ferrite: 1, name: JSON.stringify(match), tables: [{ name: 'cart', from: { localStorage: match }, columns: { key: { path: '$key', type: 'text' } }, primaryKey: ['key'] }] });
  const carts = { ferrite: 1, name: 'carts', versions: [{ version: 1, name: 'one', plan: cart({ key: 'cart' }) }, { version: 2, name: 'many', plan: cart({ prefix: 'cart.' }) }] };
  const enter = async (key, store) => {
    await page.evaluate((name) => { localStorage.clear(); localStorage.setItem('theme', 'dark'); localStorage.setItem(name, 'x'); }, key);
    return withChain({ store, chain: carts }, 'await ferrite.migrate(); return (await ferrite.versions()).current;');
  };
  assert.deepEqual([await enter('cart', 'cart-1.db'), await enter('cart.7', 'cart-2.db')], [1, 2]);
  await page.evaluate(() => localStorage.clear());
});

test('the plan beside a chain is that of its newest version', async () => {
  const versions = [{ ...chain.versions[0], plan: undefined }, { version: 2, name: 'towns', up: chain.versions[1].up }];
  const options = { store: 'beside.db', chain: { ...chain, versions }, plan: chain.versions[1].plan };
  const seen = await withChain(options, 'await ferrite.migrate(); return ferrite.versions();');
  assert.deepEqual(seen.applied?.map(({ version, stamped }) => [version, stamped]), [[1, true], [2, true]], seen.message);
  const twice = await page.evaluate((given) => open(given).catch((error) => error.code), { ...options, chain: { ...chain, versions: [{ ...versions[1], plan: options.plan }] } });
  assert.equal(twice, 'invalid_argument');
});

test('a kill in the middle of a step leaves the version before it or after it', async () => {
  const slow = { ...chain, versions: [...chain.versions, {
    version: 4, name: 'slow',
    up: [
      { add: { table: 'orders', column: 'sum', type: 'integer' } },
      { sql: 'UPDATE orders SET sum = (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT sum(i) + id FROM n)' },
    ],
  }] };
  const sum = 20000 * 20001 / 2;
  for (const [index, wait] of [0, 40, 150, 400].entries()) {
    const store = `killed-${index}.db`;
    await withChain({ store, chain }, 'await ferrite.migrate(); return ferrite.upgrade();');
    const victim = await browser.newPage();
    await victim.evaluate(async ([name, given]) => {
      const ferrite = await open({ store: name, chain: given });
      await ferrite.versions();
      window.running = ferrite.upgrade();
      window.running.catch(() => undefined);
    }, [store, slow]);
    await victim.waitForTimeout(wait);
    await crash(victim);
    const seen = await withChain({ store, chain: slow }, `
      const { current, drift } = await ferrite.versions();
      const db = await ferrite.database();
      const columns = await db.all("SELECT name FROM pragma_table_info('orders')");
      const damage = await db.get('PRAGMA integrity_check');
      const finished = await ferrite.upgrade();
      const rows = await db.get('SELECT count(*) AS n, min(sum - id) AS low, max(sum - id) AS high FROM orders');
      return { current, drift, has: columns.some(({ name }) => name === 'sum'), damage, finished: finished.current, rows };
    `);
    assert.ok(seen.current === 3 || seen.current === 4, JSON.stringify(seen));
    assert.equal(seen.has, seen.current === 4, 'schema and history go together');
    assert.deepEqual([seen.drift, seen.damage, seen.finished], [[], { integrity_check: 'ok' }, 4]);
    assert.deepEqual(seen.rows, { n: ORDERS, low: sum, high: sum });
  }
});
