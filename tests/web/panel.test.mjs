// The extension's panel in Chromium's real developer tools, over the demo app.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { buildDemo, output as demo } from "../../web/demo/build.mjs";
import { serve } from "../../web/demo/serve.mjs";
import { buildDevtools, output as extension } from "../../web/devtools/build.mjs";
import { dock, launchWithExtension, openPanel, setScheme } from "./support/devtools.mjs";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = folder("../../out/");

let demoServer, pageServer, browser, page, tools, panel;

before(async () => {
  await Promise.all([buildDemo(), buildDevtools(), mkdir(out, { recursive: true })]);
  demoServer = await serve({ roots: { "/": demo } });
  pageServer = await serve({ roots: { "/": folder("pages/"), "/ferrite/": folder("../../web/dist/") } });
  browser = await launchWithExtension(extension);
  [page] = await browser.pages();
  await page.goto(pageServer.url + "empty.html");
  ({ tools, panel } = await openPanel(browser));
  await dock(tools, "undocked");
  tools.on("dialog", (dialog) => dialog.dismiss());
});

after(async () => {
  await browser?.close();
  await demoServer?.close();
  await pageServer?.close();
});

beforeEach(() => setScheme(tools, "light"));

const text = (selector) => panel.$eval(selector, (node) => node.textContent);
const texts = (selector) => panel.$$eval(selector, (nodes) => nodes.map((node) => node.textContent));
const press = (name) => panel.locator(`.fe-controls button ::-p-text(${name})`).click();
const status = () => panel.$eval(".fe-status", ({ dataset }) => dataset.tone);

const waitFor = (condition, ...args) => panel.waitForFunction(condition, { polling: 50, timeout: 60000 }, ...args);
const waitForTitle = (part) => waitFor((wanted) => document.querySelector(".fe-status-title").textContent.includes(wanted), part);
const waitForEnd = () => waitFor(() => !["busy", "calm"].includes(document.querySelector(".fe-status").dataset.tone));

async function lookAgain() {
  await panel.locator('button[aria-label="Look again"]').click();
  // The click is drawn with the next frame.
  await panel.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await waitFor(() => document.querySelector(".ferrite").ariaBusy === "false");
}

/** A picture of the developer tools as a person sees them, after transitions. */
async function picture(name) {
  for (const scheme of ["light", "dark"]) {
    await setScheme(tools, scheme);
    await waitFor((wanted) => document.querySelector(".ferrite").dataset.theme === wanted, scheme);
    await new Promise((done) => setTimeout(done, 400));
    await tools.screenshot({ path: join(out, `panel-${name}-${scheme}.png`) });
  }
}

/** Of what the run shows once it has got somewhere. */
async function pictureUnderWay(scheme) {
  await waitFor(() => Number.parseInt(document.querySelector(".fe-status-percentage").textContent) > 0
    || document.querySelector(".fe-status").dataset.tone !== "busy");
  await tools.screenshot({ path: join(out, `panel-running-${scheme}.png`) });
}

async function openDemo(scale) {
  await page.goto(`${demoServer.url}?scale=${scale}`);
  await page.evaluate(async () => { await window.demo.ready; await window.demo.fill(); });
  await lookAgain();
  await waitForTitle("records in");
}

/** Names of the files in the page's private file system. */
const storeFiles = () => page.evaluate(async () => {
  const names = [];
  for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
  return names;
});

test("A page that stores nothing says so and cannot be migrated", async () => {
  await page.goto(pageServer.url + "empty.html");
  // The navigation may come behind a first look at the same page.
  await waitFor(() => document.querySelector(".fe-storage").textContent.includes("Nothing found"));
  await waitForTitle("Nothing to migrate");
  assert.equal(await panel.$$eval(".fe-controls button:enabled:not([hidden])", (buttons) => buttons.length), 0);
});

test("A page without an origin is no page to look at", async () => {
  await page.goto("data:text/html,<h1>no origin</h1>");
  await waitForTitle("No access to this page");
  assert.match(await text(".fe-storage"), /without an origin/);
});

test("Hostile names are shown as text, every character of them", async () => {
  await page.goto(pageServer.url + "empty.html");
  await page.evaluate(() => {
    localStorage.setItem("<img src=x onerror=alert(1)>", "x");
    localStorage.setItem("\u202etxt.exe\0\ud800", "x");
  });
  await lookAgain();
  await waitForTitle("2 records");
  assert.deepEqual(await texts(".fe-entry code"), ["<img src=x onerror=alert(1)>", "\\u202etxt.exe\\u0000\\ud800"]);
  assert.equal(await panel.$(".fe-storage img"), null);
  await page.evaluate(() => localStorage.clear());
});

test("A policy that forbids blob: workers is named, and the storage is listed all the same", async () => {
  await page.goto(pageServer.url + "strict.html");
  await page.evaluate(() => localStorage.setItem("key", "value"));
  await lookAgain();
  await waitForTitle("1 record");
  assert.deepEqual(await texts(".fe-entry code"), ["key"]);
  assert.equal(await text(".fe-error-code"), "page_policy");
  assert.match(await text(".fe-error-hint"), /worker-src blob:/);
  assert.equal(await panel.$$eval(".fe-controls button:enabled:not([hidden])", (buttons) => buttons.length), 0);
  await page.evaluate(() => localStorage.clear());
});

test("Credentials are marked and stay out of the drafted plan", async () => {
  await page.goto(pageServer.url + "empty.html");
  await page.evaluate(() => {
    localStorage.setItem("oidc.user:https://id.example:app", JSON.stringify({ access_token: "x" }));
    localStorage.setItem("theme", "dark");
  });
  await lookAgain();
  const chips = await panel.$$eval(".fe-entry", (rows) =>
    rows.map((row) => [row.querySelector("code").textContent, row.querySelector(".fe-label")?.textContent ?? ""]));
  assert.deepEqual(chips, [["oidc.user:https://id.example:app", "credentials"], ["theme", ""]]);
  const plan = JSON.parse(await panel.$eval(".fe-editor textarea", (area) => area.value));
  assert.equal(plan.excluded.length, 1);
  assert.match(plan.excluded[0].reason, /^credentials/);
  await page.evaluate(() => localStorage.clear());
});

test("The storage of the demo app is listed without being touched", async () => {
  await openDemo(0.02);
  const before = await page.evaluate(async () => (await indexedDB.databases()).map(({ name, version }) => `${name} ${version}`).sort());
  const sources = await texts(".fe-source-name");
  assert.deepEqual(sources, ["harbour", "keyval-store", "localforage", "localStorage"]);
  const labels = await texts(".fe-source h3 .fe-label");
  assert.deepEqual(labels, ["Dexie, perhaps", "idb-keyval", "localForage"]);
  await panel.locator(".fe-more").click();
  const entries = await panel.$$eval(".fe-entry", (rows) =>
    Object.fromEntries(rows.map((row) => [row.querySelector("code").textContent, row.querySelector(".fe-label")?.textContent])));
  assert.equal(entries["persist:root"], "redux-persist");
  const expected = await page.evaluate(() => window.demo.state.counts);
  const rows = await panel.$$eval(".fe-row:not(.fe-entry)", (nodes) =>
    Object.fromEntries(nodes.map((node) => [node.querySelector("code").textContent, node.querySelector(".fe-number").textContent])));
  for (const store of ["customers", "orders", "notes"]) assert.equal(rows[store], String(expected[store]), store);
  assert.ok((await texts(".fe-row-key")).includes("[orderId, line]"));

  const toggle = await panel.$('button[aria-label="Indexes of customers"]');
  await toggle.press("Enter");
  assert.match(await text(".fe-indexes:not([hidden])"), /tags.*multi-entry/);
  const after = await page.evaluate(async () => (await indexedDB.databases()).map(({ name, version }) => `${name} ${version}`).sort());
  assert.deepEqual(after, before);
  await picture("storage");
});

test("The drafted plan is the inferred one; it can be edited, and what is no plan is refused", async () => {
  const plan = JSON.parse(await panel.$eval(".fe-editor textarea", (area) => area.value));
  const sourceOf = ({ from }) => [from].flat()[0].store ?? Object.keys([from].flat()[0])[0];
  const sources = new Set(plan.tables.map(sourceOf));
  assert.deepEqual([...sources].sort(), ["customers", "keyval", "keyvaluepairs", "localStorage", "notes", "orders"]);
  assert.deepEqual(plan.tables.find(({ name }) => name === "order_lines").each, "/lines");
  assert.deepEqual(plan.excluded.map(({ from }) => from.store), ["local-forage-detect-blob-support"]);
  assert.deepEqual(plan.tables.find(({ name }) => name === "customers").primaryKey, ["id"]);
  await panel.type(".fe-editor textarea", "x");
  await waitFor(() => document.querySelector(".fe-problem").textContent !== "");
  assert.equal(await panel.$$eval(".fe-controls button:enabled:not([hidden])", (buttons) => buttons.length), 0);
  await panel.locator("button ::-p-text(Reset)").click();
  await waitFor(() => document.querySelector(".fe-problem").textContent === "");
});

test("A dry run reports and leaves nothing behind", async () => {
  await press("Dry run");
  await waitForEnd();
  assert.equal(await status(), "good", await text(".ferrite"));
  assert.match(await text(".fe-status-detail"), /nothing was kept/);
  assert.deepEqual(await storeFiles(), []);
});

test("A run that is cancelled says so", async () => {
  await openDemo(1);
  await setScheme(tools, "dark");
  await press("Dry run");
  await pictureUnderWay("dark");
  await press("Cancel");
  await waitForEnd();
  assert.equal(await text(".fe-status-title"), "Dry run cancelled");
  assert.equal(await text(".fe-error-code"), "cancelled");
  assert.deepEqual(await storeFiles(), []);
});

test("A migration shows its progress and its report", async () => {
  await panel.evaluate(() => {
    const seen = (globalThis.seen = { stages: [], shares: [], heights: [], moving: [] });
    new MutationObserver(() => {
      seen.stages.push(document.querySelector(".fe-stage[data-state=current]")?.dataset.stage);
      seen.shares.push(Number.parseInt(document.querySelector(".fe-status-percentage").textContent));
      seen.heights.push(document.querySelector(".fe-status").offsetHeight);
      seen.moving.push(document.querySelector("[data-meter=moving] code, h3[data-meter=moving]")?.textContent);
    }).observe(document.querySelector(".fe-status"), { subtree: true, childList: true, attributes: true });
  });
  await press("Migrate");
  await pictureUnderWay("light");
  await waitForEnd();
  assert.equal(await status(), "good", await text(".ferrite"));
  assert.equal(await text(".fe-status-title"), "Migration verified");
  const seen = await panel.evaluate(() => globalThis.seen);
  assert.ok(seen.stages.includes("copy"), `stages: ${seen.stages}`);
  assert.ok(seen.shares.some((share) => share > 0 && share < 100), `percentages: ${seen.shares}`);
  assert.equal(new Set(seen.heights).size, 1, `the strip's heights: ${seen.heights}`);
  assert.ok(seen.moving.some(Boolean), "no source was seen moving");

  const rows = await panel.$$eval('[aria-label="Tables"] tbody tr', (lines) =>
    Object.fromEntries(lines.map(({ cells }) => [cells[0].textContent, cells[1].textContent.replaceAll(",", "")])));
  const counts = await page.evaluate(() => window.demo.state.counts);
  for (const table of ["customers", "orders", "notes"]) assert.equal(rows[table], String(counts[table]), table);
  assert.equal(await panel.$(".fe-hash.fe-bad"), null);
  assert.ok((await storeFiles()).includes("ferrite.db"));
  await picture("report");
  await dock(tools, "right");
  await picture("narrow");
  await dock(tools, "undocked");
});

test("A verification reads everything again and finds it equal", async () => {
  await press("Verify");
  await waitForEnd();
  assert.equal(await text(".fe-status-title"), "Verification verified", await text(".fe-status-detail"));
  assert.equal(await status(), "good");
});

test("Navigation of the page starts the panel anew", async () => {
  await page.reload();
  await waitForTitle("records in");
  assert.equal(await text('[role="tab"][aria-selected="true"]'), "Plan");
  assert.match(await text(".fe-report"), /No report yet/);
});

test("Two panels on one origin do not disturb each other", async () => {
  const second = await browser.newPage();
  await second.goto(demoServer.url);
  const other = await openPanel(browser, tools);
  const titleOf = (frame) => frame.$eval(".fe-status-title", (node) => node.textContent);
  const before = await titleOf(panel);
  const ended = (frame) => frame.waitForFunction(
    () => document.querySelector(".fe-status").dataset.tone === "good", { polling: 50, timeout: 30000 });
  // Not by the mouse: which of the two windows gets frames is the browser's choice.
  const start = async (frame) => {
    const button = await frame.waitForSelector(".fe-controls button:enabled ::-p-text(Dry run)");
    await button.evaluate((node) => node.closest("button").click());
  };
  await start(other.panel);
  await ended(other.panel);
  assert.equal(await titleOf(panel), before);
  await start(panel);
  await second.reload();
  await ended(panel);
  assert.equal(await titleOf(panel), "Dry run verified");
  await other.panel.waitForFunction(() => document.querySelector(".fe-status").dataset.tone === "calm", { polling: 50 });
  await second.close();
});

test("A page's own Ferrite does the work, after its own plan", async () => {
  await page.goto(pageServer.url + "empty.html");
  await page.evaluate(async () => {
    localStorage.setItem("mine", "1");
    const plan = {
      ferrite: 1, name: "own",
      tables: [{ name: "settings", from: { localStorage: true } }],
    };
    const { openFerrite } = await import("/ferrite/index.js");
    globalThis.ferrite = Object.assign(await openFerrite({ plan, store: "own.db" }), { plan });
  });
  await lookAgain();
  assert.match(await panel.$eval(".fe-editor textarea", (area) => area.value), /"name": "own"/);
  assert.equal(await panel.$eval(".fe-editor textarea", (area) => area.readOnly), true);
  await press("Migrate");
  await waitForTitle("Migration verified");
  const files = await storeFiles();
  assert.ok(files.includes("own.db") && !files.includes("ferrite.db"), String(files));
});
