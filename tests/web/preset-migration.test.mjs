// What real libraries wrote in Chromium goes into SQLite by the plan that the
// presets give: nothing is lost, it can be asked for, and secrets stay out.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ferrite, saveBlob, sqlite } from '../../web/demo/journey.mjs';
import { openLibraries } from './support/libraries.mjs';

let origin;

before(async () => {
  origin = await openLibraries('preset-migration-pages');
});
after(() => origin?.close());

/** A plan has a table, also where all that was written is excluded. */
const NONE = [{ name: 'none', from: { indexedDB: 'nowhere', store: 'nothing', optional: true } }];

function planOf(layouts) {
  const tables = layouts.flatMap((layout) => layout.tables);
  const excluded = layouts.flatMap((layout) => layout.excluded);
  return { ferrite: 1, name: 'layouts', tables: tables.length > 0 ? tables : NONE, excluded };
}

const withoutInferred = (plan) =>
  ({ ...plan, tables: plan.tables.map(({ columns, ...table }) => (columns === 'infer' ? table : { columns, ...table })) });

/** With the columns that `ferrite plan infer` finds where the presets leave them open. */
async function withInferred(plan, bundle, file) {
  if (!plan.tables.some(({ columns }) => columns === 'infer')) return plan;
  const { status, stderr } = await ferrite('plan', 'infer', bundle, '-o', file);
  assert.equal(status, 0, stderr);
  const inferred = JSON.parse(await readFile(file, 'utf8'));
  return {
    ...plan,
    tables: plan.tables.map((table) => {
      if (table.columns !== 'infer') return table;
      const { columns: _, ...rest } = table;
      const same = inferred.tables.find(({ from, each }) => !each && JSON.stringify(from) === JSON.stringify(table.from));
      return same ? { ...rest, columns: same.columns, primaryKey: same.primaryKey } : rest;
    }),
  };
}

async function inFolder(use) {
  const folder = await mkdtemp(join(tmpdir(), 'ferrite-presets-'));
  try {
    return await use((name) => join(folder, name), folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function exportBundle(page, plan, path) {
  await page.evaluate(async (what) => {
    const { openFerrite } = await import('/ferrite/index.js');
    window.ferrite = await openFerrite({ plan: what, store: 'presets.sqlite3' });
  }, withoutInferred(plan));
  await saveBlob(page, () => window.ferrite.exportBundle(), path);
}

/** Bundle, plan, migration and verification by the program. */
async function migrate(page, layouts, file) {
  await exportBundle(page, planOf(layouts), file('bundle'));
  const plan = await withInferred(planOf(layouts), file('bundle'), file('inferred.json'));
  await writeFile(file('plan.json'), JSON.stringify(plan));
  const report = await ferrite('migrate', file('bundle'), '--plan', file('plan.json'), '--store', file('store'));
  assert.equal(report.status, 0, JSON.stringify(report));
  const verified = await ferrite('verify', file('bundle'), '--plan', file('plan.json'), '--store', file('store'));
  assert.equal(verified.answer?.status, 'verified', JSON.stringify(verified));
  return { plan, report: report.answer };
}

const sourceOf = (from) => (from.store ? `indexedDB ${from.indexedDB}/${from.store}` : Object.keys(from)[0]);

/** label → number of records, as the page's own interfaces count them. */
function counted({ databases, localStorage, sessionStorage }) {
  const stores = databases.flatMap(({ name, stores }) => stores.map((store) => [`indexedDB ${name}/${store.name}`, store.records]));
  return { ...Object.fromEntries(stores), localStorage: localStorage.length, sessionStorage: sessionStorage.length };
}

/** Each record of each source is whole in one row, or excluded. */
function accountFor({ plan, report, facts }) {
  const records = counted(facts);
  assert.equal(report.status, 'verified');
  assert.equal(report.totals.failed, 0);
  const found = new Set(report.sources.map(({ label }) => label));
  for (const [label, count] of Object.entries(records)) assert.ok(count === 0 || found.has(label), `${label} is in the plan`);
  for (const source of report.sources) {
    const { label } = source;
    assert.equal(source.expected, records[label] ?? 0, label);
    assert.equal(source.unclaimed + source.filtered + source.failed, 0, JSON.stringify(source));
    const rows = plan.tables
      .filter(({ from, each }) => each === undefined && [from].flat().some((one) => sourceOf(one) === label))
      .map(({ name }) => report.tables.find((table) => table.name === name).rows);
    assert.equal(rows.reduce((sum, count) => sum + count, 0) + source.excluded, records[label] ?? 0, JSON.stringify(source));
  }
  // Then verified means that a record can be built again from its row.
  assert.ok(plan.tables.every(({ unmapped, drop }) => unmapped === undefined && drop === undefined));
}

/** Library → a question to the store and its answer; how many records are excluded. */
const asked = {
  localforageIndexedDb: [`SELECT value ->> '$.name' FROM localforage WHERE key = 'profile'`, 'Åse', 1],  // its feature test
  localforageNamed: [`SELECT total FROM orders`, '12.5', 0],
  localforageLocalStorage: [`SELECT value ->> '$.name' FROM localforage WHERE key = 'localforage/profile'`, 'Åse', 0],
  ionicStorage: [`SELECT value ->> '$.name' FROM ionic_storage WHERE key = 'user'`, 'Ada', 0],
  idbKeyval: [`SELECT value ->> '$' FROM keyval WHERE key = 'theme'`, 'dark', 0],
  reduxPersist: [`SELECT value ->> '$.lines[0].price' FROM persist_root WHERE slice = 'cart'`, '1.5', 0],
  zustand: [`SELECT state ->> '$.bears' FROM "bear-storage" WHERE key = 'bear-storage'`, '3', 0],
  tanstackQuery: [`SELECT count(*) FROM none`, '0', 2],
  capacitorPreferences: [`SELECT value FROM preferences WHERE key = 'CapacitorStorage.name'`, 'Max', 0],
  dexie: [`SELECT isbn || ' ' || (SELECT name FROM authors) FROM books WHERE isbn = '2'`, '2 Undset', 0],
  dexieCloud: [`SELECT title FROM todos WHERE id = 'todo-1'`, 'Paint the hull', 1],
  // localStorage: PouchDB's feature test and its signal to other tabs.
  pouchIdb: [`SELECT body ->> '$.title', body ->> '$.done' FROM notes_documents d
      JOIN notes_revisions r ON r._doc_id_rev = d.id || '::' || d.winningRev WHERE d.id = 'n1'`, 'Quay|1', 3],
  pouchIndexedDb: [`SELECT data ->> '$.title', data ->> '$.done' FROM notes_documents d
      JOIN notes_revisions r ON r.id = d.id AND r.rev = d.rev WHERE d.id = 'n1'`, 'Quay|1', 2],
  loki: [`SELECT value ->> '$[1].built' FROM catalogue WHERE key = 'boats.chunk.0'`, '1872', 0],
  rxdbDexie: [`SELECT name FROM boats WHERE id = 'b1'`, 'Fram', 0],
  rxdbLocalStorage: [`SELECT document ->> '$.name' FROM boats WHERE document ->> '$.id' = 'b1'`, 'Fram', 0],
  tinybase: [`SELECT cells ->> '$.species' FROM petstore_rows WHERE "table" = 'pets' AND "row" = 'fido'`, 'dog', 0],
  yIndexedDb: [`SELECT (SELECT value ->> '$.at' FROM "page-1_custom" WHERE key = 'cursor'),
      (SELECT instr("update", CAST(' quay' AS BLOB)) > 0 FROM "page-1_updates" ORDER BY number DESC LIMIT 1)`, '3|1', 0],
};

for (const [library, [question, answer, excluded]] of Object.entries(asked)) {
  test(`What ${library} wrote is in SQLite, every record of it`, () => inFolder((file) =>
    origin.withWritten([library], async ({ page, facts, layouts, unknown }) => {
      assert.deepEqual(unknown, []);
      const { plan, report } = await migrate(page, layouts, file);
      accountFor({ plan, report, facts });
      const left = report.sources.reduce((sum, source) => sum + source.excluded, 0);
      assert.equal(left, excluded);
      assert.equal(await sqlite(file('store'), question), answer);
    })));
}

const SECRET = 'planted-secret-5f1c9a';
const PLAIN = 'planted-theme-77d0';

/** Credentials as the libraries keep them, that of Dexie Cloud beside what it wrote; and one plain entry. */
async function plant() {
  const secret = 'planted-secret-5f1c9a';
  const token = JSON.stringify({ secret });
  localStorage.setItem('theme', 'planted-theme-77d0');
  localStorage.setItem('msal.token.keys.app', token);
  localStorage.setItem('u.t-login.windows.net-accesstoken-app-t-s', token);
  localStorage.setItem('CognitoIdentityServiceProvider.app.ada.accessToken', secret);
  localStorage.setItem('firebase:authUser:key:[DEFAULT]', token);
  sessionStorage.setItem('oidc.user:https://id.example:app', token);
  const put = (name, version, store, keyPath, record) => new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => request.result.createObjectStore(store, { keyPath });
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      try {
        const write = request.result.transaction(store, 'readwrite');
        write.objectStore(store).put(record);
        write.oncomplete = () => { request.result.close(); resolve(); };
        write.onerror = () => reject(write.error);
      } catch (error) {
        reject(error);
      }
    };
  });
  await put('firebaseLocalStorageDb', 1, 'firebaseLocalStorage', 'fbase_key', { fbase_key: 'user', value: { accessToken: secret } });
  await put('team-nowhere', undefined, '$logins', 'claims.sub', { userId: 'eve', accessToken: secret, claims: { sub: 'eve' } });
}

test('No byte of a credential is in bundle or store, and the report counts them as excluded', () => inFolder((file, folder) =>
  origin.withWritten(['dexieCloud'], async ({ page, facts, layouts }) => {
    const { report } = await migrate(page, [...layouts, { tables: [{ name: 'theme', from: { localStorage: true } },
      { name: 'tabs', from: { sessionStorage: true } }], excluded: [] }], file);
    const excluded = Object.fromEntries(report.sources.filter((source) => source.excluded > 0).map((source) => [source.label, source.excluded]));
    assert.deepEqual(excluded, {
      localStorage: 4, sessionStorage: 1, 'indexedDB firebaseLocalStorageDb/firebaseLocalStorage': 1,
      'indexedDB team-nowhere/$logins': counted(facts)['indexedDB team-nowhere/$logins'],
    });
    assert.ok(!JSON.stringify(report).includes(SECRET));
    for (const kind of ['bundle', 'store']) {
      const files = (await readdir(folder)).filter((name) => name.startsWith(kind));
      const bytes = Buffer.concat(await Promise.all(files.map((name) => readFile(join(folder, name)))));
      assert.ok(bytes.includes(PLAIN), 'the search finds what is there');
      assert.ok(!bytes.includes(SECRET) && !bytes.includes(Buffer.from(SECRET, 'utf16le')), kind);
    }
    const { answer: inspected } = await ferrite('inspect', file('bundle'));
    const left = Object.fromEntries(inspected.sources.map((source) =>
      [source.label, source.excluded.reduce((sum, { records }) => sum + records, 0)]).filter(([, count]) => count > 0));
    assert.deepEqual(left, excluded);
    // The same numbers in the browser.
    const numbers = ({ sources }) => sources.map((source) => ({ ...source, source: JSON.stringify(source.source) }));
    const here = await page.evaluate(async () => {
      const migrated = await window.ferrite.migrate();
      return { migrated, verified: await window.ferrite.verify(), answer: await window.ferrite.prepare() };
    });
    assert.deepEqual(numbers(here.migrated), numbers(report));
    assert.deepEqual(numbers(here.verified), numbers(report));
    assert.deepEqual(here.answer.sources.map((source) => source.excluded), report.sources.map((source) => source.excluded));
  }, plant)));
