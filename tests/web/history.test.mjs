// History, logs and audit in Chromium: finished, cancelled, killed, exported, and out of an app's reach.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { crash, openBrowser } from './support/browser.mjs';

const COUNT = 12_000;

let browser;
let page;

async function newPage() {
  const fresh = await browser.newPage();
  await fresh.evaluate(`
    window.openNotes = (store, database = 'notes') => open({ plan: legacy.notePlan(database), store });
  `);
  return fresh;
}

before(async () => {
  browser = await openBrowser();
  page = await newPage();
  await page.evaluate((count) => legacy.createNotes('notes', count, 1500), COUNT);
});
after(() => browser?.close());

test('A migration and a verification are in the history, with what they told', async () => {
  const seen = await page.evaluate(async () => {
    const ferrite = await openNotes('told.sqlite3');
    const none = await legacy.failure(ferrite.history());
    await ferrite.migrate({ batchSize: 2500 });
    await ferrite.verify();
    const result = {
      none: none?.code,
      history: await ferrite.history(),
      second: await ferrite.history({ offset: 1, limit: 1 }),
      verified: await ferrite.history({ kind: 'verification', from: new Date(Date.now() - 60_000) }),
      logs: await ferrite.logs({ sort: 'id' }),
      statistics: await ferrite.statistics({ days: 2 }),
      audit: await ferrite.audit({ action: 'migration.begin' }),
      wrong: (await legacy.failure(ferrite.history({ statsu: 'x' }))).hint,
    };
    await ferrite.close();
    return result;
  });
  assert.equal(seen.none, 'state');
  assert.deepEqual([seen.history.total, seen.history.rows.map(({ kind, status, records }) => [kind, status, records])],
    [2, [['verification', 'verified', COUNT], ['migration', 'verified', COUNT]]]);
  assert.deepEqual([seen.second.total, seen.second.rows.length, seen.second.rows[0].kind], [2, 1, 'migration']);
  assert.deepEqual(seen.history.rows[1].config, { batchRecords: 2500, incremental: false });
  assert.equal(seen.verified.total, 1);
  assert.match(seen.logs.rows[0].message, /^Migration begun/);
  assert.match(seen.logs.rows.at(-1).message, /^Verification ended as "verified"/);
  assert.deepEqual([seen.statistics.total, seen.statistics.succeeded, seen.statistics.successRate], [1, 1, 1]);
  assert.equal(seen.statistics.days.at(-1).records, COUNT);
  assert.equal(new URL(seen.audit.rows[0].origin).hostname, new URL(page.url()).hostname);
  assert.match(seen.wrong, /Did you mean "status"/);
});

test('A migration that is cancelled says so, and goes on in the same row', async () => {
  const seen = await page.evaluate(async () => {
    const ferrite = await openNotes('cancelled.sqlite3');
    const stop = new AbortController();
    const error = await legacy.failure(ferrite.migrate({
      signal: stop.signal,
      progressInterval: 0,
      onProgress: ({ stage, current }) => { if (stage === 'copy' && current > 0) stop.abort(); },
    }));
    const cancelled = (await ferrite.history()).rows;
    await ferrite.migrate();
    const done = (await ferrite.history()).rows;
    await ferrite.close();
    return { code: error.code, cancelled, done };
  });
  assert.equal(seen.code, 'cancelled');
  assert.deepEqual(seen.cancelled.map(({ status, code }) => [status, code]), [['cancelled', 'cancelled']]);
  assert.deepEqual(seen.done.map(({ status, attempts, records }) => [status, attempts, records]), [['verified', 2, COUNT]]);
  assert.deepEqual(seen.done[0].runs.map(({ status }) => status), ['cancelled', 'verified']);
});

test('A migration whose tab was killed is interrupted, and goes on', async () => {
  const tab = await newPage();
  await tab.evaluate(() => new Promise((resolve, reject) => {
    window.running = openNotes('killed.sqlite3').then((ferrite) => ferrite.migrate({
      progressInterval: 0,
      onProgress: ({ stage, current }) => { if (stage === 'copy' && current > 0) resolve(); },
    }));
    window.running.then(() => reject(new Error('finished before it could be killed')), reject);
  }));
  await crash(tab);
  const seen = await page.evaluate(async () => {
    const ferrite = await openNotes('killed.sqlite3');
    const killed = (await ferrite.history()).rows;
    await ferrite.migrate();
    const done = (await ferrite.history()).rows;
    const logs = await ferrite.logs({ level: 'warn' });
    await ferrite.close();
    return { killed, done, logs };
  });
  assert.deepEqual(seen.killed.map(({ status }) => status), ['interrupted']);
  assert.deepEqual(seen.done.map(({ status, attempts, records }) => [status, attempts, records]), [['verified', 2, COUNT]]);
  assert.deepEqual(seen.done[0].runs.map(({ status }) => status), ['interrupted', 'verified']);
  assert.ok(seen.logs.rows.some(({ message }) => message.startsWith('Interrupted')));
});

test('Earlier history is imported once, pages have right totals, clean-up keeps the migration', async () => {
  const seen = await page.evaluate(async () => {
    const ferrite = await openNotes('imported.sqlite3');
    await ferrite.migrate();
    const entries = Array.from({ length: 25 }, (_, id) => ({
      id, status: id % 2 ? 'failed' : 'completed', startedAt: new Date(Date.UTC(2025, 0, 1 + id)),
      logs: [{ message: `Line ${id}` }],
    }));
    const first = await ferrite.importHistory(entries);
    const again = await ferrite.importHistory(entries);
    const ids = [];
    let after;
    do {
      const { rows, next } = await ferrite.history({ limit: 10, ...(after && { after }) });
      ids.push(...rows.map(({ id }) => id));
      after = next;
    } while (after);
    const failed = await ferrite.history({ status: ['failed'], limit: 5 });
    const cleaned = await ferrite.cleanUpHistory({ history: { keep: 0 }, logs: { maxAgeDays: 30 } });
    const left = await ferrite.history();
    await ferrite.close();
    return { first, again, ids, failed, cleaned, left };
  });
  assert.deepEqual([seen.first, seen.again], [{ imported: 25, existing: 0 }, { imported: 0, existing: 25 }]);
  assert.equal(new Set(seen.ids).size, 26);
  assert.deepEqual([seen.failed.total, seen.failed.rows.length], [12, 5]);
  assert.deepEqual(seen.cleaned, { history: 25, logs: 25 });
  assert.deepEqual(seen.left.rows.map(({ status }) => status), ['verified']);
});

test('All of the log leaves as JSON and as CSV', async () => {
  const seen = await page.evaluate(async () => {
    const ferrite = await openNotes('exported.sqlite3');
    await ferrite.migrate();
    await ferrite.logLevel('debug');
    const entries = [{
      id: 'many', status: 'completed', startedAt: 1,
      logs: Array.from({ length: 2100 }, (_, i) => ({ message: `Line ${i}, "quoted"`, level: i % 2 ? 'debug' : 'warn' })),
    }];
    await ferrite.importHistory(entries);
    await ferrite.log('From the app', { level: 'error', context: { a: 1 } });
    const { total } = await ferrite.logs();
    const json = await ferrite.exportLogs();
    const csv = await ferrite.exportLogs({ format: 'csv', level: 'warn' });
    const result = { total, json: JSON.parse(await json.text()), csv: await csv.text(), types: [json.type, csv.type] };
    await ferrite.close();
    return result;
  });
  assert.equal(seen.json.length, seen.total);
  assert.deepEqual(seen.json.map(({ id }) => id), Array.from({ length: seen.total }, (_, i) => i + 1));
  assert.deepEqual(seen.types, ['application/json', 'text/csv']);
  const lines = seen.csv.split('\r\n');
  assert.equal(lines[0], 'id,at,level,migration,message,context');
  assert.equal(lines.length, 1 + 1050 + 1 + 1);
  assert.match(lines[1], /,1970-01-01T00:00:00\.001Z,warn,2,"Line 0, ""quoted""",\{\}$/);
});

test('An app reads Ferrite’s tables with database() and cannot change them', async () => {
  const seen = await page.evaluate(async () => {
    const ferrite = await openNotes('audited.sqlite3');
    await ferrite.migrate();
    const db = await ferrite.database();
    const codes = [];
    for (const sql of [
      `UPDATE ferrite_audit SET who = 'nobody'`, 'DELETE FROM ferrite_audit', 'DROP TABLE ferrite_audit',
      'DROP TRIGGER ferrite_audit_kept', 'CREATE TEMP TABLE ferrite_audit(x)',
      `UPDATE ferrite_migration SET status = 'failed'`,
    ]) {
      codes.push((await legacy.failure(db.exec(sql)))?.code, (await legacy.failure(db.run(sql)))?.code);
      codes.push((await legacy.failure(db.transaction((tx) => tx.exec(sql))))?.code);
    }
    const rows = await db.all('SELECT action FROM ferrite_audit ORDER BY id');
    await db.exec('CREATE TABLE mine(id); INSERT INTO mine VALUES(1); DROP TABLE mine');
    const check = await ferrite.checkAudit();
    await ferrite.close();
    return { codes, rows, check };
  });
  assert.deepEqual([...new Set(seen.codes)], ['sql']);
  assert.deepEqual(seen.rows.map(({ action }) => action), ['migration.begin', 'migration.end']);
  assert.deepEqual(seen.check, { entries: 2, intact: true });
});
