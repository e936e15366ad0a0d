// IndexedDB databases that are Ferrite's: no source, and in no snapshot.
import { IMAGE_DATABASE } from '../marker.js';

export const JOURNAL_DATABASE = 'ferrite-restore';
const KEPT_PREFIX = 'ferrite-kept-';

/** Of what a snapshot's file cannot hold. */
export const keptDatabase = (snapshot: string): string => KEPT_PREFIX + snapshot;

export const isOwnDatabase = (name: string): boolean =>
  name === IMAGE_DATABASE || name === JOURNAL_DATABASE || name.startsWith(KEPT_PREFIX);
