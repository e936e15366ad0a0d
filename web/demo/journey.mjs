// The demo's whole way, step by step, in real Chromium and with the real
// program: legacy app → store in OPFS → verified → exported → native twin →
// server. scripts/run shows it to a person; the end-to-end test checks it.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { output } from './build.mjs';
import { serve } from './serve.mjs';

const top = fileURLToPath(new URL('../../', import.meta.url));
export const PLAN = join(top, 'web/demo/plan.json');
export const PROGRAM = process.env.FERRITE_BIN ?? join(top, 'build/bin/ferrite');
export const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync',
];

/** The demo app served on loopback and a browser with a profile of its own. */
export async function openDemo({ roots = {}, isolated } = {}) {
  const server = await serve({ roots: { '/': output, '/ferrite/': join(top, 'web/dist'), ...roots }, isolated });
  const profile = await mkdtemp(join(tmpdir(), 'ferrite-demo-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium', headless: true, args: FLAGS, viewport: { width: 1280, height: 900 },
  });
  return {
    url: server.url,
    context,
    async closeBrowser() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
    closeServer: () => server.close(),
  };
}

export async function fillLegacy(context, url, scale = 1) {
  const page = await context.newPage();
  await page.goto(url);
  const state = await page.evaluate((value) => window.demo.fill({ scale: value }), scale);
  const digests = await page.evaluate(() => window.demo.readBack());
  return { page, state, digests };
}

export async function openUpgraded(context, url) {
  const page = await context.newPage();
  await page.goto(`${url}upgraded.html`);
  await page.waitForFunction(() => window.ferrite !== undefined);
  return page;
}

/** Saves what `produce` (run in the page) gives as a Blob. */
export async function saveBlob(page, produce, path) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.evaluate(async (source) => {
      const blob = await (0, eval)(source)();
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = 'file';
      link.click();
    }, `(${produce})`),
  ]);
  await download.saveAs(path);
}

/** Runs the program with --json; what it printed and its exit status. */
export async function ferrite(...args) {
  try {
    const { stdout } = await promisify(execFile)(PROGRAM, [...args, '--json'], { maxBuffer: 1 << 26 });
    return { status: 0, answer: JSON.parse(stdout) };
  } catch (error) {
    if (typeof error.code !== 'number') throw error;
    return { status: error.code, answer: error.stdout ? JSON.parse(error.stdout) : undefined, stderr: error.stderr };
  }
}

/** `ferrite serve` on a free port of loopback, ended by stop(). */
export async function startServer({ store, tokens }) {
  const folder = await mkdtemp(join(tmpdir(), 'ferrite-serve-'));
  const tokenFile = join(folder, 'tokens');
  const portFile = join(folder, 'port');
  await writeFile(tokenFile, Object.entries(tokens).map(([token, tenant]) => `${tenant} ${token}\n`).join(''), { mode: 0o600 });
  const process = spawn(PROGRAM, ['serve', '--store', store, '--listen', '127.0.0.1:0', '--tokens', tokenFile,
    '--port-file', portFile], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  process.stderr.on('data', (chunk) => { log += chunk; });
  const ended = new Promise((resolve) => process.once('exit', resolve));
  let port = '';
  for (let tries = 0; port === '' && tries < 200; ++tries) {
    await sleep(25);
    if (process.exitCode !== null) throw new Error(`ferrite serve ended with ${process.exitCode}: ${log}`);
    port = await readFile(portFile, 'utf8').then((text) => text.trim(), () => '');
  }
  if (port === '') throw new Error(`ferrite serve did not say its port: ${log}`);
  return {
    url: `http://127.0.0.1:${port}`,
    log: () => log,
    async stop(signal = 'SIGTERM') {
      process.kill(signal);
      const status = await ended;
      await rm(folder, { recursive: true, force: true });
      return status;
    },
  };
}

/** Table name → hash and rows of a report. */
export function tableHashes(report) {
  return Object.fromEntries(report.tables.map(({ name, rows, hash }) => [name, { rows, hash }]));
}

/** One value from a database file, asked of Debian's sqlite3 program. */
export async function sqlite(path, sql) {
  const { stdout } = await promisify(execFile)('sqlite3', ['-readonly', path, sql], { maxBuffer: 1 << 26 });
  return stdout.trim();
}
