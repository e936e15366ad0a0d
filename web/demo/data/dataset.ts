/** One record as a library sees it: the key it is asked for by, and the value. */
export interface Entry {
  key: IDBValidKey;
  value: unknown;
}

export type Source =
  | { indexedDB: string; store: string }
  | { localStorage: true }
  | { localStorage: { key: string } };

/**
 * What the app writes into one place, as pure data: no library is loaded to know it.
 *
 * `records` is the library's view. `stored` is what lies in the browser's storage, which differs where a library
 * folds many values into one localStorage string.
 */
export interface Dataset {
  name: string;
  library: string;
  source: Source;
  total(scale: number): number;
  records(scale: number): Iterable<Entry>;
  stored(scale: number): Iterable<Entry>;
}

/** Most datasets are a row of generated records, stored as they are. */
export function dataset(
  head: Pick<Dataset, "name" | "library" | "source">,
  total: (scale: number) => number,
  record: (index: number) => Entry,
): Dataset {
  function* records(scale: number): Generator<Entry> {
    const count = total(scale);
    for (let i = 0; i < count; i++) yield record(i);
  }
  return { ...head, total, records, stored: records };
}

/** A count that follows the scale but never vanishes. */
export function scaled(atFullScale: number, scale: number): number {
  return Math.max(1, Math.round(atFullScale * scale));
}
