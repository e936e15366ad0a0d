// An engine for calls that need no store.
import type { Core } from './connection.js';
import type { SyncFile } from './engine.js';
import { loadModule } from './module.js';

/** `files`: what it may open, by name. */
export async function loadEngine(wasmUrl: string | undefined, files = new Map<string, SyncFile>()): Promise<Core> {
  const module = await loadModule(wasmUrl);
  module.ferriteFiles = files;
  return { module, engine: new module.Engine() };
}
