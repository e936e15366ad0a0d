// What a clean-up removes: of each source that the plan names, the records
// that its migration took over. What the plan excludes, what no table takes and
// what nobody can say it of stays.
import { hasKey, isAllOf, partsOf, sourceId, sourceLabel, storageOf } from '../sources/plan-sources.js';
import type { StorageSnapshot } from '../sources/storage-snapshot.js';
import type { Plan, PlanSource, Report, Source, SourceState } from '../types.js';
import type { CleanUpOutlook } from './types.js';

/** Of one source. Plain JSON: it lies in the store's mark until the sources are restored. */
export interface Removal {
  source: Source;
  records: number;
  /** The parts of it that tables take, and those that the plan excludes. */
  taken: PlanSource[];
  excluded: PlanSource[];
}

export interface RemovalPlan {
  removals: Removal[];
  keeps: CleanUpOutlook['keeps'];
  /** Labels of sources. */
  blocked: string[];
  unreadable: string[];
}

export const isClaimed = ({ taken, excluded }: Removal, key: IDBValidKey): boolean =>
  taken.some((from) => hasKey(from, key)) && !excluded.some((from) => hasKey(from, key));

/** Every record of the source goes. */
export const isWhole = ({ taken, excluded }: Removal): boolean => excluded.length === 0 && taken.some(isAllOf);

/** `report`: the migration's. `items`: localStorage, when the plan names it. */
export function planRemoval(
  plan: Plan, states: readonly SourceState[], report: Report | undefined, items: StorageSnapshot | undefined,
): RemovalPlan {
  const planned: RemovalPlan = { removals: [], keeps: [], blocked: [], unreadable: [] };
  const migrated = new Map(report?.sources.map((each) => [sourceId(each.source), each]));
  for (const { source, status, records } of states) {
    const { taken, excluded } = partsOf(plan, source);
    const counts = migrated.get(sourceId(source));
    const keep = (reason: string): void => { planned.keeps.push({ source, records, reason }); };
    if (status === 'blocked' || status === 'unreadable') planned[status].push(sourceLabel(source));
    else if (records === 0) continue;
    else if (taken.length === 0) keep('The plan excludes it.');
    else if (storageOf(source) === 'sessionStorage') keep('It ends with its tab.');
    else if (counts === undefined) keep('The last migration did not read it.');
    else if (counts.filtered > 0) keep('A table\'s "when" passed rows of it over, which may be nowhere else.');
    else {
      const removal: Removal = { source, records: 0, taken, excluded };
      const claimed = items && 'localStorage' in source
        ? items.keys.filter((key) => isClaimed(removal, key)).length
        : records - (isWhole(removal) ? 0 : Math.min(records, counts.unclaimed + counts.excluded));
      if (claimed > 0) planned.removals.push({ ...removal, records: claimed });
      if (claimed < records) planned.keeps.push({ source, records: records - claimed, reason: 'The plan excludes it, or no table takes it.' });
    }
  }
  return planned;
}
