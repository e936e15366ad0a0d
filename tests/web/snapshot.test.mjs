// Snapshot and restore of an origin's IndexedDB and localStorage in a browser.
// FERRITE_WRITE_DOCS=1 writes core/doc/snapshot-types.md instead of checking it.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, beforeEach, describe, test } from 'node:test';

import { root } from '../support/load-module.mjs';
import { openBrowser } from './support/browser.mjs';
import { snapshotPage } from './support/snapshot-page.mjs';

const SHAPES = Number(process.env.FERRITE_SHAPES ?? 2000);
const SEED = Number(process.env.FERRITE_SEED ?? 1);
const DOCUMENT = `${root}core/doc/snapshot-types.md`;

let browser;
let page;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());
beforeEach(async () => {
  await page?.close();
  page = await snapshotPage(browser);
  await page.evaluate(async () => {
    await shapes.deleteOrigin();
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
  });
});

/** Small: two databases and an item. */
const fillSmall = () => page.evaluate(async () => {
  await shapes.create('one', 3, (database) => database.createObjectStore('s', { keyPath: 'id', autoIncrement: true }), async (database) => {
    const transaction = database.transaction('s', 'readwrite');
    for (let i = 0; i < 5; ++i) transaction.objectStore('s').put({ n: i });
    await new Promise((resolve) => { transaction.oncomplete = resolve; });
  });
  await shapes.create('two', 1, (database) => database.createObjectStore('t').put('x', 1));
  localStorage.setItem('item', 'value');
});

/** What a call in the page rejects with, or "resolved". */
const rejection = (work, argument) => page.evaluate(async ([source, given]) => {
  try {
    await (0, eval)(`(${source})`)(given);
    return 'resolved';
  } catch (error) {
    return error.toJSON?.() ?? String(error);
  }
}, [work.toString(), argument]);

function typesDocument(types) {
  const rows = types.map(({ name, how, result }) => `| ${name} | ${how} | ${result} |`);
  return `# Types that a snapshot restores

Written by \`tests/web/snapshot.test.mjs\` (\`FERRITE_WRITE_DOCS=1\`) from what it found in Chromium: each type that IndexedDB
stores there was put into a store, taken into a snapshot, deleted and restored, and what came back was compared with what was
there before: type, prototype, members and their order, what is shared, contents of Blobs, keys and pictures.

- *in the file*: in the [record encoding](record-encoding.md) itself, so every reader of the bundle has it;
- *described in the file*: as plain values from which the object is built again, in any browser;
- *copied in the browser*: by structured copy in the database \`ferrite-kept-<id>\`, since no file can hold it: restored in this
  browser only, and a restore elsewhere is refused unless it is told to do without these records;
- *copied by the window*: likewise, and by the window, because a worker reads \`null\` in its place.

| Type | How it is kept | What came back |
|---|---|---|
${rows.join('\n')}
`;
}

const HOW = { described: 'described in the file', copied: 'copied in the browser', window: 'copied by the window', lost: 'lost' };

describe('Snapshot and restore', () => {
  test(`give ${SHAPES} generated shapes of every type back as they were`, async () => {
    const found = await page.evaluate(async ([seed, count]) => {
      await shapes.fillOrigin(seed, count);
      const was = await compare.stateOfOrigin();
      const snapshot = await ferrite.takeSnapshot();
      const untouched = await compare.differences(was, await compare.stateOfOrigin());
      await shapes.deleteOrigin();
      const report = await ferrite.restoreSource(snapshot.bundle, { confirm: true });
      const is = await compare.stateOfOrigin();
      const { bundle, kept, ...rest } = snapshot;
      const stores = (state) => state.databases.find(({ name }) => name === 'types').stores;
      const types = stores(was).map(({ name, records: [{ value }] }, i) => ({
        name,
        how: [...new Set(kept.filter(({ source }) => source?.indexedDB === 'types' && source.store === name).map(({ how }) => how))],
        difference: compare.difference(value, stores(is)[i].records[0].value),
      }));
      const total = was.databases.flatMap((database) => database.stores).reduce((sum, { records }) => sum + records.length, 0);
      const journal = await ferrite.pendingRestore();
      return { untouched, differences: await compare.differences(was, is), types, total, report, journal, snapshot: rest, items: was.items.length };
    }, [SEED, SHAPES]);
    assert.deepEqual(found.untouched, [], 'taking a snapshot changed the sources');
    assert.deepEqual(found.differences, []);
    assert.ok(found.total >= SHAPES);
    assert.equal(found.snapshot.records, found.total + found.items);
    assert.equal(found.report.records, found.snapshot.records);
    assert.deepEqual([found.report.status, found.report.leftOut, found.journal], ['restored', 0, undefined]);
    assert.deepEqual([found.snapshot.lost, found.snapshot.changed], [[], []]);

    const types = found.types.map(({ name, how, difference }) => ({
      name,
      // A window's records are told for all sources together.
      how: (name === 'RTCCertificate' ? ['window'] : how).map((each) => HOW[each]).join(', ') || 'in the file',
      result: difference === '' ? 'the same' : difference,
    })).sort((a, b) => (a.name < b.name ? -1 : 1));
    if (process.env.FERRITE_WRITE_DOCS) await writeFile(DOCUMENT, typesDocument(types));
    assert.equal(await readFile(DOCUMENT, 'utf8'), typesDocument(types), 'write it with FERRITE_WRITE_DOCS=1');
  });

  test('leave key generators where they are, and set them there again', async () => {
    const numbers = {
      untouched: 1, 'used and empty': 6, 'ahead of its records': 3, 'taken along': 42, 'below zero': 1, 'one left': 2 ** 53,
      exhausted: 'ConstraintError',
    };
    const expected = Object.fromEntries(Object.entries(numbers).flatMap(([name, key]) =>
      ['deep', 'in', 'out'].map((kind) => [`${name}, ${kind}`, key])));
    const found = await page.evaluate(async () => {
      await shapes.fillOrigin(1, 10, true);
      await ferrite.takeSnapshot();
      const { bundle } = await ferrite.takeSnapshot();
      const probed = await shapes.nextKeys();
      await shapes.deleteOrigin();
      await ferrite.restoreSource(bundle, { confirm: true });
      return { probed, restored: await shapes.nextKeys() };
    });
    assert.deepEqual(found, { probed: expected, restored: expected });
  });

  test('go on beside another tab that has the databases open and writes', async () => {
    await fillSmall();
    const other = await snapshotPage(browser);
    await other.evaluate(() => new Promise((resolve) => {
      const request = indexedDB.open('one');
      request.onsuccess = () => {
        let written = 0;
        const write = () => {
          request.result.transaction('s', 'readwrite').objectStore('s').put({ n: 'more' }).onsuccess = () => {
            if (++written === 3) resolve();
            if (!window.enough) write();
          };
        };
        write();
      };
    }));
    const snapshot = await page.evaluate(async () => {
      const { bundle, ...rest } = await ferrite.takeSnapshot();
      return rest;
    });
    await other.evaluate(() => { window.enough = true; });
    await other.close();
    assert.ok(snapshot.records >= 7 + 3);
    assert.deepEqual(snapshot.changed, ['one']);
    assert.equal(snapshot.warnings.length, 1);
  });

  test('say what only a window could read', async () => {
    const found = await page.evaluate(async () => {
      const certificate = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' });
      await shapes.create('certificates', 1, (database) => {
        const store = database.createObjectStore('s', { keyPath: 'id' });
        store.put({ id: 1, certificate });
        store.put({ id: 2 });
        database.createObjectStore('nulls').put(null, 1);
      });
      const was = await compare.stateOfOrigin();
      const { bundle, kept } = await ferrite.takeSnapshot();
      await shapes.deleteOrigin();
      await ferrite.restoreSource(bundle, { confirm: true });
      return { kept, differences: await compare.differences(was, await compare.stateOfOrigin()) };
    });
    assert.deepEqual(found, { kept: [{ type: 'record', how: 'window', count: 1 }], differences: [] });
  });

  test('restore what was absent as absent, and leave what the snapshot does not hold', async () => {
    await fillSmall();
    const found = await page.evaluate(async () => {
      const { bundle } = await ferrite.takeSnapshot({ databases: ['one', 'gone'], localStorage: false });
      await shapes.create('gone', 1, (database) => database.createObjectStore('s'));
      await shapes.create('later', 1, (database) => database.createObjectStore('s'));
      localStorage.setItem('item', 'newer');
      const part = await ferrite.restoreSource(bundle, { confirm: true });
      return { part, names: (await indexedDB.databases()).map(({ name }) => name).sort(), item: localStorage.getItem('item') };
    });
    assert.deepEqual([found.part.databases, found.part.removed, found.part.localStorage], [['one'], ['gone'], false]);
    assert.deepEqual(found.names, ['ferrite-restore', 'later', 'one', 'two']);
    assert.equal(found.item, 'newer');
  });

  test('delete databases of later on request only', async () => {
    await fillSmall();
    const found = await page.evaluate(async () => {
      const { bundle } = await ferrite.takeSnapshot();
      await shapes.create('later', 1, (database) => database.createObjectStore('s'));
      const kept = await ferrite.restoreSource(bundle, { confirm: true });
      const removed = await ferrite.restoreSource(bundle, { confirm: true, removeOthers: true });
      return { kept, removed, names: (await indexedDB.databases()).map(({ name }) => name).sort() };
    });
    assert.deepEqual([found.kept.others, found.kept.removed], [['later'], []]);
    assert.deepEqual([found.removed.others, found.removed.removed], [[], ['later']]);
    assert.deepEqual(found.names, ['ferrite-restore', 'one', 'two']);
  });

  test('tell which databases were written to meanwhile', async () => {
    await fillSmall();
    const changed = await page.evaluate(async () => {
      const writing = (name) => new Promise((resolve) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => {
          const put = request.result.transaction('t', 'readwrite').objectStore('t').put('y', 2);
          put.onsuccess = () => { request.result.close(); resolve(); };
        };
      });
      let written;
      const snapshot = await ferrite.takeSnapshot({ progressInterval: 0, onProgress: ({ stage }) => {
        if (stage === 'done') written ??= writing('two');
      } });
      await written;
      return snapshot.changed;
    });
    assert.deepEqual(changed, ['two']);
  });
});

describe('A restore', () => {
  const touched = () => page.evaluate(async () => JSON.stringify(await compare.stateOfOrigin()));

  test('is confirmed', async () => {
    await fillSmall();
    const was = await touched();
    const error = await rejection(async () => {
      const { bundle } = await ferrite.takeSnapshot();
      await ferrite.restoreSource(bundle, {});
    });
    assert.equal(error.code, 'invalid_argument');
    assert.equal(await touched(), was);
  });

  test('takes no bundle that is none, is damaged, or is an export', async () => {
    await fillSmall();
    const was = await touched();
    const bundles = {
      text: async () => new Blob(['no bundle at all, but a text that is longer than a hundred bytes: it goes on and on and on until then, and still on']),
      damaged: async () => {
        const { bundle } = await ferrite.takeSnapshot();
        const bytes = new Uint8Array(await bundle.arrayBuffer());
        const at = bytes.length - 40;
        bytes[at] ^= 1;
        for (let i = 0; i < bytes.length; ++i) if (new TextDecoder().decode(bytes.subarray(i, i + 5)) === 'value') { bytes[i] ^= 1; break; }
        return new Blob([bytes]);
      },
      cut: async () => {
        const { bundle } = await ferrite.takeSnapshot();
        return bundle.slice(0, bundle.size - 8192);
      },
      export: async () => {
        const plan = { ferrite: 1, name: 'p', tables: [{ name: 't', from: { indexedDB: 'two', store: 't' }, columns: { k: { type: 'key', path: '$key' } } }] };
        const app = await ferrite.openFerrite({ plan, store: 'export.sqlite3' });
        const bundle = await app.exportBundle();
        await app.close();
        return bundle;
      },
    };
    const codes = {};
    for (const [name, make] of Object.entries(bundles)) {
      codes[name] = (await rejection(async (source) => ferrite.restoreSource(await (0, eval)(`(${source})`)(), { confirm: true }), make.toString())).code;
    }
    assert.deepEqual(codes, { text: 'bundle_foreign', damaged: 'bundle_truncated', cut: 'bundle_truncated', export: 'invalid_argument' });
    assert.equal(await touched(), was);
  });

  test('touches nothing while a database is open elsewhere', async () => {
    await fillSmall();
    const was = await touched();
    const other = await snapshotPage(browser);
    await other.evaluate(() => new Promise((resolve) => {
      const request = indexedDB.open('two');
      request.onsuccess = () => { window.held = request.result; resolve(); };
    }));
    const error = await rejection(async () => {
      const { bundle } = await ferrite.takeSnapshot();
      window.bundle = bundle;
      await ferrite.restoreSource(bundle, { confirm: true, openTimeout: 500 });
    });
    assert.equal(error.code, 'source_blocked');
    assert.match(error.hint, /Close the app's other tabs/);
    assert.equal(await page.evaluate(() => ferrite.pendingRestore()), undefined);
    await other.evaluate(() => held.close());
    assert.equal(await touched(), was, 'nothing comes later either');
    // A connection that closes when it is asked to is in nobody's way.
    await other.evaluate(() => new Promise((resolve) => {
      const request = indexedDB.open('two');
      request.onsuccess = () => { request.result.onversionchange = () => request.result.close(); resolve(); };
    }));
    assert.equal((await page.evaluate(() => ferrite.restoreSource(bundle, { confirm: true }))).status, 'restored');
    await other.close();
  });

  test('says when values are gone that only the browser had', async () => {
    const found = await page.evaluate(async () => {
      const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']);
      await shapes.create('keys', 1, (database) => {
        const store = database.createObjectStore('s');
        store.put({ key }, 1);
        store.put('plain', 2);
      });
      const snapshot = await ferrite.takeSnapshot();
      await ferrite.forgetSnapshot(snapshot.id);
      const refused = await ferrite.restoreSource(snapshot.bundle, { confirm: true }).catch((error) => error.toJSON());
      const there = (await compare.stateOfOrigin()).databases[0].stores[0].records.length;
      const report = await ferrite.restoreSource(snapshot.bundle, { confirm: true, allowLoss: true });
      return { refused, there, report, records: (await compare.stateOfOrigin()).databases[0].stores[0].records };
    });
    assert.equal(found.refused.code, 'record_unsupported');
    assert.equal(found.there, 2);
    assert.equal(found.report.leftOut, 1);
    assert.deepEqual(found.records, [{ key: 2, value: 'plain' }]);
  });

  test('that was cut off is in the way of snapshots and of other bundles, and rebuilds what was used meanwhile', async () => {
    await fillSmall();
    const found = await page.evaluate(async () => {
      const { bundle } = await ferrite.takeSnapshot();
      const { bundle: other } = await ferrite.takeSnapshot({ databases: ['two'], localStorage: false });
      const was = await compare.stateOfOrigin();
      const abort = new AbortController();
      let built = 0;
      const cancelled = await ferrite.restoreSource(bundle, { confirm: true, signal: abort.signal, progressInterval: 0, onProgress: ({ stage }) => {
        if (stage === 'restore' && ++built === 2) abort.abort();
      } }).catch((error) => error.code);
      const pending = await ferrite.pendingRestore();
      const snapshot = await ferrite.takeSnapshot().catch((error) => error.code);
      const elsewhere = await ferrite.restoreSource(other, { confirm: true }).catch((error) => error.code);
      // The app was started all the same.
      await new Promise((resolve) => {
        const request = indexedDB.open(pending.done[0]);
        request.onsuccess = () => {
          const database = request.result;
          const put = database.transaction('s', 'readwrite').objectStore('s').put({ n: 'new' });
          put.onsuccess = () => { database.close(); resolve(); };
        };
      });
      const report = await ferrite.restoreSource(bundle, { confirm: true });
      return {
        cancelled, pending, snapshot, elsewhere, report, left: await ferrite.pendingRestore(),
        differences: await compare.differences(was, await compare.stateOfOrigin()),
      };
    });
    assert.deepEqual([found.cancelled, found.snapshot, found.elsewhere], ['cancelled', 'state', 'state']);
    assert.equal(found.pending.done[0], 'one');
    assert.equal(found.report.resumed, true);
    assert.deepEqual([found.left, found.differences], [undefined, []]);
  });
});
