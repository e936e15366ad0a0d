// Known libraries that write in Chromium, each in an origin of its own, and
// what RecognizeLayouts makes of what they left.
import { execFileSync } from 'node:child_process';
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { serve } from '../../../web/demo/serve.mjs';

const top = fileURLToPath(new URL('../../../', import.meta.url));
const tool = join(top, 'build/native-release/tests/layout_tool');

const recognize = (facts) => JSON.parse(execFileSync(tool, { input: JSON.stringify(facts) }));

/** `name`: of the folder in build/ that the pages are bundled into. */
export async function openLibraries(name) {
  const built = join(top, 'build', name);
  await build({
    entryPoints: ['libraries', 'facts'].map((page) => join(top, `tests/web/pages/${page}.ts`)),
    outdir: built, bundle: true, splitting: true, format: 'esm', target: 'es2022', logLevel: 'error', external: ['fs'],
    // RxDB brings a Dexie of its own, and Dexie refuses to be loaded twice.
    alias: { dexie: join(top, 'node_modules/dexie') },
    define: { global: 'globalThis', 'process.env.NODE_ENV': '"production"' },
  });
  const server = await serve({
    roots: { '/': join(top, 'tests/web/pages'), '/built/': built, '/ferrite/': join(top, 'web/dist') },
  });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: ['--no-sandbox', '--disable-gpu'] });
  const empty = new URL('empty.html', server.url).href;

  return {
    /**
     * Has the libraries write, then `more` in the page, and hands what is found
     * there and the page to `use`.
     */
    async withWritten(libraries, use, more = () => undefined) {
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        for (const library of libraries) {
          await page.goto(empty);
          await page.evaluate(async (which) => (await import('/built/libraries.js')).libraries[which](), library);
        }
        // Another page, so that no connection of a library is left.
        await page.goto(empty);
        await page.evaluate(more);
        const { facts, before: was, after: is } = await page.evaluate(async () => {
          const { collectFacts, everything } = await import('/built/facts.js');
          const first = await everything();
          return { before: first, facts: await collectFacts(), after: await everything() };
        });
        assert.deepEqual(is, was, 'looking changed nothing');
        return await use({ page, facts, ...recognize(facts) });
      } finally {
        await context.close();
      }
    },
    async close() {
      await browser.close();
      await server.close();
      await rm(built, { recursive: true, force: true });
    },
  };
}
