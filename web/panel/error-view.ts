// An error: its code, sentence, hint and path.

import { el } from './dom.js';
import { displayText } from './format.js';
import { icon } from './icons.js';
import type { PanelError } from './panel-state.js';

export function errorView(error: PanelError): HTMLElement {
  return el(
    'section', { class: 'fe-error', role: 'alert' },
    icon('cross'),
    el(
      'div', { class: 'fe-error-text' },
      el('code', { class: 'fe-error-code' }, displayText(error.code, 60)),
      el('p', { class: 'fe-error-message' }, displayText(error.message, 1000)),
      error.hint ? el('p', { class: 'fe-error-hint' }, displayText(error.hint, 1000)) : undefined,
      error.path ? el('p', { class: 'fe-error-path' }, 'at ', el('code', {}, displayText(error.path, 300))) : undefined,
    ),
  );
}
