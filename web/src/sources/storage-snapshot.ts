// All of localStorage or sessionStorage, read by the window in one go: workers
// have neither.

export type StorageName = 'localStorage' | 'sessionStorage';

export interface StorageSnapshot {
  /** Keys and values side by side, as they are: lone surrogates included. */
  keys: string[];
  values: string[];
  /** Why it could not be read; keys and values are empty then. */
  error?: string;
}

/** Those that were asked for. */
export type StorageSnapshots = Partial<Record<StorageName, StorageSnapshot>>;

export function readStorage(of: StorageName): StorageSnapshot {
  const keys: string[] = [];
  const values: string[] = [];
  try {
    const storage = globalThis[of];
    // The prototype's methods: a stored key "length" or "getItem" hides the object's.
    const { key, getItem } = Storage.prototype;
    for (let i = 0; ; ++i) {
      const name = key.call(storage, i);
      if (name === null) break;
      keys.push(name);
      values.push(getItem.call(storage, name)!);
    }
    return { keys, values };
  } catch (error) {
    return { keys: [], values: [], error: String(error) };
  }
}
