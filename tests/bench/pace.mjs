// What a batch's size costs, and how soon a cancellation is answered, in
// Chromium with the store in OPFS: 100 000 records, rounds taken in turn.
//   node tests/bench/pace.mjs [--rounds 3] [--cancels 30]
// Figures of core/doc/decisions/0006-pace.md. Needs the built package.
import { parseArgs } from 'node:util';
import { openBrowser } from '../web/support/browser.mjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, cancels: { type: 'string', default: '30' } },
});
const COUNT = 100_000;
const KIB = 1024;
const CASES = [
  ...[64, 128, 256, 512, 1024, 2048].map((kib) => [`fixed ${kib} KiB`, { batchBytes: kib * KIB, targetMs: 0 }]),
  ...[8, 16, 32, 64].map((targetMs) => [`target ${targetMs} ms`, { targetMs }]),
];

const browser = await openBrowser();
const page = await browser.newPage();
await page.evaluate((count) => legacy.createNotes('notes', count), COUNT);

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const results = new Map(CASES.map(([name]) => [name, { ms: [], batches: [], each: [] }]));
let files = 0;

for (let round = 0; round < Number(options.rounds); ++round) {
  for (const [name, pacing] of CASES) {
    const { ms, gaps } = await page.evaluate(async ([store, given]) => {
      const ferrite = await open({ plan: legacy.notePlan('notes'), store });
      const at = [];
      const begun = performance.now();
      await ferrite.migrate({
        ...given, progressInterval: 0, onProgress: ({ stage }) => { if (stage === 'copy') at.push(performance.now()); },
      });
      const ms = performance.now() - begun;
      await ferrite.close();
      const root = await navigator.storage.getDirectory();
      for (const suffix of ['', '-journal', '.ferrite.json']) await root.removeEntry(store + suffix).catch(() => undefined);
      return { ms, gaps: at.slice(1).map((time, i) => time - at[i]) };
    }, [`pace-${++files}.sqlite3`, pacing]);
    const result = results.get(name);
    result.ms.push(ms);
    result.batches.push(gaps.length + 1);
    result.each.push(median(gaps));
  }
}
const best = Math.min(...[...results.values()].map(({ ms }) => median(ms)));
for (const [name, { ms, batches, each }] of results) {
  console.log(`${name.padEnd(16)} ${median(ms).toFixed(0).padStart(6)} ms  ${(median(ms) / best).toFixed(2)}  ` +
    `${String(median(batches)).padStart(4)} batches, ${median(each).toFixed(1)} ms each`);
}

const times = await page.evaluate(async (cancels) => {
  const times = [];
  for (let i = 0; times.length < cancels; ++i) {
    const ferrite = await open({ plan: legacy.notePlan('notes'), store: `cancel-${i}.sqlite3` });
    for (;;) {
      const running = ferrite.migrate().then(() => undefined, (error) => error);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
      const begun = performance.now();
      ferrite.cancel();
      if (!await running) break;
      times.push(performance.now() - begun);
    }
    await ferrite.close();
  }
  return times.sort((a, b) => a - b);
}, Number(options.cancels));
const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(1);
console.log(`cancel: ${times.length} at random moments, answered after ${at(0)} to ${at(1)} ms, median ${at(0.5)}, 90 % within ${at(0.9)} ms`);
await browser.close();
