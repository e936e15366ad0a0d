// One tab has the store: its file handles are exclusive, so a tab holds the
// Web Lock `ferrite:<store>` for as long as the store is open in it, and
// `ferrite:<store>:pass` while a migration or verification is under way.
import { FerriteError } from '../error.js';

export type Release = () => void;

const lockName = (store: string): string => `ferrite:${store}`;
const passName = (store: string): string => `ferrite:${store}:pass`;

/** Throws where the page has none. */
export function locks(): LockManager {
  if (navigator.locks) return navigator.locks;
  throw new FerriteError({
    code: 'store_open',
    message: 'This page has no Web Locks, so two tabs could overwrite each other\'s store.',
    hint: 'Serve the app over https or from localhost.',
  });
}

/** Resolves with the release once the lock is held; rejects with the signal's reason. */
function hold(name: string, signal: AbortSignal): Promise<Release> {
  return new Promise((resolve, reject) => {
    locks().request(name, { signal }, () => new Promise<void>((release) => resolve(release))).catch(reject);
  });
}

export async function holdStore(store: string, signal: AbortSignal): Promise<Release> {
  return hold(lockName(store), signal);
}

export async function holdPass(store: string, signal: AbortSignal): Promise<Release> {
  return hold(passName(store), signal);
}

export async function isPassRunning(store: string): Promise<boolean> {
  const { held = [] } = await locks().query();
  return held.some(({ name }) => name === passName(store));
}

/** Undefined when somebody else has the store. */
export function tryHoldStore(store: string): Promise<Release | undefined> {
  return new Promise((resolve, reject) => {
    locks().request(lockName(store), { ifAvailable: true }, (lock) =>
      (lock ? new Promise<void>((release) => resolve(release)) : resolve(undefined))).catch(reject);
  });
}

export function storeBusy(store: string, ms: number): FerriteError {
  return new FerriteError({
    code: 'store_busy',
    message: `Another tab has the store "${store}" open and did not let go of it within ${ms} ms.`,
    hint: 'Close the other tab, or call close() there.',
  });
}
