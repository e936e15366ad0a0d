// Snapshots of all that the origin's storage holds, and restoring them.
import { FerriteError, toFerriteError } from '../error.js';
import type { Calls, WholeFields } from '../protocol.js';
import { deleteDatabase } from '../snapshot/kept-objects.js';
import { readJournal } from '../snapshot/journal.js';
import { keptDatabase } from '../snapshot/own-databases.js';
import type { PendingRestore, RestoreOptions, RestoreReport, Snapshot, SnapshotOptions } from '../snapshot/types.js';
import { readStorage } from '../sources/storage-snapshot.js';
import { Channel } from './channel.js';
import { answerQuestion } from './questions.js';
import { absolute } from './url.js';

type Options = SnapshotOptions | RestoreOptions;

const wholeFields = ({
  openTimeout = 5000, lockTimeout = 5000, progressInterval = 100, maxRetries = 3, retryDelay = 1000, wasmUrl, readerUrl,
}: Options): Omit<WholeFields, 'snapshots'> => ({
  openTimeout, lockTimeout, progressInterval, wasmUrl: absolute(wasmUrl), readerUrl: absolute(readerUrl),
  retries: { maxRetries, retryDelay },
});

/** In a worker of its own, which ends with the call. */
async function once<K extends 'takeSnapshot' | 'restoreSource'>(
  kind: K, fields: Calls[K][0], { workerUrl, onProgress, signal }: Options,
): Promise<Calls[K][1]> {
  const channel = new Channel(undefined, workerUrl);
  try {
    return await channel.call(kind, fields, { onProgress, signal, onAsk: answerQuestion });
  } catch (error) {
    throw toFerriteError(error);
  } finally {
    channel.stop(new FerriteError({ code: 'state', message: 'The call has ended.' }));
  }
}

export async function takeSnapshot(options: SnapshotOptions = {}): Promise<Snapshot> {
  const { databases, localStorage = true } = options;
  const snapshots = localStorage ? { localStorage: readStorage('localStorage') } : {};
  return once('takeSnapshot', { ...wholeFields(options), databases, snapshots }, options);
}

export async function restoreSource(bundle: Blob, options: RestoreOptions): Promise<RestoreReport> {
  const { confirm, allowLoss = false, removeOthers = false } = options ?? {};
  if (confirm !== true) {
    throw new FerriteError({
      code: 'invalid_argument',
      message: 'A restore deletes what is in the sources now.',
      hint: 'Say confirm: true when that is what you want.',
    });
  }
  if (!(bundle instanceof Blob)) {
    throw new FerriteError({ code: 'invalid_argument', message: 'The bundle is no Blob.', hint: 'Give the bundle of takeSnapshot().' });
  }
  return once('restoreSource', { ...wholeFields(options), bundle, confirm, allowLoss, removeOthers, snapshots: {} }, options);
}

export async function pendingRestore(): Promise<PendingRestore | undefined> {
  const journal = await readJournal();
  if (!journal) return undefined;
  const { startedAt, databases, localStorage, done } = journal;
  return { startedAt, databases, localStorage, done };
}

export function forgetSnapshot(id: string): Promise<void> {
  return deleteDatabase(keptDatabase(id));
}
