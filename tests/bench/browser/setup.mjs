// What the benchmark and the trace have in common: the page, served and open
// in a Chromium with an empty profile.
import { build } from 'esbuild';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serve } from '../../../web/demo/serve.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const top = join(here, '../../..');
const ENTRIES = ['page', 'read', 'sahpool', 'sqljs', 'traced-worker', 'traced-reader'];

async function bundle() {
  const outdir = join(top, 'build/bench');
  await mkdir(outdir, { recursive: true });
  await build({
    entryPoints: ENTRIES.map((name) => join(here, `${name}.ts`)),
    outdir, bundle: true, format: 'esm', target: 'es2022', minify: true, logLevel: 'error',
    external: ['fs', 'path', 'crypto', 'module', 'node:*'],
  });
  await cp(join(here, 'page.html'), join(outdir, 'index.html'));
  const modules = join(top, 'node_modules');
  await cp(join(modules, 'sql.js/dist/sql-wasm.wasm'), join(outdir, 'sql-wasm.wasm'));
  await cp(join(modules, 'sql.js/dist/sql-wasm.wasm'), join(outdir, 'sql-wasm-browser.wasm'));
  await cp(join(modules, '@sqlite.org/sqlite-wasm/dist/sqlite3.wasm'), join(outdir, 'sqlite3.wasm'));
  return outdir;
}

/**
 * CHROMIUM_FLAGS in the environment are added to the browser's own, for trying
 * what an engine's setting changes.
 *
 * Gives `work` the page with `records` records to read, and cleans up behind
 * it. `against`: the web/dist of another build, to be compared with this one.
 */
export async function withBenchPage({ records, against }, work) {
  const profile = await mkdtemp(join(tmpdir(), 'ferrite-bench-'));
  const roots = { '/': await bundle(), '/ferrite/': join(top, 'web/dist') };
  if (against) roots['/against/'] = against;
  const server = await serve({ roots });
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', ...(process.env.CHROMIUM_FLAGS?.split(' ') ?? [])],
  });
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction(() => globalThis.bench !== undefined);
    await page.evaluate((count) => bench.fill(count), records);
    await work(page, { version: browser.browser()?.version() ?? '', profile });
  } finally {
    await browser.close();
    await server.close();
    await rm(profile, { recursive: true, force: true });
  }
}
