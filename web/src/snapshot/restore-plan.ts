// What a restore has to do, and whether it may.
import { FerriteError } from '../error.js';
import type { Journal } from './journal.js';
import { parseStructure, type Structures } from './structure.js';

export function structuresOf(rows: readonly string[]): Structures {
  const structures = parseStructure(rows);
  if (structures) return structures;
  throw new FerriteError({
    code: 'invalid_argument',
    message: 'The bundle is no snapshot: it does not say how the databases were built.',
    hint: 'Give the bundle of takeSnapshot(); exportBundle() writes what a plan needs.',
  });
}

export function journalFor(bundle: string, { databases, absent, localStorage }: Structures): Journal {
  return {
    bundle, startedAt: Date.now(), localStorage: localStorage !== undefined, done: [],
    databases: [...databases.map(({ database }) => database), ...absent],
  };
}

/** The journal to go on with; rejects when `journal` would leave a part of another restore as it is. */
export function resume(found: Journal | undefined, journal: Journal): Journal {
  if (!found) return journal;
  if (found.bundle === journal.bundle) return found;
  const left = found.databases.filter((name) => !journal.databases.includes(name));
  if (left.length === 0 && (journal.localStorage || !found.localStorage)) return journal;
  throw new FerriteError({
    code: 'state',
    message: 'A restore of another bundle was cut off, and this bundle does not hold all that it left half done.',
    hint: `Call restoreSource() with that bundle, or with one that holds ${left.join(', ') || 'localStorage'}.`,
  });
}
