// The README's example, as it stands there, in a page.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { openBrowser } from './support/browser.mjs';

const PLAN = {
  ferrite: 1,
  name: 'shop',
  tables: [{
    name: 'orders',
    from: { indexedDB: 'shop', store: 'orders' },
    columns: { id: 'integer', placed: 'datetime', city: { path: '/address/city', type: 'text' } },
    primaryKey: ['id'],
  }],
};

let browser;
let example;

before(async () => {
  browser = await openBrowser();
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  example = /```js\n([^]*?)```/.exec(readme)[1];
});
after(() => browser?.close());

/** Loads a page with the example in it; what its `open` holds and what it printed. */
async function run() {
  const page = await browser.newPage();
  const printed = [];
  page.on('console', (message) => printed.push(message.text()));
  page.on('pageerror', (error) => printed.push(String(error)));
  const files = {
    'index.html': ['text/html', `<!doctype html><script type="importmap">{"imports":{"@ferrite/web":"/ferrite/index.js"}}</script>
      <script type="module" src="example.js"></script>`],
    'plan.json': ['application/json', JSON.stringify(PLAN)],
    'example.js': ['text/javascript', `${example}\nwindow.rows = open;\nawait ferrite.close();\nwindow.isDone = true;`],
  };
  await page.route('**/readme/*', (route) => {
    const [contentType, body] = files[new URL(route.request().url()).pathname.split('/').at(-1)];
    return route.fulfill({ contentType, body });
  });
  await page.goto(new URL('readme/index.html', browser.url).href);
  await page.waitForFunction(() => window.isDone, null, { timeout: 30_000 }).catch(() => assert.fail(printed.join('\n')));
  const rows = await page.evaluate(() => window.rows);
  await page.close();
  return { rows, printed };
}

test("The README's example migrates an app's orders and finds them in SQLite, and a second start has nothing to do", async () => {
  const page = await browser.newPage();
  await page.evaluate(() => legacy.createDatabase('shop', {
    orders: {
      options: { keyPath: 'id' },
      entries: [[3, 'Oslo'], [1, 'Bergen'], [2, 'Oslo']].map(([id, city]) =>
        [undefined, { id, placed: new Date(1_700_000_000_000 - id * 1000), address: { city } }]),
    },
  }));
  await page.close();
  const rows = [{ id: 3, placed: 1_699_999_997_000 }, { id: 2, placed: 1_699_999_998_000 }];
  const first = await run();
  assert.deepEqual(first.rows, rows, first.printed.join('\n'));
  assert.match(first.printed.at(-1), /^verified /);
  const second = await run();
  assert.deepEqual(second.rows, rows);
  assert.deepEqual(second.printed, []);
});
