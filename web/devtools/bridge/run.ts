// A run in the page: by the page's own Ferrite where it has one.

import type { RunKind } from '../../panel/panel-state.js';
import { openFerrite } from '../../src/index.js';
import type { Ferrite, Plan, Progress, Report } from '../../src/types.js';
import type { Assets } from './assets.js';
import { pageFerrite } from './page-ferrite.js';
import { requirePolicy } from './page-policy.js';
import type { Task } from './protocol.js';

type OnProgress = (progress: Progress) => void;

/** Every batch: a source that is done within one must be seen too. */
const progressInterval = 0;

function start(ferrite: Ferrite, what: RunKind, onProgress: OnProgress, signal: AbortSignal): Promise<Report> {
  const options = { onProgress, progressInterval, signal };
  if (what === 'verify') return ferrite.verify(options);
  return ferrite.migrate({ ...options, dryRun: what === 'dry-run' });
}

async function open(plan: Plan, store: string, assets: Assets): Promise<Ferrite> {
  await requirePolicy();
  return openFerrite({
    plan, store, workerUrl: assets.url('worker'), readerUrl: assets.url('reader'), wasmUrl: assets.url('wasm'),
  });
}

export async function run(task: Task<'run'>, assets: Assets, onProgress: OnProgress, signal: AbortSignal): Promise<Report> {
  const own = pageFerrite();
  if (own) return start(own, task.what, onProgress, signal);
  const ferrite = await open(task.plan as Plan, task.store, assets);
  try {
    return await start(ferrite, task.what, onProgress, signal);
  } finally {
    await ferrite.close();
  }
}
