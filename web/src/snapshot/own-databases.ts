// IndexedDB databases that are Ferrite's: no source, and in no snapshot.
import { IMAGE_DATABASE } from '../marker.js';

export const JOURNAL_DATABASE = 'ferrite-restore';
const KEPT_PREFIX = 'ferrite-kept-';

/** Of what a snapshot's file cannot hold. */
export const keptDatabase = (snapshot: string): string => KEPT_PREFIX + snapshot;

/** Ends the names of those that a comparison fills. */
export const CHECK = '-check';

export const isKeptDatabase = (name: string): boolean => name.startsWith(KEPT_PREFIX);

export const isOwnDatabase = (name: string): boolean =>
  name === IMAGE_DATABASE || name === JOURNAL_DATABASE || isKeptDatabase(name);
