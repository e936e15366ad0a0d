// Everything the panel shows. Never changed in place: a view compares by
// identity what it drew last.

import type { Progress, Report } from '../src/types.js';
import type { Inspection } from './inspection.js';

export type RunKind = 'dry-run' | 'migrate' | 'verify';

export interface PanelError {
  code: string;
  message: string;
  hint?: string | undefined;
  path?: string | undefined;
}

export type StorageState =
  | { kind: 'waiting' }
  /** The page cannot be looked into. */
  | { kind: 'no-access'; message: string }
  | { kind: 'read'; inspection: Inspection };

export interface PlanState {
  origin: 'none' | 'draft' | 'edited' | 'page';
  text: string;
  /** Why the text is no plan, or ''. */
  problem: string;
  /** Name of the SQLite file; '' when the page has chosen it. */
  store: string;
}

/** The run counts over all sources; this is one source's part. */
export interface CollectionProgress {
  records: number;
  finished: boolean;
}

export type RunState =
  | { kind: 'idle' }
  | {
      kind: 'running';
      what: RunKind;
      stopping: boolean;
      progress: Progress | undefined;
      /** By the progress's collection label. */
      collections: Readonly<Record<string, CollectionProgress>>;
    }
  | { kind: 'done'; what: RunKind; report: Report }
  | { kind: 'failed'; what: RunKind; error: PanelError };

export type PanelTab = 'plan' | 'report';

export interface PanelState {
  /** The page's origin, or '' while unknown. */
  origin: string;
  /** The page runs Ferrite itself. */
  pageHasFerrite: boolean;
  storage: StorageState;
  /** It is being looked at (again); the plan may change. */
  looking: boolean;
  plan: PlanState;
  run: RunState;
  tab: PanelTab;
}

export const initialState: PanelState = {
  origin: '',
  pageHasFerrite: false,
  storage: { kind: 'waiting' },
  looking: true,
  plan: { origin: 'none', text: '', problem: '', store: '' },
  run: { kind: 'idle' },
  tab: 'plan',
};

export function canRun(state: PanelState): boolean {
  return state.run.kind !== 'running' && !state.looking && state.storage.kind === 'read' &&
    state.plan.origin !== 'none' && state.plan.problem === '';
}
