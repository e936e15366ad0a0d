// The plan's sources as the worker finds them.
import { FerriteError } from '../error.js';
import type { Calls } from '../protocol.js';
import { sourceId } from '../sources/plan-sources.js';
import type { Source, SourceState } from '../types.js';
import { parse } from './answer.js';
import type { Engine } from './engine.js';

export type PassRequest = Calls['validate'][0] & Partial<Pick<Calls['migrate'][0], 'pacing' | 'incremental'>>;

/** The plan's sources as the core counts them; throws when the plan is wrong. */
export function sourcesOfPlan(engine: Engine, planJson: string): Source[] {
  return parse<Source[]>(engine.planSources(planJson));
}

export function inPlanOrder(sources: readonly Source[], states: readonly SourceState[]): SourceState[] {
  const byId = new Map(states.map((state) => [sourceId(state.source), state]));
  return sources.map((source) => {
    const state = byId.get(sourceId(source));
    if (state) return state;
    throw new FerriteError({ code: 'internal', message: `Nobody looked at ${JSON.stringify(source)}.` });
  });
}
