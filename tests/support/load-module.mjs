// Loads a browser module into Node: what a dedicated worker has and Node has
// not is one property, and the wasm bytes are handed over instead of fetched.
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

// Arguments for a Node that runs a test program: Emscripten's older loader
// would fetch() its own file's path. Node 24 has no option against fetch.
export const withoutFetch = ['--require', `${root}scripts/cmake/without_fetch.cjs`];

// `path`: the module's .js file, from the repository's root, the .wasm beside
// it. `options` are passed to the factory.
export async function loadModule(path, options = {}) {
  const url = new URL(path, pathToFileURL(root));
  globalThis.self ??= { location: { href: url.href } };
  const { default: create } = await import(url.href);
  const wasmBinary = await readFile(
    new URL(url.href.replace(/\.js$/, '.wasm')),
  );
  return create({ wasmBinary, ...options });
}
