// Incremental runs in Chromium over an object store with an index over the times of changes: what is read of IndexedDB
// is counted where it is read, inside the reading worker.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { dist, openBrowser } from './support/browser.mjs';

const COUNT = 6000;
const HOUR = 3_600_000;
const START = Date.UTC(2023, 0, 1);

/** Before reader.js: sums up values and keys that come out of object stores. */
const COUNTING = `
  const told = new BroadcastChannel('reads');
  for (const [method, kind] of [['getAll', 'values'], ['getAllKeys', 'keys'], ['get', 'values'], ['openCursor', 'values']]) {
    const asked = IDBObjectStore.prototype[method];
    IDBObjectStore.prototype[method] = function (...given) {
      const request = asked.apply(this, given);
      request.addEventListener('success', () => told.postMessage([kind, request.result?.length ?? 1]));
      return request;
    };
  }
`;

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  const reader = (await readFile(join(dist, 'reader.js'), 'utf8')).replace(/\/\/# sourceMappingURL.*/, '');
  await page.evaluate(({ source, count, hour, start }) => {
    const urlOf = (more) => URL.createObjectURL(new Blob([more, source], { type: 'text/javascript' }));
    const usual = urlOf('');
    const reads = { values: 0, keys: 0 };
    const channel = new BroadcastChannel('reads');
    channel.onmessage = ({ data: [kind, number] }) => { reads[kind] += number; };

    /** Time in whatever form the app has it. */
    window.FORMS = {
      date: (ms) => new Date(ms), milliseconds: (ms) => ms, seconds: (ms) => ms / 1000, text: (ms) => new Date(ms).toISOString(),
    };
    window.at = (id) => start + id * hour;
    window.note = (id, time, text = 'as it was') => ({ id, meta: { at: time }, text, filler: 'x'.repeat(200) });
    window.appWrites = async (name, work, index = 'meta.at') => {
      const database = await new Promise((resolve, reject) => {
        const opening = indexedDB.open(name, 1);
        opening.onupgradeneeded = () => {
          const notes = opening.result.createObjectStore('notes', { keyPath: 'id' });
          if (index) notes.createIndex('by', index);
        };
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      const tx = database.transaction('notes', 'readwrite');
      work(tx.objectStore('notes'));
      await new Promise((resolve, reject) => { tx.oncomplete = resolve; tx.onabort = () => reject(tx.error); });
      database.close();
    };
    window.fill = (name, form, index) => appWrites(name, (notes) => {
      for (let id = 0; id < count; ++id) notes.put(note(id, form(at(id))));
    }, index);
    const from = (name) => ({ indexedDB: name, store: 'notes' });
    /** `before` is a script that runs in the reading worker before it. */
    window.openTimed = (name, more = { changed: [{ from: from(name), at: '/meta/at' }] }, before = undefined) => open({
      plan: {
        ferrite: 1, name: 'timed', ...more,
        tables: [{ name: 'notes', from: from(name), primaryKey: ['id'], columns: { id: 'integer', text: 'text' } }],
      },
      store: `${name}.sqlite3`, readerUrl: before ? urlOf(before) : usual,
    });
    /** The report, and what was read for it. */
    window.migrate = async (ferrite) => {
      reads.values = reads.keys = 0;
      const report = await ferrite.migrate({ incremental: true });
      // What the reading worker told last.
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { since, ...changes } = report.incremental ?? {};
      return { status: report.status, changes, reads: { ...reads }, tables: report.tables.map(({ rows, hash }) => [rows, hash]) };
    };
    /** What a new store comes to. */
    window.fresh = async (name) => {
      const plan = { ferrite: 1, name: 'timed', tables: [{ name: 'notes', from: from(name), primaryKey: ['id'], columns: { id: 'integer', text: 'text' } }] };
      const ferrite = await open({ plan, store: `fresh-${name}.sqlite3` });
      const { tables } = await ferrite.migrate();
      await ferrite.close();
      return tables.map(({ rows, hash }) => [rows, hash]);
    };
  }, { source: COUNTING + reader, count: COUNT, hour: HOUR, start: START });
});
after(() => browser?.close());

// Those of the last 25 hours, both ends included, are the day before the newest time.
const RECENT = 25;

for (const form of ['date', 'milliseconds', 'seconds', 'text']) {
  test(`With times as ${form} only what may have changed is read`, async () => {
    const seen = await page.evaluate(async ({ form, count }) => {
      const name = `times-${form}`;
      const time = FORMS[form];
      await fill(name, time);
      const ferrite = await openTimed(name);
      const first = await migrate(ferrite);
      const same = await migrate(ferrite);
      await appWrites(name, (notes) => {
        for (let id = 100; id < 4000; id += 100) notes.put(note(id, time(at(count + 1)), 'changed'));
        notes.put(note(count - 1, time(at(count - 1)), 'changed at the newest time'));
        notes.delete(IDBKeyRange.bound(4001, 4010));
        notes.put(note(count, time(at(count + 1)), 'new'));
      });
      const changed = await migrate(ferrite);
      const verified = await ferrite.verify();
      await ferrite.close();
      return { first, same, changed, verified: verified.status, fresh: await fresh(name) };
    }, { form, count: COUNT });
    assert.equal(seen.first.status, 'verified');
    assert.equal(seen.first.reads.values, COUNT);
    assert.deepEqual(seen.same.changes, { new: 0, changed: 0, deleted: 0, unchanged: COUNT, unread: COUNT - RECENT });
    assert.equal(seen.same.reads.values, RECENT);
    assert.equal(seen.same.status, 'completed', 'not verified: not everything was compared');
    assert.deepEqual(seen.changed.changes, {
      new: 1, changed: 40, deleted: 10, unchanged: COUNT - 50, unread: COUNT - 50 - (RECENT - 1),
    });
    assert.equal(seen.changed.reads.values, 40 + 1 + RECENT - 1);
    assert.ok(seen.changed.reads.keys >= COUNT - 9, 'deletions are found by the keys');
    assert.deepEqual(seen.changed.tables, seen.fresh);
    assert.equal(seen.verified, 'verified');
  });
}

test('Records without a time, or with one that is none, are always compared', async () => {
  const seen = await page.evaluate(async (count) => {
    const name = 'times-odd';
    const none = [undefined, null, true, '', 'soon', '12', NaN, 0, -5, [], ['2023'], {}, new Date(NaN), new Uint8Array(2).buffer];
    await fill(name, FORMS.date);
    const write = (text) => appWrites(name, (notes) => {
      none.forEach((time, i) => notes.put(note(i * 50, time, text)));
      const { meta, ...without } = note(3000, 0, text);
      notes.put(without);
    });
    const ferrite = await openTimed(name);
    await migrate(ferrite);
    await write('lost its time');
    const lost = await migrate(ferrite);
    await write('changed without one');
    const changed = await migrate(ferrite);
    const verified = await ferrite.verify();
    await ferrite.close();
    return { lost, changed, verified: verified.status, kinds: none.length + 1 };
  }, COUNT);
  for (const { changes, reads } of [seen.lost, seen.changed]) {
    assert.equal(changes.changed, seen.kinds);
    assert.equal(reads.values, seen.kinds + RECENT);
    assert.equal(changes.unread, COUNT - seen.kinds - RECENT);
  }
  assert.equal(seen.verified, 'verified');
});

test('Several forms in one index each have their own newest', async () => {
  const seen = await page.evaluate(async () => {
    const name = 'times-mixed';
    const forms = Object.values(FORMS);
    await fill(name, (ms) => forms[Math.floor(ms / 3_600_000) % forms.length](ms));
    const ferrite = await openTimed(name);
    await migrate(ferrite);
    await appWrites(name, (notes) => {
      forms.forEach((form, i) => notes.put(note(1000 + i, form(at(6001)), 'changed')));
    });
    const changed = await migrate(ferrite);
    await ferrite.close();
    return { changed, fresh: await fresh(name) };
  });
  assert.equal(seen.changed.changes.changed, 4);
  assert.ok(seen.changed.reads.values <= 4 + 4 * RECENT, `${seen.changed.reads.values} read`);
  assert.deepEqual(seen.changed.tables, seen.fresh);
});

test('A change without a new time is found by a verification, and brought by a run without times', async () => {
  const seen = await page.evaluate(async () => {
    const name = 'times-secret';
    await fill(name, FORMS.date);
    const ferrite = await openTimed(name);
    await migrate(ferrite);
    await appWrites(name, (notes) => { notes.put(note(7, new Date(at(7)), 'secretly')); });
    const blind = await migrate(ferrite);
    const check = await ferrite.checkIfNeeded();
    const verified = await ferrite.verify();
    await ferrite.close();
    const seeing = await openTimed(name, {});
    const whole = await migrate(seeing);
    await seeing.close();
    return { blind, check: check.reason, verified: [verified.status, verified.tables[0].different], whole };
  });
  assert.equal(seen.blind.changes.changed, 0);
  assert.equal(seen.blind.status, 'completed');
  assert.equal(seen.check, 'already-migrated');
  assert.deepEqual(seen.verified, ['completed_with_differences', 1]);
  assert.equal(seen.whole.changes.changed, 1);
  assert.equal(seen.whole.reads.values, COUNT);
  assert.equal(seen.whole.status, 'verified');
});

test('A record that comes with an old time is read, and so is all behind it', async () => {
  const seen = await page.evaluate(async () => {
    const name = 'times-import';
    await fill(name, FORMS.date);
    await appWrites(name, (notes) => { notes.delete(3000); });
    const ferrite = await openTimed(name);
    await migrate(ferrite);
    await appWrites(name, (notes) => {
      notes.put(note(3000, new Date(at(5)), 'imported'));
      notes.put(note(5000, new Date(at(5)), 'changed behind it, without a new time'));
      notes.put(note(10, new Date(at(6001)), 'changed'));
    });
    const imported = await migrate(ferrite);
    const verified = await ferrite.verify();
    await ferrite.close();
    return { imported, verified: verified.status, fresh: await fresh(name) };
  });
  assert.deepEqual(seen.imported.changes, { new: 1, changed: 2, deleted: 0, unchanged: 5997, unread: 2999 });
  assert.deepEqual(seen.imported.tables, seen.fresh);
  assert.equal(seen.verified, 'verified');
});

test('Times that lie in the future do not make it blind', async () => {
  const seen = await page.evaluate(async () => {
    const name = 'times-future';
    await fill(name, FORMS.date);
    await appWrites(name, (notes) => { notes.put(note(1, new Date(Date.UTC(2999, 0, 1)))); });
    const ferrite = await openTimed(name);
    await migrate(ferrite);
    await appWrites(name, (notes) => { notes.put(note(2, new Date(), 'changed now')); });
    const changed = await migrate(ferrite);
    await ferrite.close();
    return changed;
  });
  assert.equal(seen.changes.changed, 1);
  assert.equal(seen.reads.values, 2);
});

test('Without an index over the field everything is read and compared', async () => {
  const seen = await page.evaluate(async () => {
    const all = [];
    for (const [name, index] of [['none', null], ['other', 'text'], ['deeper', 'meta'], ['several', ['meta.at', 'id']]]) {
      await fill(`times-${name}`, FORMS.date, index);
      const ferrite = await openTimed(`times-${name}`);
      await migrate(ferrite);
      await appWrites(`times-${name}`, (notes) => { notes.put(note(7, new Date(at(7)), 'secretly')); });
      all.push(await migrate(ferrite));
      await ferrite.close();
    }
    return all;
  });
  for (const { status, changes, reads } of seen) {
    assert.deepEqual(changes, { new: 0, changed: 1, deleted: 0, unchanged: COUNT - 1 });
    assert.equal(reads.values, COUNT);
    assert.equal(status, 'verified');
  }
});

test('A run that is cancelled goes on, and what is written meanwhile is not lost', async () => {
  const seen = await page.evaluate(async () => {
    const name = 'times-cancelled';
    await fill(name, FORMS.date);
    const ferrite = await openTimed(name);
    await migrate(ferrite);
    await appWrites(name, (notes) => {
      for (let id = 0; id < 6000; id += 3) notes.put(note(id, new Date(at(6001)), 'changed'));
    });
    const stop = new AbortController();
    const cancelled = await ferrite.migrate({
      incremental: true, batchSize: 500, signal: stop.signal, progressInterval: 0,
      onProgress: ({ stage, current }) => { if (stage === 'copy' && current >= 2000) stop.abort(); },
    }).then(() => 'done', ({ code }) => code);
    // Behind what was read, and before what was not.
    await appWrites(name, (notes) => {
      notes.put(note(1, new Date(at(6002)), 'late'));
      notes.put(note(5999, new Date(at(6100)), 'later'));
    });
    const resumed = await ferrite.migrate({ incremental: true });
    const next = await migrate(ferrite);
    const verified = await ferrite.verify();
    await ferrite.close();
    return { cancelled, resumed: [resumed.attempts, resumed.incremental.changed], next: next.changes, verified: verified.status };
  });
  assert.equal(seen.cancelled, 'cancelled');
  assert.deepEqual(seen.resumed, [2, 2001]);
  assert.equal(seen.next.changed, 1);
  assert.equal(seen.verified, 'verified');
});

for (const [name, script, most] of [
  ['an index that cannot be read', `IDBIndex.prototype.getAllKeys = function () {
    const request = this.objectStore.get(0);
    Object.defineProperty(request, 'error', { value: new DOMException('broken', 'DataError') });
    queueMicrotask(() => request.onerror());
    return request;
  };`, COUNT],
  ['a connection that is lost', `
    let count = 0;
    const transaction = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...given) {
      if (++count === 3 || count === 6) this.close();  // before the index is asked, and before the records are
      return transaction.apply(this, given);
    };`, 200],
]) {
  test(`${name} costs time and no record`, async () => {
    const seen = await page.evaluate(async ({ name, script }) => {
      const database = `times-${name}`;
      await fill(database, FORMS.date);
      const first = await openTimed(database);
      await migrate(first);
      await first.close();
      await appWrites(database, (notes) => {
        for (let id = 50; id < 6000; id += 100) notes.put(note(id, new Date(at(6001)), 'changed'));
        notes.delete(4001);
      });
      const broken = await openTimed(database, undefined, script);
      const changed = await migrate(broken);
      const verified = await broken.verify();
      await broken.close();
      return { changed, verified: verified.status, fresh: await fresh(database) };
    }, { name, script });
    const { unread, ...changes } = seen.changed.changes;
    assert.deepEqual(changes, { new: 0, changed: 60, deleted: 1, unchanged: COUNT - 61 });
    assert.ok(seen.changed.reads.values <= most, `${seen.changed.reads.values} read`);
    assert.equal(unread === undefined, most === COUNT);
    assert.deepEqual(seen.changed.tables, seen.fresh);
    assert.equal(seen.verified, 'verified');
  });
}
