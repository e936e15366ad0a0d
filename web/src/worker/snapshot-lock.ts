// One snapshot or restore of an origin at a time, over all its tabs.
import { FerriteError } from '../error.js';
import { locks } from './lock.js';

const NAME = 'ferrite:snapshot';

/** Rejects with store_busy after `ms`. */
export async function withSnapshotLock<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(new FerriteError({
    code: 'store_busy',
    message: `Another tab takes or restores a snapshot and was not done within ${ms} ms.`,
    hint: 'Try again when it is.',
  })), ms);
  return locks().request(NAME, { signal: waiting.signal }, () => {
    clearTimeout(timer);
    return work();
  });
}
