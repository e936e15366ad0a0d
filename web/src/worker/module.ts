// Loads the engine.
import createFerrite from '#ferrite-module';
import { FerriteError } from '../error.js';
import type { FerriteModule } from './engine.js';

async function compile(url: string | URL): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  // Streaming insists on the media type; a server that does not know it costs only time.
  return response.headers.get('content-type')?.startsWith('application/wasm')
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

function instantiate(wasm: WebAssembly.Module): Promise<FerriteModule> {
  return new Promise((resolve, reject) => {
    createFerrite({
      // Never fetched. Without it the glue resolves a name against the worker's
      // own URL, which fails in a worker started from a blob: URL.
      locateFile: (file) => file,
      instantiateWasm(imports, receive) {
        WebAssembly.instantiate(wasm, imports).then((instance) => receive(instance, wasm)).catch(reject);
        return {};
      },
    }).then(resolve, reject);
  });
}

export async function loadModule(wasmUrl: string | undefined): Promise<FerriteModule> {
  const url = wasmUrl ?? new URL('./ferrite.wasm', import.meta.url);
  try {
    return await instantiate(await compile(url));
  } catch (cause) {
    throw new FerriteError({
      code: 'unreachable',
      message: `The engine could not be loaded from ${url}: ${String(cause)}`,
      hint: "Serve ferrite.wasm there or set wasmUrl; a Content-Security-Policy must allow 'wasm-unsafe-eval'.",
    }, { cause });
  }
}
