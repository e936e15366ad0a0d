// Pages and modules that tests load into the browser, bundled into build/.
import { build } from 'esbuild';
import { cp, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('../pages/', import.meta.url));
const modules = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
export const pages = fileURLToPath(new URL('../../../build/test-pages/', import.meta.url));

export async function buildTestPages() {
  await mkdir(pages, { recursive: true });
  await build({
    entryPoints: [`${here}rebuild.ts`, `${here}official-worker.ts`, `${here}official.ts`],
    outdir: pages, bundle: true, format: 'esm', target: 'es2022', logLevel: 'error',
  });
  await cp(`${here}official.html`, `${pages}official.html`);
  const official = `${modules}@sqlite.org/sqlite-wasm/dist/`;
  for (const name of ['sqlite3.wasm', 'sqlite3-opfs-async-proxy.js']) await cp(official + name, pages + name);
}
