// Which sources a plan reads, known without the core. Lenient: what is wrong
// with a plan is said by the core, with the path, before anything is written.
import { FerriteError } from '../error.js';
import type { Plan, PlanSource, Source } from '../types.js';

function sourceOf(from: Partial<Record<'indexedDB' | 'store' | 'localStorage' | 'sessionStorage', unknown>> | undefined): Source | undefined {
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

function listOf<T>(list: T | readonly T[]): readonly T[] {
  return Array.isArray(list) ? list : [list as T];
}

function tableSources(plan: Plan): PlanSource[] {
  if (!Array.isArray(plan?.tables)) {
    throw new FerriteError({ code: 'plan_invalid', message: 'The plan has no list of tables.', path: '/tables' });
  }
  return plan.tables.flatMap((table) => listOf(table?.from));
}

function excludedSources(plan: Plan): PlanSource[] {
  return Array.isArray(plan.excluded) ? plan.excluded.flatMap((exclusion) => listOf(exclusion?.from)) : [];
}

/** Each physical source once, in the order in which the plan names them. */
export function planSources(plan: Plan): Source[] {
  const sources = new Map<string, Source>();
  for (const from of [...tableSources(plan), ...excludedSources(plan)]) {
    const source = sourceOf(from);
    if (source && !sources.has(sourceId(source))) sources.set(sourceId(source), source);
  }
  return [...sources.values()];
}

// As the core compares: * is any text, ? one code point, nothing else is special.
function fitsPattern(key: string, pattern: string): boolean {
  const text = [...key];
  const signs = [...pattern];
  let at = 0;
  let star = -1;    // the last * that was met
  let resumed = 0;  // where the text behind it begins
  for (let i = 0; i < text.length;) {
    if (signs[at] === '*') {
      star = at++;
      resumed = i;
    } else if (signs[at] === '?' || signs[at] === text[i]) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resumed;
    } else {
      return false;
    }
  }
  return signs.slice(at).every((sign) => sign === '*');
}

/** Whether the plan has a table for a localStorage key. */
export function claimsKey(plan: Plan, key: string): boolean {
  return tableSources(plan).some((from) => {
    const claim = from && 'localStorage' in from ? from.localStorage : undefined;
    if (typeof claim !== 'object') return claim === true;
    if ('key' in claim) return key === claim.key;
    return 'prefix' in claim ? key.startsWith(claim.prefix) : fitsPattern(key, claim.pattern);
  });
}
