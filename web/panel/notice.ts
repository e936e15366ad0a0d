// A quiet full-width message: nothing here, no access, not yet.

import { el } from './dom.js';
import { icon, type IconName } from './icons.js';

export function notice(symbol: IconName, title: string, text: string): HTMLElement {
  return el('div', { class: `fe-notice fe-notice-${symbol}` }, icon(symbol), el('strong', {}, title), el('p', {}, text));
}
