// Real libraries write their data in Chromium; the presets must recognise it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openLibraries } from './support/libraries.mjs';

let origin;

before(async () => {
  origin = await openLibraries('preset-pages');
});
after(() => origin?.close());

/** What is recognised after the library wrote, in an origin of its own. */
const layoutsOf = (name) => origin.withWritten([name], (found) => found);

const ofStore = (database, store) => ({ indexedDB: database, store });
const brief = ({ name, from, columns }) =>
  ({ name, from, columns: typeof columns === 'object' ? Object.keys(columns) : columns ?? 'none' });

/**
 * `tables`: [name, from, names of columns, "infer" or "none"]; `excluded`:
 * [from, words of the reason]; `evidence`: words of each sentence; `also`:
 * presets that recognise what the library leaves elsewhere.
 */
const expected = {
  localforageIndexedDb: {
    preset: 'localforage', evidence: ['called localforage', 'keyvaluepairs'],
    tables: [['localforage', ofStore('localforage', 'keyvaluepairs'), ['key', 'value']]],
    excluded: [[ofStore('localforage', 'local-forage-detect-blob-support'), 'feature test']],
  },
  localforageNamed: {
    preset: 'localforage', evidence: ['feature test'],
    tables: [['orders', ofStore('shop', 'orders'), 'infer']],
    excluded: [[ofStore('shop', 'local-forage-detect-blob-support'), 'feature test']],
  },
  localforageLocalStorage: {
    preset: 'localforage', evidence: ['localforage/'],
    tables: [['localforage', { localStorage: { prefix: 'localforage/' } }, ['key', 'value']]],
  },
  ionicStorage: {
    preset: 'ionic-storage', evidence: ['_ionicstorage'],
    tables: [['ionic_storage', ofStore('_ionicstorage', '_ionickv'), ['key', 'value']]],
    excluded: [[ofStore('_ionicstorage', 'local-forage-detect-blob-support'), 'feature test']],
  },
  idbKeyval: {
    preset: 'idb-keyval', evidence: ['keyval-store', 'keyval'],
    tables: [['keyval', ofStore('keyval-store', 'keyval'), ['key', 'value']]],
  },
  reduxPersist: {
    preset: 'redux-persist', evidence: ['persist:root'],
    tables: [
      ['persist_root', { localStorage: { key: 'persist:root' } }, ['key', 'slice', 'value']],
      ['persist_root_entry', { localStorage: { key: 'persist:root' } }, ['key', 'text']],
    ],
  },
  zustand: {
    preset: 'zustand', evidence: ['bear-storage'],
    tables: [['bear-storage', { localStorage: { key: 'bear-storage' } }, ['key', 'version', 'state']]],
  },
  tanstackQuery: {
    preset: 'tanstack-query', evidence: ['REACT_QUERY_OFFLINE_CACHE', 'tanstack-query-'], tables: [],
    excluded: [
      [{ localStorage: { key: 'REACT_QUERY_OFFLINE_CACHE' } }, 'cache'],
      [{ localStorage: { prefix: 'tanstack-query-' } }, 'cache'],
    ],
  },
  capacitorPreferences: {
    preset: 'capacitor-preferences', evidence: ['CapacitorStorage.', '_cap_'],
    tables: [
      ['preferences', { localStorage: { prefix: 'CapacitorStorage.' } }, ['key', 'value']],
      ['preferences_before_3', { localStorage: { prefix: '_cap_' } }, ['key', 'value']],
    ],
  },
  dexie: {
    preset: 'dexie', evidence: ['multiple of 10'],
    tables: [['authors', ofStore('library', 'authors'), 'infer'], ['books', ofStore('library', 'books'), 'infer']],
  },
  pouchIdb: {
    preset: 'pouchdb-idb', also: ['pouchdb'], evidence: ['_pouch_', 'document-store', 'by-sequence'],
    tables: [
      ['notes_attachments_of_revisions', ofStore('_pouch_notes', 'attach-seq-store'), 'none'],
      ['notes_attachments', ofStore('_pouch_notes', 'attach-store'), 'none'],
      ['notes_revisions', ofStore('_pouch_notes', 'by-sequence'), ['seq', '_doc_id_rev', 'body']],
      ['notes_documents', ofStore('_pouch_notes', 'document-store'), ['id', 'winningRev', 'deletedOrLocal', 'seq', 'data']],
      ['notes_local', ofStore('_pouch_notes', 'local-store'), 'none'],
      ['notes_meta', ofStore('_pouch_notes', 'meta-store'), 'none'],
    ],
    excluded: [[ofStore('_pouch_notes', 'detect-blob-support'), 'feature test']],
  },
  pouchIndexedDb: {
    preset: 'pouchdb-indexeddb', also: ['pouchdb'], evidence: ['_pouch_', 'docs', 'meta'],
    tables: [
      ['notes_documents', ofStore('_pouch_notes', 'docs'), ['id', 'rev', 'deleted', 'seq']],
      ['notes_revisions', ofStore('_pouch_notes', 'docs'), ['id', 'rev', 'data']],
      ['notes_meta', ofStore('_pouch_notes', 'meta'), 'none'],
    ],
  },
  loki: {
    preset: 'lokijs', evidence: ['LokiIncrementalData'],
    tables: [['catalogue', ofStore('catalogue', 'LokiIncrementalData'), ['key', 'value']]],
  },
  tinybase: {
    preset: 'tinybase', evidence: ['t, v and m', 'key path k', 'key path k'],
    tables: [
      ['petstore_mergeable', ofStore('petstore', 'm'), 'none'],
      ['petstore_tables', ofStore('petstore', 't'), ['table', 'content']],
      ['petstore_rows', ofStore('petstore', 't'), ['table', 'row', 'cells']],
      ['petstore_values', ofStore('petstore', 'v'), ['value_id', 'value']],
    ],
  },
  yIndexedDb: {
    preset: 'y-indexeddb', evidence: ['updates and custom', 'numbers its records', 'outside the values'],
    tables: [
      ['page-1_custom', ofStore('page-1', 'custom'), ['key', 'value']],
      ['page-1_updates', ofStore('page-1', 'updates'), ['number', 'update']],
    ],
  },
};

for (const [library, { preset, evidence, tables, excluded = [], also = [] }] of Object.entries(expected)) {
  test(`What ${library} wrote is recognised`, async () => {
    const { layouts, unknown } = await layoutsOf(library);
    assert.deepEqual(layouts.map((layout) => layout.preset), [preset, ...also]);
    const [layout] = layouts;
    assert.equal(layout.evidence.length, evidence.length, layout.evidence.join(' '));
    evidence.forEach((words, i) => assert.ok(layout.evidence[i].includes(words), layout.evidence[i]));
    assert.deepEqual(layout.tables.map(brief), tables.map(([name, from, columns]) => ({ name, from, columns })));
    assert.deepEqual(layout.excluded.map(({ from }) => from), excluded.map(([from]) => from));
    excluded.forEach(([, words], i) => assert.ok(layout.excluded[i].reason.includes(words), layout.excluded[i].reason));
    assert.deepEqual(unknown, []);
  });
}

test('What dexieCloud wrote is recognised, its logins are excluded', async () => {
  const { facts, layouts, unknown } = await layoutsOf('dexieCloud');
  const layout = layouts.find(({ preset }) => preset === 'dexie-cloud');
  assert.deepEqual(layout.excluded.map(({ from }) => from), [ofStore('team-nowhere', '$logins')]);
  assert.match(layout.excluded[0].reason, /^credentials/);
  const stores = facts.databases.find(({ name }) => name === 'team-nowhere').stores.map(({ name }) => name);
  assert.deepEqual(
    layout.tables.map(({ from }) => from.store).sort(), stores.filter((name) => name !== '$logins').sort());
  assert.equal(layout.tables.find(({ name }) => name === 'todos').columns, 'infer');
  // Dexie Cloud notes changes for sending from the sign-in on: there are none.
  assert.ok(!layout.notes.some((note) => note.startsWith('Warning')));
  assert.deepEqual(unknown, []);
});

test('What rxdbDexie wrote is recognised, a table for the documents of each collection', async () => {
  const { layouts, unknown } = await layoutsOf('rxdbDexie');
  assert.ok(layouts.length >= 2 && layouts.every(({ preset }) => preset === 'rxdb-dexie'));
  const boats = layouts.find(({ evidence }) => evidence[0].includes('boats of harbour, schema version 0'));
  const docs = boats.tables.find(({ name }) => name === 'boats');
  assert.deepEqual(docs.from, ofStore('rxdb-dexie-harbour--0--boats', 'docs'));
  assert.equal(docs.columns, 'infer');
  assert.deepEqual(unknown, []);
});

test('What rxdbLocalStorage wrote is recognised, a table for each collection', async () => {
  const { layouts, unknown } = await layoutsOf('rxdbLocalStorage');
  assert.deepEqual(layouts.map(({ preset }) => preset), ['rxdb-localstorage']);
  const boats = layouts[0].tables.find(({ name }) => name === 'boats');
  assert.deepEqual(boats.from, { localStorage: { prefix: 'RxDB-ls-doc-harbour--boats--0-' } });
  assert.deepEqual([boats.as, Object.keys(boats.columns)], ['json', ['key', 'document']]);
  assert.deepEqual(unknown, []);
});
