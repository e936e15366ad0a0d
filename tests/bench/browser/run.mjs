// Runs the browser benchmark in Chromium and prints its table:
//   node tests/bench/browser/run.mjs [--records 100000] [--rounds 5] [--json FILE]
// All contenders take turns on the same records in the same browser, round by
// round, so that the ratios hold while the machine's speed drifts.
import { build } from 'esbuild';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { serve } from '../../../web/demo/serve.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, '../../..');
const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'string' },
  },
});
const records = Number(options.records);
const rounds = Number(options.rounds);

async function bundle() {
  const outdir = join(top, 'build/bench');
  await mkdir(outdir, { recursive: true });
  await build({
    entryPoints: ['page', 'read', 'sahpool', 'sqljs'].map((name) => join(here, `${name}.ts`)),
    outdir, bundle: true, format: 'esm', target: 'es2022', minify: true, logLevel: 'error',
    external: ['fs', 'path', 'crypto', 'module', 'node:*'],
  });
  await cp(join(here, 'page.html'), join(outdir, 'index.html'));
  const modules = join(top, 'node_modules');
  await cp(join(modules, 'sql.js/dist/sql-wasm.wasm'), join(outdir, 'sql-wasm.wasm'));
  await cp(join(modules, 'sql.js/dist/sql-wasm.wasm'), join(outdir, 'sql-wasm-browser.wasm'));
  await cp(join(modules, '@sqlite.org/sqlite-wasm/dist/sqlite3.wasm'), join(outdir, 'sqlite3.wasm'));
  return outdir;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const profile = await mkdtemp(join(tmpdir(), 'ferrite-bench-'));
const server = await serve({ roots: { '/': await bundle(), '/ferrite/': join(top, 'web/dist') } });
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => globalThis.bench !== undefined);
  await page.evaluate((count) => bench.fill(count), records);

  const reads = await page.evaluate(() => bench.strategies());
  const contenders = [
    ...reads.map((strategy) => [`read: ${strategy}`,
      () => page.evaluate(([count, name]) => bench.read(count, name), [records, strategy])]),
    ['Ferrite, whole migration, verified', () => page.evaluate(() => bench.ferrite())],
    ['sqlite-wasm opfs-sahpool loop', () => page.evaluate(() => bench.sahpool())],
    ['sql.js loop + image in IndexedDB', () => page.evaluate(() => bench.sqljs())],
  ];
  const times = new Map(contenders.map(([name]) => [name, []]));
  // Round 0 warms the caches and is not counted.
  for (let round = 0; round <= rounds; ++round) {
    for (const [name, run] of contenders) {
      const timing = await run();
      if (timing.records !== records) throw new Error(`${name} handled ${timing.records} of ${records} records`);
      if (round > 0) times.get(name).push(timing.ms);
    }
    await page.evaluate(() => bench.clear());
  }

  const best = reads.map((strategy) => `read: ${strategy}`)
    .reduce((a, b) => (median(times.get(a)) <= median(times.get(b)) ? a : b));
  const rows = contenders.map(([name]) => {
    const samples = times.get(name);
    return {
      name, ms: median(samples), min: Math.min(...samples), max: Math.max(...samples),
      ratio: median(samples.map((ms, round) => ms / times.get(best)[round])),
    };
  });
  console.log(`${records} records, ${rounds} rounds, Chromium ${browser.browser()?.version() ?? ''}; yardstick: ${best}`);
  for (const row of rows) {
    console.log(`${row.name.padEnd(38)} ${row.ms.toFixed(0).padStart(7)} ms  (${row.min.toFixed(0)}–${row.max.toFixed(0)})`
      + `  ${Math.round(records / row.ms).toString().padStart(5)} k/s  ratio ${row.ratio.toFixed(2)}`);
  }
  if (options.json) await writeFile(options.json, JSON.stringify({ records, rounds, best, rows }, null, 2));
} finally {
  await browser.close();
  await server.close();
  await rm(profile, { recursive: true, force: true });
}
