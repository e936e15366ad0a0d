// One Chromium with a profile of its own, and the built package served to it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serve } from '../../../web/demo/serve.mjs';

const top = fileURLToPath(new URL('../../../', import.meta.url));
export const dist = join(top, 'web/dist');
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync',
  // Kept for the next page, and killed with the others by a test that kills renderers: that page then never opens.
  '--disable-features=SpareRendererForSitePerProcess',
];

export async function openBrowser() {
  const server = await serve({ roots: { '/': join(top, 'tests/web/pages'), '/support/': join(top, 'tests/web/support'), '/ferrite/': dist } });
  const profile = await mkdtemp(join(tmpdir(), 'ferrite-web-'));
  let context;

  const launch = async () => {
    context = await chromium.launchPersistentContext(profile, {
      executablePath: '/usr/bin/chromium', headless: true, args: FLAGS,
    });
  };
  await launch();

  return {
    url: server.url,
    profile,
    /** A page with `open(options)` and the functions of legacy.js as `legacy`. */
    async newPage() {
      const page = await context.newPage();
      await page.goto(new URL('empty.html', server.url).href);
      await page.evaluate(async () => {
        const { openFerrite } = await import('/ferrite/index.js');
        window.legacy = await import('/legacy.js');
        window.open = openFerrite;
      });
      return page;
    },
    /** Ends the browser and starts it again with the same profile, after `meanwhile(profile)`. */
    async restart(meanwhile = () => undefined) {
      await context.close();
      await meanwhile(profile);
      await launch();
    },
    async close() {
      await context.close();
      await server.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** The page's renderer dies as if it had crashed. */
export async function crash(page) {
  const session = await page.context().newCDPSession(page);
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  session.send('Page.crash').catch(() => undefined);
  await crashed;
  await page.close();
}

/** Table name → rows and hash. */
export const hashes = (report) =>
  Object.fromEntries(report.tables.map(({ name, rows, hash }) => [name, { rows, hash }]));
