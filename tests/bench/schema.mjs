// What a schema costs a migration in Chromium, with the store in OPFS: 100 000
// records of twelve properties, by a plan without a schema and by one with what
// Zod writes, in rounds taken in turn of which every other begins with the
// second. Prints the median of the rounds' ratios with the smallest and the
// largest.
//   node tests/bench/schema.mjs [--rounds 7]
// Needs the built package; tests/bench/schema_bench.cc measures the core alone.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { openBrowser } from '../web/support/browser.mjs';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const COUNT = 100_000;

const schema = z.toJSONSchema(z.strictObject({
  id: z.int().min(0), uuid: z.uuid(), name: z.string().min(1).max(100), email: z.email(), active: z.boolean(),
  role: z.enum(['admin', 'editor', 'reader']), score: z.number().min(0), created: z.iso.datetime(), seen: z.iso.datetime(),
  home: z.url().nullable(), tags: z.array(z.string()).max(10),
  address: z.strictObject({ city: z.string(), zip: z.string().regex(/^\d{5}$/) }),
}));
const planWith = (more) => ({
  ferrite: 1,
  name: 'users',
  tables: [{
    name: 'users',
    from: { indexedDB: 'users', store: 'users' },
    columns: {
      id: 'integer', uuid: 'text', name: 'text', email: 'text', active: 'boolean', role: 'text', score: 'real',
      created: 'text', seen: 'text', home: 'text', tags: 'json',
      city: { path: '/address/city', type: 'text' }, zip: { path: '/address/zip', type: 'text' },
    },
    primaryKey: ['id'],
    ...more,
  }],
});

const browser = await openBrowser();
const page = await browser.newPage();
await page.evaluate((count) => legacy.createDatabase('users', {
  users: {
    options: { keyPath: 'id' },
    entries: Array.from({ length: count }, (_, id) => [undefined, {
      id, uuid: crypto.randomUUID(), name: `anchor harbour number ${id}`, email: `meadow.lantern${id}@example.org`,
      active: id % 3 === 0, role: id % 2 === 0 ? 'editor' : 'reader', score: id % 1000 + 0.25,
      created: new Date(1.6e12 + id * 61000).toISOString(), seen: new Date(1.7e12 + id * 7000).toISOString(),
      home: `https://example.org/people/${id}?tab=notes`, tags: ['signal', 'quarry'], address: { city: 'Oslo', zip: '01234' },
    }]),
  },
}), COUNT);

let files = 0;
/** How long the whole migration takes, in ms. */
async function migrate(plan) {
  const { ms, report } = await page.evaluate(async ([given, store]) => {
    const ferrite = await open({ plan: given, store });
    const begun = performance.now();
    const made = await ferrite.migrate();
    const took = performance.now() - begun;
    await ferrite.close();
    const root = await navigator.storage.getDirectory();
    for (const suffix of ['', '-journal', '.ferrite.json']) await root.removeEntry(store + suffix).catch(() => undefined);
    return { ms: took, report: made };
  }, [plan, `schema-${++files}.sqlite3`]);
  if (report.status !== 'verified') throw new Error(JSON.stringify(report).slice(0, 1000));
  return ms;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const times = { plain: [], checked: [] };
const plans = { plain: planWith({}), checked: planWith({ schema }) };
for (const plan of Object.values(plans)) await migrate(plan);  // the first of each warms up
for (let round = 0; round < Number(options.rounds); ++round) {
  for (const name of round % 2 === 0 ? ['plain', 'checked'] : ['checked', 'plain']) times[name].push(await migrate(plans[name]));
}
const ratios = times.checked.map((ms, i) => ms / times.plain[i]);
console.log(`plain ${median(times.plain).toFixed(0)} ms, checked ${median(times.checked).toFixed(0)} ms: ` +
  `${median(ratios).toFixed(2)} times (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)} in ${ratios.length} rounds)`);
await browser.close();
