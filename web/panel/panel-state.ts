// Everything the panel shows. Never changed in place: a view compares by
// identity what it drew last.

import type { Layout, PlanNote, Progress, Report } from '../src/types.js';
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
  /** `layouts`: which known libraries wrote it; undefined while unknown. */
  | { kind: 'read'; inspection: Inspection; layouts: Layout[] | undefined };

export interface PlanState {
  origin: 'none' | 'drafting' | 'draft' | 'edited' | 'page';
  text: string;
  /** Why the text is no plan, or ''. */
  problem: string;
  /** Of what was left out or read in part when it was drafted. */
  notes: readonly PlanNote[];
  /** Why there is no draft. */
  failure: PanelError | undefined;
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
  plan: { origin: 'none', text: '', problem: '', notes: [], failure: undefined, store: '' },
  run: { kind: 'idle' },
  tab: 'plan',
};

export function canRun(state: PanelState): boolean {
  const { origin, problem } = state.plan;
  return state.run.kind !== 'running' && !state.looking && state.storage.kind === 'read' &&
    origin !== 'none' && origin !== 'drafting' && problem === '';
}
