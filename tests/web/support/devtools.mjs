// Opens the extension's panel in Chromium's real developer tools.
import puppeteer from "puppeteer-core";

const flags = [
  "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--window-size=1440,900",
];

/** Not its helper frames and workers. */
const frontend = /^devtools:.*\/devtools_app\.html/;

export function launchWithExtension(folder) {
  return puppeteer.launch({
    executablePath: "/usr/bin/chromium", headless: true, devtools: true, enableExtensions: true, defaultViewport: null,
    args: [...flags, `--load-extension=${folder}`, `--disable-extensions-except=${folder}`],
  });
}

async function eventually(look, what, limit = 15000) {
  for (const end = Date.now() + limit; Date.now() < end; await new Promise((done) => setTimeout(done, 50))) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${what} did not appear within ${limit} ms`);
}

/** The developer tools as a page, and the frame the panel lives in; not those in `except`. */
export async function openPanel(browser, ...except) {
  const known = except.map((tools) => tools.target());
  const target = await browser.waitForTarget((each) => frontend.test(each.url()) && !known.includes(each));
  const tools = await target.asPage();
  // Its modules must not be touched before it has set itself up.
  await tools.waitForSelector(".root-view .tabbed-pane");
  const view = await eventually(() => tools.evaluate(async () => {
    const { ViewManager } = await import("./ui/legacy/legacy.js");
    return [...ViewManager.ViewManager.instance().views.keys()].find((id) => /^chrome-extension:.*Ferrite$/.test(id));
  }), "the panel's tab");
  await tools.evaluate(async (id) => {
    const { ViewManager } = await import("./ui/legacy/legacy.js");
    await ViewManager.ViewManager.instance().showView(id);
  }, view);
  const panel = await eventually(() => tools.frames().find((frame) => frame.url().endsWith("/panel.html")), "the panel");
  await panel.waitForSelector(".ferrite");
  return { tools, panel };
}

export async function dock(tools, side) {
  await tools.evaluate(async (to) => {
    const { DockController } = await import("./ui/legacy/legacy.js");
    DockController.DockController.instance().setDockSide(to);
  }, side);
}

/** The developer tools follow the system's scheme. */
export async function setScheme(tools, scheme) {
  await tools.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
}
