// What a Ferrite does beyond telling whether there is something to do: loaded
// with the first call of it.
import { Channel, type CallOptions } from './channel.js';
import { check } from './check.js';
import { createDatabase } from './database.js';
import type { Events } from './events.js';
import { backupCalls } from './backups.js';
import { cleanUpCalls } from './clean-up.js';
import { historyCalls } from './history.js';
import { FerriteError } from '../error.js';
import { findStore } from '../marker.js';
import type { Retention } from '../backup/types.js';
import type { Pacing, Settings } from '../protocol.js';
import { planSources, storageOf } from '../sources/plan-sources.js';
import { readStorage, type StorageSnapshots } from '../sources/storage-snapshot.js';
import type { Ferrite, MigrateOptions, RunOptions } from '../types.js';

export { inferPlan, recognizeLayouts } from './inspect.js';
export { forgetSnapshot, pendingRestore, restoreSource, takeSnapshot } from './whole.js';

export type Client = Omit<Ferrite, 'checkIfNeeded' | 'on'>;

function sampleOf({ sampleSize = 0 }: { sampleSize?: number }): number {
  if (Number.isSafeInteger(sampleSize) && sampleSize >= 0) return sampleSize;
  throw new FerriteError({ code: 'invalid_argument', message: 'sampleSize is no count of records.' });
}

function mostFailed({ continueOnError = true, maxErrors }: MigrateOptions): number | undefined {
  if (!continueOnError) return 0;
  if (maxErrors === undefined || (Number.isSafeInteger(maxErrors) && maxErrors >= 0)) return maxErrors;
  throw new FerriteError({ code: 'invalid_argument', message: 'maxErrors is no count of records.' });
}

const pacingOf = ({ batchSize, batchBytes, targetMs, delay, idle }: MigrateOptions): Pacing =>
  ({ batchSize, batchBytes, targetMs, delay, idle });

const backupOf = ({ backup = true }: MigrateOptions): false | { retention: Retention | false } =>
  backup && { retention: backup === true ? {} : backup.retention ?? {} };

/** Puts each conflict to the page's callback. */
function decider(onConflict: MigrateOptions['onConflict']): CallOptions['onAsk'] {
  if (!onConflict) return undefined;
  return async (question) => question.ask === 'decideConflicts' && Promise.all(question.conflicts.map((each) => onConflict(each)));
}

export function createClient(settings: Settings, workerUrl: string | URL | undefined, events: Events): Client {
  const channel = new Channel(settings, workerUrl);
  const snapshots = (): StorageSnapshots =>
    Object.fromEntries(planSources(...settings.plans).flatMap((source) => {
      const storage = storageOf(source);
      return storage ? [[storage, readStorage(storage)]] : [];
    }));
  const pass = ({ progressInterval = 100, maxRetries = 3, retryDelay = 1000 }: RunOptions) =>
    ({ progressInterval, snapshots: snapshots(), retries: { maxRetries, retryDelay } });
  const call = ({ onProgress, signal }: RunOptions): CallOptions => events.of({ onProgress, signal });
  const name = settings.chain?.name ?? settings.plans[0]?.name ?? '';

  return {
    prepare: async (run = {}) => channel.call('prepare', { ...pass(run), limitMs: run.limitMs ?? 0 }, call(run)),
    validate: async (run = {}) => channel.call('validate', pass(run), call(run)),
    migrate: async (run = {}) => events.aroundMigration(name, run, async () => channel.call(
      'migrate',
      {
        ...pass(run), dryRun: run.dryRun ?? false, sampleSize: sampleOf(run), maxFailed: mostFailed(run), pacing: pacingOf(run),
        asks: !!run.onConflict, incremental: run.incremental ?? false, backup: backupOf(run), rollback: run.rollback ?? true,
      },
      { ...call(run), onAsk: decider(run.onConflict) })),
    verify: async (run = {}) => channel.call(
      'verify', { ...pass(run), sampleSize: sampleOf(run), tables: run.tables ?? [] }, call(run)),
    differences: (query = {}) => channel.call('differences', { query }),
    exportDifferences: (query = {}) => channel.call('exportDifferences', { query }),
    reportPage: (report) => channel.call('reportPage', { report }),
    conflicts: (options = {}) => channel.call('conflicts', { options }),
    resolveConflicts: (decisions) => channel.call('resolveConflicts', { decisions }),
    exportBundle: async (run = {}) => channel.call('exportBundle', pass(run), call(run)),
    failed: (query = {}) => channel.call('failed', { query }),
    correctFailed: (entry, value) => channel.call('correctFailed', { entry, value }),
    discardFailed: (entry, { confirm } = { confirm: false } as never) => channel.call('discardFailed', { entry, confirm }),
    retryFailed: async ({ ids, table, code, ...run } = {}) => channel.call(
      'retryFailed', { progressInterval: run.progressInterval ?? 100, filter: { ids, table, code } }, call(run)),
    exportStore: () => channel.call('exportStore', {}),
    ...backupCalls(channel, snapshots),
    ...cleanUpCalls(channel, pass, call),
    pause: async () => channel.isOpen && channel.call('pause', {}),
    resume: async () => { if (channel.isOpen) await channel.call('resume', {}); },
    cancel: () => channel.cancel(),
    exportProgress: async () => (channel.isOpen ? channel.call('exportProgress', {}) : undefined),
    report: () => channel.call('report', {}),
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
    ...historyCalls(channel),
    async close() {
      if (!channel.isOpen) return;
      await channel.call('close', {});
      channel.stop(new FerriteError({ code: 'state', message: 'Ferrite was closed.' }));
    },
  };
}
