// A plan for the page's storage, and which libraries wrote it: what
// @ferrite/web's own inferPlan() and recognizeLayouts() say in the page.

import { inferPlan, recognizeLayouts } from '../../src/index.js';
import type { InferredPlan, Layouts, LookOptions } from '../../src/types.js';
import type { Assets } from './assets.js';
import type { Work } from './job.js';
import { requirePolicy } from './page-policy.js';

async function lookOptions(assets: Assets): Promise<LookOptions> {
  await requirePolicy();
  return { workerUrl: assets.url('worker'), readerUrl: assets.url('reader'), wasmUrl: assets.url('wasm') };
}

/** A plan's name has at most 100 characters. */
const planName = (): string => location.hostname.slice(0, 100) || 'app';

export const recognize = (assets: Assets): Work => async (onProgress, signal): Promise<Layouts> =>
  recognizeLayouts({ ...(await lookOptions(assets)), onProgress, signal });

export const draft = (assets: Assets): Work => async (onProgress, signal): Promise<InferredPlan> =>
  inferPlan({ ...(await lookOptions(assets)), name: planName(), onProgress, signal });
