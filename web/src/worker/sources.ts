// The plan's sources as the worker finds them.
import { FerriteError } from '../error.js';
import type { Calls, Settings } from '../protocol.js';
import { lookAtSources } from '../sources/look.js';
import { planSources, sourceId } from '../sources/plan-sources.js';
import type { Source, SourceState } from '../types.js';
import { parse } from './answer.js';
import type { Engine } from './engine.js';

export type PassRequest = Calls['verify'][0];

/** Looks while the engine is still being loaded. */
export function gatherStates({ plan, openTimeout }: Settings, { localStorage }: PassRequest): Promise<SourceState[]> {
  return lookAtSources(planSources(plan), openTimeout, () => {
    if (!localStorage) throw new Error('There is no localStorage here.');
    if (localStorage.error !== undefined) throw new Error(localStorage.error);
    return localStorage.keys.length;
  });
}

/** The states in the order in which the core counts the plan's sources. */
export function inPlanOrder(engine: Engine, planJson: string, states: readonly SourceState[]): SourceState[] {
  const byId = new Map(states.map((state) => [sourceId(state.source), state]));
  return parse<Source[]>(engine.planSources(planJson)).map((source) => {
    const state = byId.get(sourceId(source));
    if (state) return state;
    throw new FerriteError({ code: 'internal', message: `Nobody looked at ${JSON.stringify(source)}.` });
  });
}
