import { el } from './dom.js';
import { icon, type IconName } from './icons.js';

export interface ButtonLook {
  text: string;
  icon?: IconName;
  /** The text is only the accessible name. */
  iconOnly?: boolean;
  kind?: 'primary' | 'quiet';
  title?: string;
}

export function button(look: ButtonLook, onClick: () => void): HTMLButtonElement {
  const node = el('button', {
    type: 'button',
    class: `fe-button fe-button-${look.kind ?? 'plain'}`,
    title: look.title ?? (look.iconOnly ? look.text : undefined),
    'aria-label': look.iconOnly ? look.text : undefined,
  });
  if (look.icon) node.append(icon(look.icon));
  if (!look.iconOnly) node.append(el('span', {}, look.text));
  node.addEventListener('click', onClick);
  return node;
}
