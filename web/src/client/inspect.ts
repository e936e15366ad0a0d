// What can be found out about an origin's storage before there is a plan.
import { FerriteError } from '../error.js';
import type { Calls, LookFields } from '../protocol.js';
import { readStorage } from '../sources/storage-snapshot.js';
import type { InferOptions, InferredPlan, Layouts, LookOptions, RecognizeOptions } from '../types.js';
import { Channel } from './channel.js';
import { absolute } from './url.js';

const LEAST_SAMPLE = 20;

const wrong = (message: string, hint: string) => new FerriteError({ code: 'invalid_argument', message, hint });

function textsIn(list: readonly string[] | undefined, option: string): void {
  if (list === undefined || (Array.isArray(list) && list.every((item) => typeof item === 'string'))) return;
  throw wrong(`${option} is no array of texts.`, '');
}

function lookFields({
  databases, openTimeout = 5000, progressInterval = 100, maxRetries = 3, retryDelay = 1000, wasmUrl, readerUrl,
}: LookOptions): LookFields {
  textsIn(databases, 'databases');
  return {
    databases, openTimeout, progressInterval, wasmUrl: absolute(wasmUrl), readerUrl: absolute(readerUrl),
    retries: { maxRetries, retryDelay },
    snapshots: { localStorage: readStorage('localStorage'), sessionStorage: readStorage('sessionStorage') },
  };
}

/** In a worker of its own, which ends with the call. */
async function once<K extends 'inferPlan' | 'recognizeLayouts'>(
  kind: K, fields: Calls[K][0], { workerUrl, onProgress, signal }: LookOptions,
): Promise<Calls[K][1]> {
  const channel = new Channel(undefined, workerUrl);
  try {
    return await channel.call(kind, fields, { onProgress, signal });
  } finally {
    channel.stop(new FerriteError({ code: 'state', message: 'The call has ended.' }));
  }
}

/**
 * Looks at all IndexedDB databases, localStorage and sessionStorage of the
 * origin and writes a plan for them, which may be run as it is. Nothing is
 * written to any storage. Rejects with `source_missing` when there is no
 * record to make a plan for: a plan has at least one table.
 */
export async function inferPlan(options: InferOptions = {}): Promise<InferredPlan> {
  const { name = 'inferred', sampleSize = 2000 } = options;
  if (typeof name !== 'string' || name === '' || [...name].length > 100) {
    throw wrong('The name is no text of 1 to 100 characters.', '');
  }
  if (!Number.isSafeInteger(sampleSize) || sampleSize < LEAST_SAMPLE) {
    throw wrong('sampleSize is no count of records.', `Ask for at least ${LEAST_SAMPLE} of each source.`);
  }
  return once('inferPlan', { ...lookFields(options), name, sampleSize }, options);
}

/** Says which libraries wrote what lies in the origin's storage, and by what that is seen. Nothing is written. */
export async function recognizeLayouts(options: RecognizeOptions = {}): Promise<Layouts> {
  const { presets = [] } = options;
  textsIn(presets, 'presets');
  return once('recognizeLayouts', { ...lookFields(options), presets }, options);
}
