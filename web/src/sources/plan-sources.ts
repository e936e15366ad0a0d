// Which sources a plan reads, known without the core. Lenient: what is wrong
// with a plan is said by the core, with the path, before anything is written.
import { FerriteError } from '../error.js';
import type { Plan, PlanSource, Source } from '../types.js';

function sourceOf(from: Partial<Record<'indexedDB' | 'store' | 'localStorage', unknown>> | undefined): Source | undefined {
  if (typeof from?.indexedDB === 'string' && typeof from.store === 'string') {
    return { indexedDB: from.indexedDB, store: from.store };
  }
  return from?.localStorage ? { localStorage: true } : undefined;
}

export function sourceId(source: Source): string {
  return JSON.stringify('store' in source ? [source.indexedDB, source.store] : []);
}

export function sourceLabel(source: Source): string {
  return 'store' in source ? `indexedDB ${source.indexedDB}/${source.store}` : 'localStorage';
}

function sourcesFrom(plan: Plan): PlanSource[] {
  if (!Array.isArray(plan?.tables)) {
    throw new FerriteError({ code: 'plan_invalid', message: 'The plan has no list of tables.', path: '/tables' });
  }
  return plan.tables.map((table) => table?.from);
}

/** Each physical source once, in the order in which the plan names them. */
export function planSources(plan: Plan): Source[] {
  const sources = new Map<string, Source>();
  for (const from of sourcesFrom(plan)) {
    const source = sourceOf(from);
    if (source && !sources.has(sourceId(source))) sources.set(sourceId(source), source);
  }
  return [...sources.values()];
}

/** Whether the plan has a table for a localStorage key. */
export function claimsKey(plan: Plan, key: string): boolean {
  return sourcesFrom(plan).some((from) => {
    const claim = from && 'localStorage' in from ? from.localStorage : undefined;
    if (typeof claim !== 'object') return claim === true;
    return 'key' in claim ? key === claim.key : key.startsWith(claim.prefix);
  });
}
