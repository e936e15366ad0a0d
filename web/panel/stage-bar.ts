// The run's stages side by side, each filling in its turn.

import type { Progress } from '../src/types.js';
import { el, setAttribute, type View } from './dom.js';
import type { RunKind, RunState } from './panel-state.js';

type Stage = Progress['stage'];

const titles: Partial<Record<Stage, string>> = { prepare: 'Prepare', copy: 'Copy', reconcile: 'Reconcile', verify: 'Verify' };

const stagesOf: Record<RunKind, Stage[]> = {
  'dry-run': ['prepare', 'copy', 'reconcile'],
  migrate: ['prepare', 'copy', 'reconcile'],
  verify: ['prepare', 'verify'],
};

const order: Stage[] = ['prepare', 'copy', 'reconcile', 'verify', 'export', 'done'];

function shareOf(stage: Stage, run: RunState): number {
  if (run.kind === 'done') return 1;
  if (run.kind !== 'running' || !run.progress) return 0;
  const now = order.indexOf(run.progress.stage);
  const mine = order.indexOf(stage);
  if (mine !== now) return mine < now ? 1 : 0;
  return Math.min(1, Math.max(0, run.progress.percentage / 100));
}

export function stageBar(): View<RunState> {
  const segments = new Map<Stage, HTMLElement>();
  const list = el('ol', { class: 'fe-stages', role: 'progressbar', 'aria-label': 'Progress', 'aria-valuemin': 0, 'aria-valuemax': 100 });
  for (const [stage, title] of Object.entries(titles) as [Stage, string][]) {
    const segment = el('li', { class: 'fe-stage', 'data-stage': stage }, el('span', {}, title));
    segments.set(stage, segment);
    list.append(segment);
  }
  return {
    node: list,
    update(run) {
      const shown = run.kind === 'idle' ? stagesOf.migrate : stagesOf[run.what];
      for (const [stage, segment] of segments) {
        segment.hidden = !shown.includes(stage);
        const current = run.kind === 'running' && run.progress?.stage === stage;
        const share = shareOf(stage, run);
        setAttribute(segment, 'data-state', share >= 1 ? 'done' : current ? 'current' : 'ahead');
        segment.style.setProperty('--share', String(share));
      }
      const value = run.kind === 'running' ? Math.floor(run.progress?.percentage ?? 0) : undefined;
      setAttribute(list, 'aria-valuenow', run.kind === 'done' ? 100 : value);
    },
  };
}
