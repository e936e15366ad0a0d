// What panel and bridge say to each other. The page's side answers at once;
// whatever takes longer is a job, which the panel polls: an evaluation in the
// inspected page cannot be awaited.
//
// Both directions are JSON text: it carries lone surrogates as escapes, which
// the way between the processes would not.

import type { CollectionProgress, PanelError, RunKind } from '../../panel/panel-state.js';
import type { Inspection } from '../../panel/inspection.js';
import type { InferredPlan, Layouts, Plan, Progress, Report } from '../../src/types.js';

export interface PageFound {
  origin: string;
  /** The page has an open Ferrite, which then does the work. */
  hasFerrite: boolean;
  /** Offered by the page. */
  plan: Plan | undefined;
  store: string | undefined;
  inspection: Inspection;
}

export type AssetName = 'worker' | 'reader' | 'wasm';

/** Tasks with their results. */
export interface Tasks {
  look: [object, PageFound];
  /** The next two need the assets, as a run does. */
  recognize: [object, Layouts];
  draft: [object, InferredPlan];
  run: [{ what: RunKind; plan: Plan | undefined; store: string }, Report];
}

export type TaskKind = keyof Tasks;
export type Task<K extends TaskKind = TaskKind> = { [Each in K]: { kind: Each } & Tasks[Each][0] }[K];

export type Call =
  | { call: 'begin'; task: Task }
  | { call: 'poll'; job: number }
  | { call: 'cancel'; job: number }
  /** Pieces come in order; `part` 0 begins anew. */
  | { call: 'asset'; name: AssetName; part: number; base64: string }
  | { call: 'dispose' };

export interface RunProgress {
  progress: Progress;
  collections: Readonly<Record<string, CollectionProgress>>;
}

/** The last two are given once; then the job is forgotten. */
export type JobState =
  | { state: 'busy'; running: RunProgress | undefined }
  | { state: 'done'; value: unknown }
  | { state: 'failed'; error: PanelError };

export type Reply = { job: number } | JobState | { ok: true };

/** The bridge in the page, under Symbol.for(bridgeName): not in the way of
 *  anything that lists the window's members. */
export type Bridge = (session: string, callJson: string) => string;
export const bridgeName = 'ferrite.devtools.1';
