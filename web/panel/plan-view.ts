// The plan as JSON, to be read and edited before anything runs.

import { button } from './button.js';
import { el, setText, uniqueId, whenChanged, type View } from './dom.js';
import { errorView } from './error-view.js';
import { displayText, plural } from './format.js';
import { jsonEditor } from './json-editor.js';
import { notice } from './notice.js';
import type { Send } from './panel-action.js';
import type { PlanState } from './panel-state.js';

export interface PlanViewState {
  plan: PlanState;
  running: boolean;
}

const origins: Record<PlanState['origin'], string> = {
  none: '',
  drafting: '',
  draft: 'Inferred from the records; comments say what is not certain. Fields no column takes are kept losslessly.',
  edited: 'Edited. Fields no column takes are kept losslessly.',
  page: 'The page’s own plan.',
};

function absence(plan: PlanState): HTMLElement {
  if (plan.failure) return errorView(plan.failure);
  if (plan.origin === 'drafting') return el('div', { class: 'fe-waiting', role: 'status' }, 'Inferring a plan from the records…');
  return notice('empty', 'No plan yet', 'A plan is drafted once there is storage to move.');
}

function noteList(notes: PlanState['notes']): HTMLElement[] {
  if (notes.length === 0) return [];
  const lines = notes.map(({ text }) => el('li', {}, displayText(text, 500)));
  return [el('details', { class: 'fe-plan-notes' }, el('summary', {}, plural(notes.length, 'note', 'notes')), el('ul', {}, ...lines))];
}

export function planView(send: Send): View<PlanViewState> {
  const note = el('p', { class: 'fe-plan-note' });
  const notes = el('div');
  const problem = el('p', { class: 'fe-problem', role: 'alert' });
  const editor = jsonEditor('Plan as JSON', (text) => send({ type: 'edit-plan', text }));
  const storeId = uniqueId('store');
  const store = el('input', { id: storeId, type: 'text', spellcheck: 'false', autocomplete: 'off', maxlength: 100 });
  store.addEventListener('input', () => send({ type: 'name-store', store: store.value }));
  const storeField = el('div', { class: 'fe-field' }, el('label', { for: storeId }, 'Store file'), store);
  const reset = button({ text: 'Reset', icon: 'undo' }, () => send({ type: 'reset-plan' }));
  let text = '';
  let drawnNotes: PlanState['notes'] = [];
  const copy = button({ text: 'Copy', icon: 'copy' }, () => send({ type: 'copy', text }));

  const content = el(
    'div', { class: 'fe-plan' },
    el('div', { class: 'fe-bar' }, storeField, el('span', { class: 'fe-space' }), reset, copy),
    note, notes, editor.node, problem,
  );
  const nothing = el('div');
  const node = el('div', { class: 'fe-tab-body' }, nothing, content);

  const draw = whenChanged((plan: PlanState, running: boolean) => {
    text = plan.text;
    const readOnly = running || plan.origin === 'page';
    const isThere = plan.origin !== 'none' && plan.origin !== 'drafting';
    nothing.hidden = isThere;
    content.hidden = !isThere;
    if (!isThere) nothing.replaceChildren(absence(plan));
    setText(note, origins[plan.origin]);
    if (plan.notes !== drawnNotes) notes.replaceChildren(...noteList(plan.notes));
    drawnNotes = plan.notes;
    setText(problem, plan.problem);
    editor.set(plan.text, readOnly);
    storeField.hidden = plan.origin === 'page';
    if (store.value !== plan.store) store.value = plan.store;
    store.disabled = readOnly;
    reset.hidden = plan.origin === 'page';
    reset.disabled = running || plan.origin !== 'edited';
  });
  return { node, update: ({ plan, running }) => draw(plan, running) };
}
