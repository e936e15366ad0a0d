// The whole panel: state in, DOM out, actions up.
//
// Plain modules rather than custom elements, because an extension's content
// script, where the overlay will live, has no custom element registry.

import { button } from './button.js';
import { el, setText, whenChanged, type View } from './dom.js';
import { mark } from './icons.js';
import { displayText } from './format.js';
import type { Send } from './panel-action.js';
import type { PanelState, PanelTab } from './panel-state.js';
import { planView } from './plan-view.js';
import { reportView } from './report-view.js';
import { runControls } from './run-controls.js';
import { runStatus } from './run-status.js';
import { storageList } from './storage-list.js';
import { tabList } from './tab-list.js';

export function panel(send: Send): View<PanelState> {
  const origin = el('span', { class: 'fe-origin' });
  const own = el('span', { class: 'fe-chip', title: 'The page runs Ferrite itself; the panel drives it' }, 'page’s own Ferrite');
  const refresh = button({ text: 'Look again', icon: 'refresh', iconOnly: true, kind: 'quiet' }, () => send({ type: 'refresh' }));
  const controls = runControls(send);
  const status = runStatus();
  const storage = storageList();
  const plan = planView(send);
  const report = reportView(send);
  const tabs = tabList<PanelTab>('Plan and report', [
    { id: 'plan', title: 'Plan', body: plan.node },
    { id: 'report', title: 'Report', body: report.node },
  ], (tab) => send({ type: 'show', tab }));

  const work = el(
    'section', { class: 'fe-pane', 'aria-label': 'Plan and report' },
    el('header', { class: 'fe-pane-head' }, tabs.node), plan.node, report.node,
  );
  const panes = el('main', { class: 'fe-panes' }, storage.node, work);
  // In one column the report would appear below the fold.
  const reveal = whenChanged((tab: PanelTab) => {
    if (tab === 'report') panes.scrollTop = work.offsetTop - panes.offsetTop;
  });
  const node = el(
    'div', { class: 'ferrite' },
    el(
      'header', { class: 'fe-top' },
      el('h1', {}, mark(), 'Ferrite'), origin, own, refresh, el('span', { class: 'fe-space' }), controls.node,
    ),
    status.node,
    panes,
  );
  return {
    node,
    update(state) {
      setText(origin, state.origin === '' ? '' : displayText(state.origin, 80));
      own.hidden = !state.pageHasFerrite;
      refresh.disabled = state.looking || state.run.kind === 'running';
      node.setAttribute('aria-busy', String(state.looking || state.run.kind === 'running'));
      controls.update(state);
      status.update(state);
      storage.update(state);
      plan.update({ plan: state.plan, running: state.run.kind === 'running' });
      report.update(state.run);
      tabs.update(state.tab);
      reveal(state.tab);
    },
  };
}
