// A set of IndexedDB keys, told apart as the database does.

/** Numbers and strings stand for themselves, others for a text. */
function identity(key: IDBValidKey): string {
  if (typeof key === 'number') return `n${key}`;
  if (typeof key === 'string') return `s${JSON.stringify(key)}`;
  if (key instanceof Date) return `d${key.getTime()}`;
  if (Array.isArray(key)) return `[${key.map(identity).join()}]`;
  const bytes = ArrayBuffer.isView(key) ? new Uint8Array(key.buffer, key.byteOffset, key.byteLength) : new Uint8Array(key);
  return `b${bytes.join()}`;
}

export class KeySet {
  readonly #plain = new Set<IDBValidKey>();
  readonly #others = new Set<string>();

  addAll(keys: readonly IDBValidKey[]): void {
    for (const key of keys) {
      if (typeof key === 'number' || typeof key === 'string') this.#plain.add(key);
      else this.#others.add(identity(key));
    }
  }

  has(key: IDBValidKey): boolean {
    return typeof key === 'number' || typeof key === 'string' ? this.#plain.has(key) : this.#others.has(identity(key));
  }
}
