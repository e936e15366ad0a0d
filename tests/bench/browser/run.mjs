// Runs the browser benchmark in Chromium and prints its table:
//   node tests/bench/browser/run.mjs [--records 100000] [--rounds 5] [--json FILE]
//     [--against DIR]  another build's web/dist, which takes turns with this one
//     [--only TEXT]    contenders whose name holds the text, a regular expression
// All contenders take turns on the same records in the same browser, round by
// round, so that the ratios hold while the machine's speed drifts.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { withBenchPage } from './setup.mjs';

const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'string' },
    against: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});
const records = Number(options.records);
const rounds = Number(options.rounds);

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

await withBenchPage({ records, against: options.against }, async (page, { version }) => {
  const reads = await page.evaluate(() => bench.strategies());
  const contenders = [
    ...reads.map((strategy) => [`read: ${strategy}`,
      () => page.evaluate(([count, name]) => bench.read(count, name), [records, strategy])]),
    ['Ferrite, whole migration, verified', () => page.evaluate(() => bench.ferrite())],
    ...(options.against ? [['Ferrite, the build to compare with', () => page.evaluate(() => bench.ferrite('/against/'))]] : []),
    ['sqlite-wasm opfs-sahpool loop', () => page.evaluate(() => bench.sahpool())],
    ['sql.js loop + image in IndexedDB', () => page.evaluate(() => bench.sqljs())],
  ].filter(([name]) => new RegExp(options.only).test(name));
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

  const bestOf = (wanted) => contenders.map(([name]) => name).filter((name) => name.startsWith('read: ') && wanted(name))
    .reduce((a, b) => (a && median(times.get(a)) <= median(times.get(b)) ? a : b), undefined);
  const knowing = (name) => name.includes('known beforehand');
  const best = bestOf(() => true);
  const attainable = bestOf((name) => !knowing(name));
  const against = (samples, other) => (other ? median(samples.map((ms, round) => ms / times.get(other)[round])) : undefined);
  const rows = contenders.map(([name]) => {
    const samples = times.get(name);
    return {
      name, samples, ms: median(samples), min: Math.min(...samples), max: Math.max(...samples),
      ratio: against(samples, best),
      ratioToAttainable: against(samples, attainable),
    };
  });
  console.log(`${records} records, ${rounds} rounds, Chromium ${version}`);
  if (best) console.log(`1.00 in the first column: ${best}`);
  if (attainable) console.log(`1.00 in the second: ${attainable}, the best that knows no keys, as a migration has to`);
  for (const row of rows) {
    console.log(`${row.name.padEnd(52)} ${row.ms.toFixed(0).padStart(7)} ms  (${row.min.toFixed(0)}–${row.max.toFixed(0)})`
      + `  ${Math.round(records / row.ms).toString().padStart(5)} k/s`
      + `  ${row.ratio?.toFixed(2) ?? ''}  ${row.ratioToAttainable?.toFixed(2) ?? ''}`);
  }
  if (options.json) await writeFile(options.json, JSON.stringify({ records, rounds, best, attainable, rows }, null, 2));
});
