// What only the browser knows of whether a plan can be run here.
import { toFerriteError, type ErrorFields } from '../error.js';
import type { Report } from '../types.js';
import type { Connection } from './connection.js';
import { isPassRunning } from './lock.js';

/** As HostFacts of core/include/ferrite/plan_answer.h; undefined is not known. */
export interface HostFacts {
  storeProblem?: Partial<ErrorFields>;
  migrationRunning?: boolean;
  bytesAvailable?: number;
  persistent?: boolean;
  privateMode?: boolean;
  /** How long the probe took, and what came of it. */
  probe?: { ms: number; report: Report };
}

/** A browser that has the file system and keeps it from this page: that is how private windows show. */
async function isFileSystemRefused(): Promise<boolean> {
  if (!navigator.storage?.getDirectory) return false;
  return navigator.storage.getDirectory().then(() => false, () => true);
}

export async function hostFacts(): Promise<HostFacts> {
  const { storage } = navigator;
  const [estimate, persistent, privateMode] = await Promise.all([
    storage?.estimate?.().catch(() => undefined),
    storage?.persisted?.().catch(() => undefined),
    isFileSystemRefused(),
  ]);
  const { quota, usage } = estimate ?? {};
  return {
    ...(quota !== undefined && usage !== undefined && { bytesAvailable: Math.max(0, quota - usage) }),
    ...(persistent !== undefined && { persistent }),
    privateMode,
  };
}

/** Opens the store to read it, where it is there and nobody else has it; else why not. */
export async function openToLook(connection: Connection): Promise<Pick<HostFacts, 'storeProblem' | 'migrationRunning'>> {
  const { store } = connection.settings;
  if (!await connection.tryLock()) {
    if (await isPassRunning(store)) return { migrationRunning: true };
    return {
      storeProblem: {
        code: 'store_busy', message: `Another tab has the store "${store}" open.`,
        hint: 'Close the other tab, or call close() there.',
      },
    };
  }
  try {
    await connection.openReadOnly(store);
    return {};
  } catch (error) {
    return { storeProblem: toFerriteError(error).toJSON() };
  }
}
