// A text area over a coloured copy of its text, with line numbers.

import { el } from './dom.js';

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/g;

function paint(text: string): DocumentFragment {
  const painted = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(token)) {
    painted.append(text.slice(end, match.index));
    const [all, quoted, colon] = match;
    const kind = colon !== undefined ? 'name' : quoted !== undefined ? 'string' : 'value';
    painted.append(el('span', { class: `fe-json-${kind}` }, quoted ?? all));
    if (colon !== undefined) painted.append(colon);
    end = match.index + all.length;
  }
  // A last line break has no height of its own.
  painted.append(`${text.slice(end)}\n`);
  return painted;
}

const lineCount = (text: string): number => text.split('\n').length;

export interface JsonEditor {
  readonly node: HTMLElement;
  set(text: string, readOnly: boolean): void;
}

export function jsonEditor(label: string, onInput: (text: string) => void): JsonEditor {
  const area = el('textarea', { 'aria-label': label, spellcheck: 'false', autocomplete: 'off', wrap: 'off' });
  const copy = el('pre', { 'aria-hidden': 'true' });
  const lines = el('div', { class: 'fe-lines', 'aria-hidden': 'true' });
  let painted: string | undefined;

  const repaint = (): void => {
    if (painted === area.value) return;
    painted = area.value;
    copy.replaceChildren(paint(painted));
    lines.textContent = Array.from({ length: lineCount(painted) }, (_, i) => i + 1).join('\n');
  };
  area.addEventListener('input', () => {
    repaint();
    onInput(area.value);
  });
  return {
    node: el('div', { class: 'fe-editor' }, lines, el('div', { class: 'fe-editor-text' }, copy, area)),
    set(text, readOnly) {
      area.readOnly = readOnly;
      // Setting an equal value would move the caret.
      if (area.value !== text) area.value = text;
      repaint();
    },
  };
}
