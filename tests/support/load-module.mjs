// Loads a browser module into Node: what a dedicated worker has and Node has
// not is one property, and the wasm bytes are handed over instead of fetched.
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

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
