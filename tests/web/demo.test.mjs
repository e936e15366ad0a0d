import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { buildDemo, output } from "../../web/demo/build.mjs";
import { serve } from "../../web/demo/serve.mjs";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync",
];
const SMALL = 0.02;
const out = fileURLToPath(new URL("../../out/", import.meta.url));

let server;
const profiles = [];

before(async () => {
  await buildDemo();
  server = await serve({ roots: { "/": output } });
});

after(async () => {
  for (const { context, folder } of profiles) {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
  await server?.close();
});

/** A page of the demo in a profile of its own; errors the page throws fail the test that looks at them. */
async function openDemo(query = "") {
  const folder = await mkdtemp(join(tmpdir(), "harbour-"));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: "/usr/bin/chromium", headless: true, args: FLAGS, viewport: { width: 1280, height: 900 },
  });
  profiles.push({ context, folder });
  const page = context.pages()[0] ?? (await context.newPage());
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error") errors.push(message.text()); });
  await page.goto(server.url + query);
  await page.evaluate(() => window.demo.ready);
  return { page, errors };
}

const readBack = (page) => page.evaluate(() => window.demo.readBack());

/** Counts and schemas read without any of the libraries. */
const rawStorage = (page) => page.evaluate(async () => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const raw = { localStorage: localStorage.length };
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      const source = database.transaction(store).objectStore(store);
      raw[`${name}/${store}`] = {
        count: await done(source.count()),
        keyPath: source.keyPath,
        autoIncrement: source.autoIncrement,
        indexes: [...source.indexNames].map((index) => {
          const { keyPath, multiEntry } = source.index(index);
          return multiEntry ? [keyPath, "multi"] : keyPath;
        }),
      };
    }
    database.close();
  }
  return raw;
});

test("A full fill writes 20 000 records through the libraries, and they survive a reload", async (t) => {
  const { page, errors } = await openDemo();
  assert.equal(await page.evaluate(() => window.demo.state.phase), "empty");
  const state = await page.evaluate(() => window.demo.fill({ scale: 1 }));
  assert.equal(state.phase, "filled");
  assert.equal(state.done, state.total);
  t.diagnostic(`filled ${state.total} records in ${Math.round(state.milliseconds)} ms`);

  const raw = await rawStorage(page);
  assert.deepEqual(raw["harbour/customers"], {
    count: 2000, keyPath: "id", autoIncrement: false,
    indexes: [["address.country", "address.city"], "name", "since", ["tags", "multi"]],
  });
  assert.deepEqual(raw["harbour/orders"], {
    count: 6000, keyPath: "id", autoIncrement: true,
    indexes: [["customerId", "placed"], "customerId", "placed", ["skus", "multi"], "status"],
  });
  assert.deepEqual(raw["harbour/notes"], {
    count: 12000, keyPath: ["orderId", "line"], autoIncrement: false, indexes: ["kind", "orderId", "written"],
  });
  assert.equal(raw["localforage/keyvaluepairs"].count, state.counts.forage);
  assert.equal(raw["keyval-store/keyval"].count, state.counts.keyval);
  assert.equal(raw.localStorage, state.counts.plain + 2);

  const before = await readBack(page);
  assert.deepEqual(await expectedDigests(page), before);
  await page.reload();
  await page.evaluate(() => window.demo.ready);
  assert.equal(await page.evaluate(() => window.demo.state.phase), "filled");
  assert.deepEqual(await readBack(page), before);

  await page.click("#check");
  await page.waitForSelector(".shelf code");
  await mkdir(out, { recursive: true });
  await page.screenshot({ path: join(out, "demo.png"), fullPage: true });
  assert.deepEqual(errors, []);
});

const expectedDigests = (page) => page.evaluate(async () => {
  const digests = {};
  for (const { name, records } of window.demo.expected()) digests[name] = await window.demo.digest(records());
  return digests;
});

test("What is expected in storage is what raw reads find there, byte for byte", async () => {
  const { page } = await openDemo();
  await page.evaluate((scale) => window.demo.fill({ scale }), SMALL);
  const differences = await page.evaluate(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const raw = async (source, keys) => {
      if (source.localStorage) return keys.map((key) => ({ key, value: localStorage.getItem(key) }));
      const database = await done(indexedDB.open(source.indexedDB));
      const store = database.transaction(source.store).objectStore(source.store);
      const [found, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
      database.close();
      return found.map((key, i) => ({ key, value: values[i] }));
    };
    const wrong = [];
    for (const { name, source, stored } of window.demo.expected()) {
      const entries = [...stored()];
      const [written, found] = [
        await window.demo.digest(entries), await window.demo.digest(await raw(source, entries.map(({ key }) => key))),
      ];
      if (written.count !== found.count || written.digest !== found.digest) wrong.push(name);
    }
    return wrong;
  });
  assert.deepEqual(differences, []);
});

test("Two profiles filled at the same scale hold the same data, and a second fill changes nothing", async () => {
  const [first, second] = [await openDemo(`?scale=${SMALL}`), await openDemo()];
  await first.page.evaluate(() => window.demo.fill());
  await second.page.evaluate(() => window.demo.fill({ scale: 0.05 }));
  await second.page.evaluate((scale) => window.demo.fill({ scale }), SMALL);
  const digests = await readBack(first.page);
  assert.equal(digests.customers.count, 40);
  assert.deepEqual(await readBack(second.page), digests);
});

test("The digest sees a change that a loose comparison would not", async () => {
  const { page } = await openDemo();
  const digests = await page.evaluate(() => {
    const values = [
      0, -0, "0", 0n, null, undefined, false, NaN, "\ud800", "\ufffd", [undefined], [,], [null], {}, { a: undefined }, new Date(0),
      new Date(0).toISOString(), new Blob(["a"]), new Blob(["a"], { type: "text/plain" }), new Map(), new Set(), new Uint8Array(1),
      new Int8Array(1), new ArrayBuffer(1), new Date(NaN), "\0", "",
    ];
    return Promise.all(values.map((value) => window.demo.digest([{ key: 1, value }])));
  });
  assert.equal(new Set(digests.map(({ digest }) => digest)).size, digests.length);
});

for (const colorScheme of ["light", "dark"]) {
  test(`The page fits wide and narrow windows, ${colorScheme}`, async () => {
    const { page, errors } = await openDemo(`?scale=${SMALL}`);
    await page.emulateMedia({ colorScheme });
    await page.evaluate(() => window.demo.fill());
    await page.waitForSelector("td");
    await mkdir(out, { recursive: true });
    for (const width of [1280, 480]) {
      await page.setViewportSize({ width, height: 900 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `overflow at ${width}`);
      await page.screenshot({ path: join(out, `demo-${colorScheme}-${width}.png`), fullPage: true });
    }
    assert.deepEqual(errors, []);
  });
}

test("The server stays inside its folders", async () => {
  const status = async (path) => (await fetch(server.url + path)).status;
  assert.equal(await status("plan.json"), 200);
  assert.equal(await status("nothing.html"), 404);
  assert.equal(await status("..%2f..%2fpackage.json"), 404);
  assert.equal(await status("%2e%2e/%2e%2e/package.json"), 404);
  assert.equal(await status("%00"), 404);
  assert.equal((await fetch(server.url, { method: "POST" })).status, 405);
  assert.match((await fetch(`${server.url}index.js`)).headers.get("content-type"), /^text\/javascript/);
});
