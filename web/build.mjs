// Builds the npm package into web/dist:
//   node web/build.mjs [--no-types]
// Needs build/wasm/ferrite.{js,wasm} (scripts/build makes them). Without them
// only the client and the types are built, and the exit status is 1.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(fileURLToPath(import.meta.url));
const top = join(web, '..');
const dist = join(web, 'dist');
const wasm = join(top, 'build/wasm');

/** The C++ enum's text codes and natures in TypeScript, so that neither is kept by hand. */
async function generateErrorCodes() {
  const source = await readFile(join(top, 'core/include/ferrite/error_codes.inc'), 'utf8');
  const entries = [...source.matchAll(/^FERRITE_ERROR\(\w+, "(\w+)", \d+, k(\w+),/gm)].map(([, code, nature]) => [code, nature.toLowerCase()]);
  const codes = entries.map(([code]) => code);
  if (codes.length === 0) throw new Error('error_codes.inc holds no codes');
  await mkdir(join(web, 'src/generated'), { recursive: true });
  await writeFile(
    join(web, 'src/generated/error-codes.ts'),
    `// Generated from core/include/ferrite/error_codes.inc by build.mjs.\n\nexport type ErrorCode =\n${
      codes.map((code) => `  | '${code}'`).join('\n')};

/** Where an error lies, and so what a retry may hope for: ErrorNature of core/include/ferrite/error.h. */
export type ErrorNature = 'record' | 'passing' | 'store' | 'call';

export const natureOf: Readonly<Record<ErrorCode, ErrorNature>> = {
${
      entries.map(([code, nature]) => `  ${code}: '${nature}',`).join('\n')}
};
`);
}

const shared = {
  bundle: true, format: 'esm', target: 'es2022', minify: true, sourcemap: true, legalComments: 'none',
  outdir: dist, logLevel: 'warning',
};

/** index.js, what it shares with client.js (chunk.js), and client.js, which is loaded with the first call. */
async function bundleClient() {
  await build({ ...shared, entryPoints: [join(web, 'src/index.ts')], splitting: true, chunkNames: '[name]' });
}

/** By itself: an app that loads it needs nothing of index.js, and the other way round. */
async function bundleContainer() {
  await build({ ...shared, entryPoints: [{ in: join(web, 'src/container/index.ts'), out: 'container' }] });
}

async function bundleWorker() {
  for (const file of ['ferrite.js', 'ferrite.wasm']) {
    if (!existsSync(join(wasm, file))) {
      console.error(`build/wasm/${file} is missing: run scripts/build first. The worker was not built.`);
      process.exitCode = 1;
      return;
    }
  }
  await build({
    ...shared,
    entryPoints: [
      { in: join(web, 'src/worker/main.ts'), out: 'worker' },
      { in: join(web, 'src/worker/reader.ts'), out: 'reader' },
    ],
    alias: { '#ferrite-module': join(wasm, 'ferrite.js') },
  });
  await copyFile(join(wasm, 'ferrite.wasm'), join(dist, 'ferrite.wasm'));
}

function emitTypes() {
  execFileSync(join(top, 'node_modules/.bin/tsc'), ['-p', join(web, 'tsconfig.types.json')], { stdio: 'inherit' });
}

/** npm packs what lies in the package's own folder. */
async function copyPapers() {
  for (const file of ['LICENSE', 'README.md']) await copyFile(join(top, file), join(web, file));
}

await mkdir(dist, { recursive: true });
await copyPapers();
await generateErrorCodes();
await bundleClient();
await bundleContainer();
await bundleWorker();
if (!process.argv.includes('--no-types')) emitTypes();
