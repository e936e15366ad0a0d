// What the store remembers of a clean-up: core/include/ferrite/clean_up.h.
import type { SavedSources } from '../backup/folder.js';
import type { Removal } from '../clean-up/removal.js';
import type { CleanUpOutlook } from '../clean-up/types.js';
import { FerriteError } from '../error.js';
import { parse } from './answer.js';
import type { Engine } from './engine.js';

export interface Mark {
  /** Of the snapshot; empty when it was forgotten. */
  id: string;
  row: number;
  migration: number;
  status: NonNullable<CleanUpOutlook['last']>['status'];
  startedAt: number;
  finishedAt?: number;
  sources: Removal[];
  newer?: SavedSources;
}

export interface Look extends Pick<CleanUpOutlook, 'blockers' | 'notBefore' | 'migration'> {
  mark?: Mark;
}

export function ask<T extends object>(engine: Engine, action: string, request: object = {}): T {
  const actor = JSON.stringify({ who: 'app', origin: location.origin });
  return parse<T>(engine.cleanUp(JSON.stringify({ ...request, do: action }), Date.now(), actor));
}

export const findMark = (engine: Engine): Mark | undefined => ask<Look>(engine, 'look').mark;

/** The sources do not have all that they had. */
export const isInForce = (mark: Mark | undefined): mark is Mark => mark !== undefined && mark.status !== 'restored';

/** Of the open store. */
export function checkNotCleanedUp(engine: Engine): void {
  if (!isInForce(findMark(engine))) return;
  throw new FerriteError({
    code: 'state', message: 'The legacy data of this store was cleaned up: there is nothing to compare it with.',
    hint: 'rollback() brings the legacy data back.',
  });
}
