import { completeChain, plansOf } from './chain.js';
import { Channel, type CallOptions } from './client/channel.js';
import { check } from './client/check.js';
import { createDatabase } from './client/database.js';
import { Events } from './client/events.js';
import { absolute } from './client/url.js';
import { FerriteError } from './error.js';
import { findStore } from './marker.js';
import type { Pacing, Settings } from './protocol.js';
import { planSources, storageOf } from './sources/plan-sources.js';
import { readStorage, type StorageSnapshots } from './sources/storage-snapshot.js';
import type { Ferrite, MigrateOptions, OpenOptions, Plan, RunOptions } from './types.js';

export { inferPlan, recognizeLayouts } from './client/inspect.js';
export { FerriteError } from './error.js';
export type { Chain, ChainColumn, ChainStep, ChainVersion, VersionStatus } from './chain.js';
export type * from './types.js';

/** For tests of the fallback; not part of the interface. */
interface InternalOptions {
  storage?: Settings['storage'];
}

function settingsFrom(options: OpenOptions & InternalOptions): Settings {
  const { plan, chain, store, wasmUrl, readerUrl, openTimeout = 5000, lockTimeout = 5000, storage = 'auto' } = options;
  if (typeof store !== 'string' || !/^[^/\\\0]+$/.test(store) || store === '.' || store === '..') {
    throw new FerriteError({
      code: 'invalid_argument',
      message: 'The store needs a file name.',
      hint: 'For example store: "shop.sqlite3"; directories are not supported.',
    });
  }
  const whole = completeChain(chain, plan);
  const plans = whole ? plansOf(whole) : [plan as Plan];
  return { plans, chain: whole, store, wasmUrl: absolute(wasmUrl), readerUrl: absolute(readerUrl), openTimeout, lockTimeout, storage };
}

function sampleOf({ sampleSize = 0 }: { sampleSize?: number }): number {
  if (Number.isSafeInteger(sampleSize) && sampleSize >= 0) return sampleSize;
  throw new FerriteError({ code: 'invalid_argument', message: 'sampleSize is no count of records.' });
}

const pacingOf = ({ batchSize, batchBytes, targetMs, delay, idle }: MigrateOptions): Pacing =>
  ({ batchSize, batchBytes, targetMs, delay, idle });

/** Costs nothing until one of its functions is called. */
export async function openFerrite(options: OpenOptions): Promise<Ferrite> {
  const settings = settingsFrom(options);
  const channel = new Channel(settings, options.workerUrl);

  const snapshots = (): StorageSnapshots =>
    Object.fromEntries(planSources(...settings.plans).flatMap((source) => {
      const storage = storageOf(source);
      return storage ? [[storage, readStorage(storage)]] : [];
    }));
  const pass = ({ progressInterval = 100, maxRetries = 3, retryDelay = 1000 }: RunOptions) =>
    ({ progressInterval, snapshots: snapshots(), retries: { maxRetries, retryDelay } });
  const events = new Events();
  const call = ({ onProgress, signal }: RunOptions): CallOptions => events.of({ onProgress, signal });

  return {
    checkIfNeeded: () => check(settings),
    prepare: async (run = {}) => channel.call('prepare', { ...pass(run), limitMs: run.limitMs ?? 0 }, call(run)),
    validate: async (run = {}) => channel.call('validate', pass(run), call(run)),
    migrate: async (run = {}) => events.aroundMigration(settings.chain?.name ?? settings.plans[0]?.name ?? '', run, async () => channel.call(
      'migrate', { ...pass(run), dryRun: run.dryRun ?? false, sampleSize: sampleOf(run), pacing: pacingOf(run) }, call(run))),
    verify: async (run = {}) => channel.call(
      'verify', { ...pass(run), sampleSize: sampleOf(run), tables: run.tables ?? [] }, call(run)),
    differences: (query = {}) => channel.call('differences', { query }),
    exportDifferences: (query = {}) => channel.call('exportDifferences', { query }),
    reportPage: (report) => channel.call('reportPage', { report }),
    exportBundle: async (run = {}) => channel.call('exportBundle', pass(run), call(run)),
    exportStore: () => channel.call('exportStore', {}),
    on: (name, listener) => events.on(name, listener),
    pause: async () => channel.isOpen && channel.call('pause', {}),
    resume: async () => { if (channel.isOpen) await channel.call('resume', {}); },
    cancel: () => channel.cancel(),
    exportProgress: async () => (channel.isOpen ? channel.call('exportProgress', {}) : undefined),
    async report() {
      const { bytes, marker } = await findStore(settings.store);
      if (bytes === 0) return undefined;
      return marker?.report ?? channel.call('report', {});
    },
    versions: () => channel.call('versions', {}),
    async upgrade({ to } = {}) {
      // A new store would be in the way of the legacy data.
      if ((await findStore(settings.store)).bytes === 0 && (await check(settings)).needed) {
        throw new FerriteError({
          code: 'state', message: 'There is legacy data, or it is not known that there is none.', hint: 'Call migrate() first.',
        });
      }
      return channel.call('moveVersion', { to, way: 'up' });
    },
    downgrade: ({ to }) => channel.call('moveVersion', { to, way: 'down' }),
    repair: () => channel.call('repairVersions', {}),
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
