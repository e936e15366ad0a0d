// Shows the demo's whole way to a person: node web/demo/run.mjs [--keep]
// Leaves the exported files and screenshots in out/.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDemo } from './build.mjs';
import {
  ferrite, fillLegacy, openDemo, openUpgraded, PLAN, saveBlob, sqlite, startServer, tableHashes,
} from './journey.mjs';

const keep = process.argv.includes('--keep');
const out = fileURLToPath(new URL('../../out/', import.meta.url));
const file = (name) => join(out, name);
const TOKEN = 'demo-token';

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
const number = (value) => value.toLocaleString('en-GB');
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

function step(title) {
  console.log(`\n${paint('1;36', '▸')} ${paint(1, title)}`);
}

function say(label, text) {
  console.log(`  ${paint(2, label.padEnd(22))} ${text}`);
}

function check(label, good, text) {
  say(label, `${good ? paint(32, '✓') : paint(31, '✗')} ${text}`);
  if (!good) process.exitCode = 1;
}

function printTables(report) {
  const width = Math.max(5, ...report.tables.map(({ name }) => name.length));
  console.log(paint(2, `    ${'table'.padEnd(width)} ${'rows'.padStart(9)}  content hash`));
  for (const { name, rows, hash } of report.tables) {
    console.log(`    ${name.padEnd(width)} ${number(rows).padStart(9)}  ${hash}`);
  }
}

const equal = (a, b) => JSON.stringify(tableHashes(a)) === JSON.stringify(tableHashes(b));

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await buildDemo();
const demo = await openDemo();
let server;
try {
  step('The legacy app fills its storage through Dexie, localForage, idb-keyval, redux-persist and zustand');
  const legacy = await fillLegacy(demo.context, demo.url);
  say('records', `${number(legacy.state.total)} in ${seconds(legacy.state.milliseconds)}`);
  await legacy.page.screenshot({ path: file('legacy.png') });

  step('Ferrite moves it into a SQLite store in the browser');
  const page = await openUpgraded(demo.context, demo.url);
  const before = await page.evaluate(() => window.ferrite.checkIfNeeded());
  say('found', `${number(before.items)} records in ${before.sources.length} sources;`
    + ` redux-persist keeps its ${legacy.state.counts.redux} slices under one key`);
  const report = await page.evaluate(() => window.demo.migrate());
  check('status', report.status === 'verified', `${report.status}, ${number(report.totals.records)} records in ${seconds(report.busyMs)}`);
  check('failed records', report.totals.failed === 0, number(report.totals.failed));
  say('store', `${report.store.name} (${report.store.kind}), ${number(report.store.bytes)} bytes, SQLite ${report.store.sqlite}`);
  for (const warning of report.warnings) say('warning', warning);
  printTables(report);
  await page.screenshot({ path: file('migrated.png'), fullPage: true });

  step('Every record is read again and compared with the store');
  const verified = await page.evaluate(() => window.ferrite.verify());
  check('status', verified.status === 'verified', `${verified.status}, ${verified.totals.differences} differences`);

  step('Export');
  await saveBlob(page, () => window.ferrite.exportStore(), file('harbour.db'));
  await saveBlob(page, () => window.ferrite.exportBundle(), file('harbour.bundle'));
  await page.evaluate(() => window.ferrite.close());
  const integrity = await sqlite(file('harbour.db'), 'PRAGMA integrity_check');
  check('out/harbour.db', integrity === 'ok', `integrity_check of sqlite3: ${integrity}`);

  step('The native twin migrates the exported bundle with the same plan');
  const native = await ferrite('migrate', file('harbour.bundle'), '--plan', PLAN, '--store', file('native.db'));
  check('status', native.status === 0, `${native.answer?.status}, ${seconds(native.answer?.busyMs ?? 0)}`);
  check('content hashes', native.status === 0 && equal(report, native.answer), 'equal to the browser’s, table by table');

  step('The store is pushed to ferrite serve');
  server = await startServer({ store: file('server.db'), tokens: { [TOKEN]: 'harbour' } });
  const push = await ferrite('sync', 'push', '--store', file('harbour.db'), '--server', server.url, '--token', TOKEN);
  check('push', push.status === 0, `${number(push.answer?.rows ?? 0)} rows in ${number(push.answer?.pushes ?? 0)} pushes`);
  for (const { name, rows } of report.tables) {
    const landed = Number(await sqlite(file('server.db'), `SELECT count(*) FROM "${name}" WHERE _tenant = 'harbour'`));
    check(name, landed === rows, `${number(landed)} rows on the server`);
  }

  step('The legacy app still sees its data');
  const after = await legacy.page.evaluate(() => window.demo.readBack());
  check('digests', JSON.stringify(after) === JSON.stringify(legacy.digests), 'unchanged, read through the libraries');

  step(process.exitCode ? paint(31, 'Something is wrong; see above') : paint(32, 'All steps done'));
  say('left in out/', 'legacy.png  migrated.png  harbour.db  harbour.bundle  native.db  server.db');
} finally {
  await demo.closeBrowser();
  if (keep && server) {
    step('Left up until Ctrl-C');
    say('legacy app', demo.url);
    say('with Ferrite', `${demo.url}upgraded.html`);
    say('sync server', `${server.url}/v1/health  (token ${TOKEN})`);
    await new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  }
  await server?.stop();
  await demo.closeServer();
}
