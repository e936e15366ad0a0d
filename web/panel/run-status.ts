// The strip that always says where things stand: a sentence, the stages, the
// numbers. Its height never changes.

import type { Progress } from '../src/types.js';
import { el, setAttribute, setText, type View } from './dom.js';
import { displayText, formatClock, formatCount, formatDuration, formatPercentage, plural } from './format.js';
import { icon, type IconName } from './icons.js';
import { countRecords, countStores, isNothing, type Inspection } from './inspection.js';
import type { PanelState, RunKind, RunState } from './panel-state.js';
import { stageBar } from './stage-bar.js';

type Tone = 'calm' | 'busy' | 'good' | 'warn' | 'bad';

interface Headline {
  tone: Tone;
  symbol: IconName;
  title: string;
  detail: string;
}

const running: Record<RunKind, string> = { 'dry-run': 'Dry run', migrate: 'Migrating', verify: 'Verifying' };
const finished: Record<RunKind, string> = { 'dry-run': 'Dry run', migrate: 'Migration', verify: 'Verification' };

function totalText(inspection: Inspection): string {
  const stores = countStores(inspection);
  const places = [stores > 0 ? plural(stores, 'store') : '', inspection.localStorage.entries > 0 ? 'localStorage' : ''];
  return `${plural(countRecords(inspection), 'record')} in ${places.filter(Boolean).join(' and ')}`;
}

function idleHeadline(state: PanelState): Headline {
  const { storage } = state;
  if (storage.kind === 'waiting') return { tone: 'calm', symbol: 'info', title: 'Looking…', detail: '' };
  if (storage.kind === 'no-access') return { tone: 'warn', symbol: 'lock', title: 'No access to this page', detail: 'Open a page of your app.' };
  if (isNothing(storage.inspection)) return { tone: 'calm', symbol: 'info', title: 'Nothing to migrate', detail: 'This origin stores nothing yet.' };
  return {
    tone: 'calm', symbol: 'info',
    title: totalText(storage.inspection),
    detail: 'Nothing is written before you migrate.',
  };
}

function doneHeadline(run: Extract<RunState, { kind: 'done' }>): Headline {
  const { totals, busyMs, status } = run.report;
  const problems = [
    totals.failed > 0 ? plural(totals.failed, 'failed record') : '',
    totals.differences > 0 ? plural(totals.differences, 'difference') : '',
  ].filter(Boolean);
  const good = problems.length === 0 && (status === 'verified' || status === 'completed');
  const speed = `${plural(totals.records, 'record')} in ${formatDuration(busyMs)}`;
  return {
    tone: good ? 'good' : 'warn',
    symbol: good ? 'check' : 'warning',
    title: `${finished[run.what]} ${status.replaceAll('_', ' ')}`,
    detail: [speed, ...problems, run.what === 'dry-run' ? 'nothing was kept' : ''].filter(Boolean).join(' · '),
  };
}

function runningDetail(progress: Progress | undefined): string {
  if (!progress) return 'Starting…';
  const parts = [
    `${formatCount(progress.current)} of ${formatCount(progress.total)}`,
    progress.itemsPerSecond > 0 ? `${formatCount(Math.round(progress.itemsPerSecond))} records/s` : '',
    progress.timeRemaining === undefined ? '' : `${formatClock(progress.timeRemaining)} left`,
    progress.failed > 0 ? `${formatCount(progress.failed)} failed` : '',
  ];
  return parts.filter(Boolean).join(' · ');
}

function headline(state: PanelState): Headline {
  const { run } = state;
  switch (run.kind) {
    case 'idle':
      return idleHeadline(state);
    case 'running': {
      const where = run.progress?.collection ? ` · ${displayText(run.progress.collection, 60)}` : '';
      return {
        tone: 'busy', symbol: 'info',
        title: run.stopping ? 'Cancelling…' : running[run.what] + where,
        detail: runningDetail(run.progress),
      };
    }
    case 'done':
      return doneHeadline(run);
    case 'failed': {
      const cancelled = run.error.code === 'cancelled';
      return {
        tone: cancelled ? 'warn' : 'bad', symbol: cancelled ? 'warning' : 'cross',
        title: `${finished[run.what]} ${cancelled ? 'cancelled' : 'failed'}`,
        detail: displayText(run.error.message, 200),
      };
    }
  }
}

export function runStatus(): View<PanelState> {
  const title = el('p', { class: 'fe-status-title', role: 'status' });
  const detail = el('p', { class: 'fe-status-detail' });
  const symbol = el('span', { class: 'fe-status-symbol' });
  const percentage = el('span', { class: 'fe-status-percentage', 'aria-hidden': 'true' });
  const stages = stageBar();
  const node = el(
    'section', { class: 'fe-status', 'aria-label': 'Status' },
    symbol, el('div', { class: 'fe-status-text' }, title, detail), percentage, stages.node,
  );
  let drawn: IconName | undefined;
  return {
    node,
    update(state) {
      const head = headline(state);
      setAttribute(node, 'data-tone', head.tone);
      if (drawn !== head.symbol) symbol.replaceChildren(icon(head.symbol));
      drawn = head.symbol;
      setText(title, head.title);
      setText(detail, head.detail);
      const progress = state.run.kind === 'running' ? state.run.progress : undefined;
      setText(percentage, state.run.kind === 'running' ? formatPercentage(progress?.percentage ?? 0) : '');
      stages.update(state.run);
    },
  };
}
