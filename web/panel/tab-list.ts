// Two tabs, after the ARIA pattern: arrow keys move, one stop in the tab order.

import { el, setAttribute, uniqueId, type View } from './dom.js';

export interface Tab<T extends string> {
  id: T;
  title: string;
  body: HTMLElement;
}

export function tabList<T extends string>(label: string, tabs: Tab<T>[], onSelect: (id: T) => void): View<T> {
  const list = el('div', { class: 'fe-tabs', role: 'tablist', 'aria-label': label });
  const buttons = tabs.map((tab) => {
    const buttonId = uniqueId('tab');
    const bodyId = uniqueId('tabpanel');
    const button = el('button', { type: 'button', role: 'tab', id: buttonId, 'aria-controls': bodyId }, tab.title);
    for (const [name, value] of Object.entries({ id: bodyId, role: 'tabpanel', 'aria-labelledby': buttonId })) {
      setAttribute(tab.body, name, value);
    }
    button.addEventListener('click', () => onSelect(tab.id));
    list.append(button);
    return button;
  });
  list.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const now = buttons.indexOf(event.target as HTMLButtonElement);
    if (step === 0 || now < 0) return;
    const next = (now + step + tabs.length) % tabs.length;
    onSelect(tabs[next]!.id);
    buttons[next]!.focus();
  });
  return {
    node: list,
    update(selected) {
      tabs.forEach((tab, i) => {
        const on = tab.id === selected;
        tab.body.hidden = !on;
        setAttribute(buttons[i]!, 'aria-selected', String(on));
        setAttribute(buttons[i]!, 'tabindex', on ? 0 : -1);
      });
    },
  };
}
