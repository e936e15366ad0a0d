// Holds the panel's state and does what the views ask for.

import type { PanelAction } from '../../panel/panel-action.js';
import { isNothing } from '../../panel/inspection.js';
import { canRun, initialState, type PanelError, type PanelState, type PlanState, type RunKind } from '../../panel/panel-state.js';
import type { InferredPlan, Plan } from '../../src/types.js';
import type { PageFound } from '../bridge/protocol.js';
import { BridgeClient, JobFailure, PageGone, type BridgeJob } from './bridge-client.js';
import { NoAccess } from './inspected-page.js';
import { planProblem, planText } from './plan-text.js';

const defaultStore = 'ferrite.db';
const noAccess = 'The developer tools cannot run anything in this page. Open a page of your app: browser pages, error pages and documents without an origin have no storage to look at.';

/** What the page offers; otherwise a draft is to be made. */
function planOf(found: PageFound): PlanState {
  const store = found.store ?? defaultStore;
  const none: PlanState = { ...initialState.plan, store };
  if (found.hasFerrite) return { ...none, origin: 'page', text: found.plan ? planText(found.plan) : '', store: '' };
  if (found.plan) return { ...none, origin: 'edited', text: planText(found.plan), problem: planProblem(planText(found.plan)) };
  return isNothing(found.inspection) ? none : { ...none, origin: 'drafting' };
}

function errorOf(error: unknown): PanelError {
  if (error instanceof JobFailure) return error.fields;
  if (error instanceof NoAccess) return { code: 'no_access', message: noAccess };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

const attempts = 8;
const pause = 250;

/** A page that has just been navigated to refuses evaluations for a moment. */
async function patiently<T>(work: () => Promise<T>, wanted: () => boolean): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const passing = error instanceof NoAccess || error instanceof PageGone;
      if (!passing || attempt >= attempts || !wanted()) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

async function lookThrough(client: BridgeClient): Promise<PageFound> {
  await client.install();
  return client.run({ kind: 'look' }, () => {}, () => {});
}

export class PanelModel {
  #state = initialState;
  /** What "Reset" goes back to. */
  #offered: PlanState | undefined;
  #client = new BridgeClient();
  #job: BridgeJob | undefined;
  #changed: (state: PanelState) => void;

  constructor(changed: (state: PanelState) => void) {
    this.#changed = changed;
  }

  /** A new page: nothing of the last one is kept. */
  async begin(): Promise<void> {
    this.#offered = undefined;
    this.#job = undefined;
    this.#client = new BridgeClient();
    this.#state = initialState;
    this.#set({});
    await this.#look();
  }

  end(): void {
    this.#client.dispose();
  }

  readonly act = (action: PanelAction): void => {
    switch (action.type) {
      case 'refresh':
        return void this.#look();
      case 'run':
        return void this.#run(action.what);
      case 'cancel':
        return this.#cancel();
      case 'edit-plan':
        return this.#setPlan({ origin: 'edited', text: action.text, problem: planProblem(action.text) });
      case 'reset-plan':
        if (this.#offered) this.#set({ plan: { ...this.#offered, store: this.#state.plan.store } });
        return;
      case 'name-store':
        return this.#setPlan({ store: action.store });
      case 'show':
        return this.#set({ tab: action.tab });
      case 'copy':
        return copyText(action.text);
    }
  };

  #set(change: Partial<PanelState>): void {
    this.#state = { ...this.#state, ...change };
    this.#changed(this.#state);
  }

  #setPlan(change: Partial<PlanState>): void {
    this.#set({ plan: { ...this.#state.plan, ...change } });
  }

  /** Only the answers of the page that is still there count. */
  async #during(work: (client: BridgeClient, current: () => boolean) => Promise<void>, failed: (error: unknown) => void): Promise<void> {
    const client = this.#client;
    const current = (): boolean => client === this.#client;
    try {
      await work(client, current);
    } catch (error) {
      if (current()) failed(error);
    }
  }

  #look(): Promise<void> {
    this.#set({ looking: true });
    return this.#during(async (client, current) => {
      const found = await patiently(() => lookThrough(client), current);
      if (!current()) return;
      this.#show(found);
      await this.#drafted(client, current);
      if (current()) this.#set({ looking: false });
    }, (error) => this.#set({ looking: false, storage: { kind: 'no-access', message: error instanceof NoAccess ? noAccess : errorOf(error).message } }));
  }

  #show(found: PageFound): void {
    if (found.origin === 'null') return this.#set({ storage: { kind: 'no-access', message: noAccess } });
    // What was typed outlives a second look.
    const keepPlan = this.#state.plan.origin === 'edited';
    if (!keepPlan) this.#offered = planOf(found);
    this.#set({
      origin: found.origin,
      pageHasFerrite: found.hasFerrite,
      storage: { kind: 'read', inspection: found.inspection, layouts: undefined },
      plan: keepPlan ? this.#state.plan : planOf(found),
    });
  }

  /** Who wrote the storage, and a plan for it unless there is one. */
  async #drafted(client: BridgeClient, current: () => boolean): Promise<void> {
    const { storage, plan } = this.#state;
    if (storage.kind !== 'read' || isNothing(storage.inspection)) return;
    try {
      await client.deliver();
      const { layouts } = await client.run({ kind: 'recognize' }, () => {}, () => {});
      if (!current()) return;
      this.#set({ storage: { ...storage, layouts } });
      if (plan.origin !== 'drafting') return;
      const inferred = await client.run({ kind: 'draft' }, () => {}, () => {});
      if (current()) this.#offer(inferred);
    } catch (error) {
      // The storage is listed all the same; only a plan that was to be made is missed.
      if (error instanceof PageGone || error instanceof NoAccess) throw error;
      if (current() && plan.origin === 'drafting') this.#setPlan({ origin: 'none', failure: errorOf(error) });
    }
  }

  #offer({ plan, notes }: InferredPlan): void {
    const { store } = this.#state.plan;
    this.#offered = { ...initialState.plan, origin: 'draft', text: planText(plan), notes, store };
    this.#set({ plan: this.#offered });
  }

  #run(what: RunKind): Promise<void> {
    if (!canRun(this.#state)) return Promise.resolve();
    const { plan, pageHasFerrite } = this.#state;
    this.#set({ run: { kind: 'running', what, stopping: false, progress: undefined, collections: {} } });
    return this.#during(async (client, current) => {
      if (!pageHasFerrite) await client.deliver();
      const task = { kind: 'run' as const, what, plan: plan.text === '' ? undefined : (JSON.parse(plan.text) as Plan), store: plan.store };
      const report = await client.run(task, (job) => { this.#job = job; }, ({ progress, collections }) => {
        const { run } = this.#state;
        if (current() && run.kind === 'running') this.#set({ run: { ...run, progress, collections } });
      });
      if (current()) this.#set({ run: { kind: 'done', what, report }, tab: 'report' });
    }, (error) => this.#set({ run: { kind: 'failed', what, error: errorOf(error) }, tab: 'report' }));
  }

  #cancel(): void {
    const { run } = this.#state;
    if (run.kind !== 'running') return;
    this.#set({ run: { ...run, stopping: true } });
    this.#job?.cancel();
  }
}

/** The clipboard API is refused inside the developer tools' frames. */
function copyText(text: string): void {
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
