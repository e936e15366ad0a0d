// Which library wrote what, as chips beside the storage found.

import type { Layout, PlanKeys, PlanSource } from '../src/types.js';

export interface Label {
  text: string;
  /** For a person who points at it. */
  title: string;
  tone: 'library' | 'left' | 'credentials';
}

export interface Labels {
  database(name: string): Label | undefined;
  store(database: string, store: string): Label | undefined;
  entry(key: string): Label | undefined;
}

type Match<T> = [(wanted: T) => boolean, Label];

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** As a plan's patterns: * is any text, ? one character. */
function fits(keys: true | PlanKeys): (key: string) => boolean {
  if (keys === true) return () => true;
  if ('key' in keys) return (key) => key === keys.key;
  if ('prefix' in keys) return (key) => key.startsWith(keys.prefix);
  const source = Array.from(keys.pattern, (c) => (c === '*' ? '.*' : c === '?' ? '.' : escaped(c))).join('');
  const pattern = new RegExp(`^${source}$`, 'su');
  return (key) => pattern.test(key);
}

const likelihood: Record<Layout['certainty'], string> = { certain: '', likely: ', probably', guess: ', perhaps' };

function libraryLabel({ library, certainty, evidence }: Layout): Label {
  return { text: library + likelihood[certainty], title: evidence.join(' '), tone: 'library' };
}

function exclusionLabel({ library }: Layout, reason: string): Label {
  const secret = reason.startsWith('credentials');
  return { text: secret ? 'credentials' : 'left out', title: `${library}: ${reason}`, tone: secret ? 'credentials' : 'left' };
}

/** The first match wins: exclusions stand before what they are taken from. */
export function labelsOf(layouts: readonly Layout[]): Labels {
  const databases = new Map<string, Label>();
  const stores = new Map<string, Label>();
  const entries: Match<string>[] = [];
  const place = (database: string, store: string): string => JSON.stringify([database, store]);
  const add = (from: PlanSource, library: Label, label: Label | undefined): void => {
    if ('indexedDB' in from) {
      if (!databases.has(from.indexedDB)) databases.set(from.indexedDB, library);
      if (label) stores.set(place(from.indexedDB, from.store), label);
    } else if ('localStorage' in from) {
      entries.push([fits(from.localStorage), label ?? library]);
    }
  };
  for (const layout of layouts) {
    const library = libraryLabel(layout);
    for (const { from, reason } of layout.excluded) add(from, library, exclusionLabel(layout, reason));
    for (const { from } of layout.tables) for (const source of [from].flat()) add(source, library, undefined);
  }
  return {
    database: (name) => databases.get(name),
    store: (database, store) => stores.get(place(database, store)),
    entry: (key) => entries.find(([matches]) => matches(key))?.[1],
  };
}
