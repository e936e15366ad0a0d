// What an app asks at every start: is there something to migrate? Answered
// without worker and engine.
import { completedReport, findStore, type StoreTrace } from '../marker.js';
import type { Settings } from '../protocol.js';
import { lookAtSources } from '../sources/look.js';
import { claimsKey, planSources } from '../sources/plan-sources.js';
import { readStorage } from '../sources/storage-snapshot.js';
import type { Check, SourceState } from '../types.js';

const RECOMMENDATIONS: Record<Check['reason'], string> = {
  'already-migrated': 'Use the store; the legacy data was migrated and compared.',
  'unfinished': 'Call migrate(): a migration was interrupted and goes on behind its last committed batch.',
  'unclear': 'Call migrate() before using the store: a source could not be looked at, so it is not known to be empty.',
  'data-found': 'Call migrate(): there is legacy data that the store does not have.',
  'nothing-found': 'Nothing to migrate: use the store as it is.',
};

function isUnfinished({ bytes, marker }: StoreTrace): boolean {
  return marker?.status === 'running' || marker?.status === 'paused' || (bytes > 0 && marker === undefined);
}

function reasonFor(trace: StoreTrace, sources: readonly SourceState[]): Check['reason'] {
  if (isUnfinished(trace)) return 'unfinished';
  if (sources.some(({ status }) => status === 'blocked' || status === 'unreadable')) return 'unclear';
  return sources.some(({ status }) => status === 'ready') ? 'data-found' : 'nothing-found';
}

async function usedBytes(): Promise<number | undefined> {
  return navigator.storage?.estimate?.().then(({ usage }) => usage, () => undefined);
}

export async function check({ plans, store, openTimeout }: Settings): Promise<Check> {
  const wanted = planSources(...plans);
  const [trace, bytes] = await Promise.all([findStore(store), usedBytes()]);
  const report = completedReport(trace, plans);
  const sources = report ? [] : await lookAtSources(wanted, openTimeout, (storage) => {
    const { keys, error } = readStorage(storage);
    if (error !== undefined) throw new Error(error);
    return keys.filter((key) => plans.some((plan) => claimsKey(plan, storage, key))).length;
  });
  const reason = report ? 'already-migrated' : reasonFor(trace, sources);
  return {
    needed: reason !== 'already-migrated' && reason !== 'nothing-found',
    reason,
    items: report?.totals.records ?? sources.reduce((sum, { records }) => sum + records, 0),
    bytes,
    recommendation: RECOMMENDATIONS[reason],
    sources,
  };
}
