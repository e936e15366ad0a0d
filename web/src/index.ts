import { Channel, type CallOptions } from './client/channel.js';
import { check } from './client/check.js';
import { createDatabase } from './client/database.js';
import { FerriteError } from './error.js';
import { findStore } from './marker.js';
import type { Settings } from './protocol.js';
import { readLocalStorage, type LocalStorageSnapshot } from './sources/local-storage-snapshot.js';
import { planSources } from './sources/plan-sources.js';
import type { Ferrite, OpenOptions, RunOptions } from './types.js';

export { FerriteError } from './error.js';
export type * from './types.js';

/** For tests of the fallback; not part of the interface. */
interface InternalOptions {
  storage?: Settings['storage'];
}

function settingsFrom(options: OpenOptions & InternalOptions): Settings {
  const { plan, store, wasmUrl, readerUrl, openTimeout = 5000, lockTimeout = 5000, storage = 'auto' } = options;
  if (typeof store !== 'string' || !/^[^/\\\0]+$/.test(store) || store === '.' || store === '..') {
    throw new FerriteError({
      code: 'invalid_argument',
      message: 'The store needs a file name.',
      hint: 'For example store: "shop.sqlite3"; directories are not supported.',
    });
  }
  // Relative to the page, as a URL in a page is; the worker lies elsewhere.
  const absolute = (url: string | URL | undefined) => (url === undefined ? undefined : new URL(url, globalThis.location?.href).href);
  return { plan, store, wasmUrl: absolute(wasmUrl), readerUrl: absolute(readerUrl), openTimeout, lockTimeout, storage };
}

/** Costs nothing until one of its functions is called. */
export async function openFerrite(options: OpenOptions): Promise<Ferrite> {
  const settings = settingsFrom(options);
  const channel = new Channel(settings, options.workerUrl);

  const snapshot = (): LocalStorageSnapshot | undefined =>
    (planSources(settings.plan).some((source) => 'localStorage' in source) ? readLocalStorage() : undefined);
  const pass = ({ progressInterval = 100 }: RunOptions) => ({ progressInterval, localStorage: snapshot() });
  const call = ({ onProgress, signal }: RunOptions): CallOptions => ({ onProgress, signal });

  return {
    checkIfNeeded: () => check(settings),
    migrate: async (run = {}) => channel.call('migrate', { ...pass(run), dryRun: run.dryRun ?? false }, call(run)),
    verify: async (run = {}) => channel.call('verify', pass(run), call(run)),
    exportBundle: async (run = {}) => channel.call('exportBundle', pass(run), call(run)),
    exportStore: () => channel.call('exportStore', {}),
    async report() {
      const { bytes, marker } = await findStore(settings.store);
      if (bytes === 0) return undefined;
      return marker?.report ?? channel.call('report', {});
    },
    async database() {
      await channel.call('connect', {});
      return createDatabase(channel);
    },
    async close() {
      if (!channel.isOpen) return;
      await channel.call('close', {});
      channel.stop(new FerriteError({ code: 'state', message: 'Ferrite was closed.' }));
    },
  };
}
