// What a person asked for. Views send these up and change nothing themselves.

import type { PanelTab, RunKind } from './panel-state.js';

export type PanelAction =
  | { type: 'refresh' }
  | { type: 'run'; what: RunKind }
  | { type: 'cancel' }
  | { type: 'edit-plan'; text: string }
  | { type: 'reset-plan' }
  | { type: 'name-store'; store: string }
  | { type: 'show'; tab: PanelTab }
  | { type: 'copy'; text: string };

export type Send = (action: PanelAction) => void;
