// Dry run, verify, migrate; cancel while one of them runs.

import { button } from './button.js';
import { el, whenChanged, type View } from './dom.js';
import type { Send } from './panel-action.js';
import { canRun, type PanelState } from './panel-state.js';

export function runControls(send: Send): View<PanelState> {
  const dryRun = button(
    { text: 'Dry run', title: 'Do everything in a scratch store that is deleted afterwards' },
    () => send({ type: 'run', what: 'dry-run' }),
  );
  const verify = button(
    { text: 'Verify', title: 'Read the sources again and compare every record with the store' },
    () => send({ type: 'run', what: 'verify' }),
  );
  const migrate = button(
    { text: 'Migrate', kind: 'primary', title: 'Copy the storage into the SQLite store; the storage itself stays as it is' },
    () => send({ type: 'run', what: 'migrate' }),
  );
  const cancel = button({ text: 'Cancel', kind: 'primary' }, () => send({ type: 'cancel' }));
  const node = el('div', { class: 'fe-controls', role: 'group', 'aria-label': 'Run' }, dryRun, verify, migrate, cancel);

  const draw = whenChanged((allowed: boolean, running: boolean, stopping: boolean) => {
    const focused = node.contains(document.activeElement);
    for (const each of [dryRun, verify, migrate]) each.disabled = !allowed;
    migrate.hidden = running;
    cancel.hidden = !running;
    cancel.disabled = stopping;
    if (focused) (running ? cancel : migrate).focus();
  });
  return {
    node,
    update(state) {
      const { run } = state;
      draw(canRun(state), run.kind === 'running', run.kind === 'running' && run.stopping);
    },
  };
}
