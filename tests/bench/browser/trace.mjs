// Shows on one time line what both workers of a migration do when, and how much
// processor time Chromium's processes and threads took:
//   node tests/bench/browser/trace.mjs [--records 100000] [--warm 2] [--all]
// Spans of less than a millisecond are left out unless --all.
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { withBenchPage } from './setup.mjs';

const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    warm: { type: 'string', default: '2' },
    all: { type: 'boolean', default: false },
  },
});

const TICK_MS = 10;

/** Processor time by process and thread of the browser with that profile, in ms. */
function processorTime(profile) {
  const times = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (!command.includes(profile)) continue;
      const type = /--utility-sub-type=([\w.]+)/.exec(command)?.[1] ?? /--type=([\w-]+)/.exec(command)?.[1] ?? 'browser';
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
        const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
        const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number);
        times.set(`${type} ${pid} ${name} ${thread}`, (user + system) * TICK_MS);
      }
    } catch { /* It ended meanwhile. */ }
  }
  return times;
}

function printSpent(before, after) {
  const processes = new Map();
  for (const [key, ms] of after) {
    const spent = ms - (before.get(key) ?? 0);
    if (spent === 0) continue;
    const [type, pid, ...thread] = key.split(' ');
    const list = processes.get(`${type} ${pid}`) ?? [];
    list.push([spent, thread.slice(0, -1).join(' ')]);
    processes.set(`${type} ${pid}`, list);
  }
  console.log('\nProcessor time, ms of each process and its threads');
  for (const [name, threads] of processes) {
    const total = threads.reduce((sum, [ms]) => sum + ms, 0);
    console.log(`${String(total).padStart(6)}  ${name}: ${
      threads.toSorted(([a], [b]) => b - a).map(([ms, thread]) => `${thread} ${ms}`).join(', ')}`);
  }
}

function print(spans, all) {
  const start = spans.find(({ name }) => name === 'migrate()').from;
  const column = { page: 0, engine: 1, reader: 2 };
  console.log('    at    ms  page | engine | reader');
  for (const { worker, name, from, ms } of spans.toSorted((a, b) => a.from - b.from)) {
    if (!all && ms < 1 && !/worker runs|ready|heard|tell|post|from reader/.test(name)) continue;
    console.log(`${(from - start).toFixed(1).padStart(7)} ${ms.toFixed(1).padStart(6)}  ${' '.repeat(30 * column[worker])}${name}`);
  }
  const sums = new Map();
  for (const { worker, name, ms } of spans) {
    const key = `${worker}: ${name.replace(/ \d.*| bench.*/, '')}`;
    const sum = sums.get(key) ?? { count: 0, ms: 0 };
    sums.set(key, { count: sum.count + 1, ms: sum.ms + ms });
  }
  console.log('\nSums');
  for (const [key, { count, ms }] of [...sums].toSorted(([, a], [, b]) => b.ms - a.ms).slice(0, 40)) {
    console.log(`${ms.toFixed(1).padStart(9)} ms in ${String(count).padStart(5)}  ${key}`);
  }
}

await withBenchPage({ records: Number(options.records) }, async (page, { profile }) => {
  for (let i = 0; i < Number(options.warm); ++i) await page.evaluate(() => bench.ferrite());
  const before = processorTime(profile);
  const after = new Map();
  // Often, so that a worker's last moments are not missed when its thread ends.
  const sample = () => processorTime(profile).forEach((ms, thread) => after.set(thread, ms));
  const timer = setInterval(sample, 25);
  const spans = await page.evaluate(() => bench.traced());
  clearInterval(timer);
  sample();
  print(spans, options.all);
  printSpent(before, after);
});
