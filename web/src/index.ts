import { completeChain, plansOf } from './chain.js';
import { check } from './client/check.js';
import type { Client } from './client/client.js';
import { Events } from './client/events.js';
import { loadClient } from './client/load.js';
import { absolute } from './client/url.js';
import { FerriteError } from './error.js';
import { findStore } from './marker.js';
import type { Settings } from './protocol.js';
import type { PendingRestore, RestoreOptions, RestoreReport, Snapshot, SnapshotOptions } from './snapshot/types.js';
import type {
  Ferrite, InferOptions, InferredPlan, Layouts, OpenOptions, Plan, RecognizeOptions,
} from './types.js';

export { FerriteError } from './error.js';
export type { Chain, ChainColumn, ChainStep, ChainVersion, VersionStatus } from './chain.js';
export type * from './snapshot/types.js';
export type * from './backup/types.js';
export type * from './clean-up/types.js';
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

/** All that is passed on as it is called. */
const METHODS = [
  'prepare', 'validate', 'migrate', 'verify', 'differences', 'exportDifferences', 'reportPage', 'exportBundle', 'exportStore',
  'failed', 'correctFailed', 'discardFailed', 'retryFailed', 'conflicts', 'resolveConflicts', 'versions', 'upgrade',
  'downgrade', 'repair', 'database',
  'createBackup', 'listBackups', 'verifyBackup', 'restoreBackup', 'deleteBackup', 'canRollback', 'rollbackPoints', 'rollback',
  'canCleanUp', 'cleanUp', 'forgetLegacySnapshot',
  'history', 'logs', 'audit', 'statistics', 'checkAudit', 'importHistory', 'cleanUpHistory', 'log', 'logLevel', 'exportLogs',
] as const satisfies readonly (keyof Client)[];

type Method = (typeof METHODS)[number];

/** Costs nothing until one of its functions is called. */
export async function openFerrite(options: OpenOptions): Promise<Ferrite> {
  const settings = settingsFrom(options);
  const events = new Events();
  let loading: Promise<Client> | undefined;
  const load = (): Promise<Client> => {
    loading ??= loadClient().then(
      ({ createClient }) => createClient(settings, options.workerUrl, events),
      (error: unknown) => { loading = undefined; throw error; });
    return loading;
  };
  const passOn = (name: Method) => async (...given: never[]): Promise<unknown> =>
    ((await load())[name] as (...given: never[]) => unknown)(...given);

  return {
    ...(Object.fromEntries(METHODS.map((name) => [name, passOn(name)])) as unknown as Pick<Client, Method>),
    checkIfNeeded: () => check(settings),
    on: (name, listener) => events.on(name, listener),
    async report() {
      const { bytes, marker } = await findStore(settings.store);
      if (bytes === 0) return undefined;
      return marker?.report ?? (await load()).report();
    },
    // Behind what was called before; of what was never called there is nothing to stop.
    pause: async () => (await loading)?.pause() ?? false,
    resume: async () => (await loading)?.resume(),
    cancel: () => void loading?.then((client) => client.cancel(), () => undefined),
    exportProgress: async () => (await loading)?.exportProgress(),
    close: async () => (await loading)?.close(),
  };
}

/**
 * Looks at all IndexedDB databases, localStorage and sessionStorage of the
 * origin and writes a plan for them, which may be run as it is. Nothing is
 * written to any storage. What is blocked or cannot be read is left out, with
 * a note. Rejects with `source_missing` when there is no record to make a plan
 * for: a plan has at least one table.
 */
export async function inferPlan(options?: InferOptions): Promise<InferredPlan> {
  return (await loadClient()).inferPlan(options);
}

/** Says which libraries wrote what lies in the origin's storage, and by what that is seen. Nothing is written. */
export async function recognizeLayouts(options?: RecognizeOptions): Promise<Layouts> {
  return (await loadClient()).recognizeLayouts(options);
}

/**
 * Writes all that localStorage and the origin's IndexedDB databases hold into
 * one file, from which restoreSource() builds them again: nothing is excluded,
 * credentials neither. The records of a store are those of one moment as long as
 * nobody writes to it meanwhile; `changed` says where that is not known. The
 * sources are as they were afterwards: a key generator's next key is had by a
 * write that is aborted.
 */
export async function takeSnapshot(options?: SnapshotOptions): Promise<Snapshot> {
  return (await loadClient()).takeSnapshot(options);
}

/**
 * Makes localStorage and the databases what they were, and compares them with
 * the bundle before it says so. Each database is replaced by one transaction.
 * When it is cut off, pendingRestore() says so from then on, and another call
 * with the bundle goes on. Rejects with `source_blocked`, and nothing was
 * touched, when a database is open elsewhere.
 */
export async function restoreSource(bundle: Blob, options: RestoreOptions): Promise<RestoreReport> {
  return (await loadClient()).restoreSource(bundle, options);
}

/** To be asked at start-up by apps that restore: until it is undefined, the sources are half of one state and half of another. */
export async function pendingRestore(): Promise<PendingRestore | undefined> {
  return (await loadClient()).pendingRestore();
}

/** Deletes what of a snapshot no file can hold; its bundle is then restored with `allowLoss` only, when there was any. */
export async function forgetSnapshot(id: string): Promise<void> {
  return (await loadClient()).forgetSnapshot(id);
}
