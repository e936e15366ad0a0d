// Everything that an origin's IndexedDB and localStorage hold, and a comparison
// of two such states that leaves nothing out that a page could tell.

const answer = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const typeName = (value) => Object.prototype.toString.call(value).slice(8, -1);

// --- Taking a state -----------------------------------------------------------

/** What cannot be asked at once: bytes of Blobs, of keys, of pictures. */
const contents = new WeakMap();

async function contentOf(object) {
  switch (typeName(object)) {
    case 'Blob': case 'File': return [...new Uint8Array(await object.arrayBuffer())].join();
    case 'CryptoKey': return keyContent(object);
    case 'ImageBitmap': {
      const { width, height } = object;
      const context = new OffscreenCanvas(width, height).getContext('2d');
      context.drawImage(object, 0, 0);
      return [...context.getImageData(0, 0, width, height).data].join();
    }
    case 'RTCCertificate': return JSON.stringify(object.getFingerprints());
    default: return undefined;
  }
}

async function keyContent(key) {
  if (key.extractable) return JSON.stringify(await crypto.subtle.exportKey('jwk', key));
  const iv = new Uint8Array(12);
  if (key.usages.includes('encrypt')) {
    return [...new Uint8Array(await crypto.subtle.encrypt({ name: key.algorithm.name, iv }, key, iv))].join();
  }
  if (key.usages.includes('deriveBits')) {
    const algorithm = { name: 'PBKDF2', salt: iv, iterations: 1, hash: 'SHA-256' };
    return [...new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 128))].join();
  }
  return undefined;
}

const inside = (value) => {
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return [...value];
  if (value instanceof FileList) return [...value];
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return [];
  return Reflect.ownKeys(value).map((key) => value[key]);
};

/** Has the contents ready of all that is in a value. */
export async function prepare(value, seen = new Set()) {
  const waiting = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    const content = await contentOf(next);
    if (content !== undefined) contents.set(next, content);
    waiting.push(...inside(next));
  }
  return value;
}

async function allOf(cursorRequest, read) {
  const list = [];
  await new Promise((resolve, reject) => {
    cursorRequest.onsuccess = () => {
      const cursor = cursorRequest.result;
      if (!cursor) return resolve();
      list.push(read(cursor));
      cursor.continue();
    };
    cursorRequest.onerror = () => reject(cursorRequest.error);
  });
  return list;
}

async function nextKey(database, name) {
  const transaction = database.transaction(name, 'readwrite');
  const ended = new Promise((resolve) => { transaction.onabort = resolve; });
  const found = await answer(transaction.objectStore(name).put({})).catch((error) => error.name);
  try {
    transaction.abort();
  } catch {
    // The failed request aborted it.
  }
  await ended;
  return found;
}

async function stateOfStore(database, name) {
  const store = () => database.transaction(name).objectStore(name);
  const { keyPath, autoIncrement, indexNames } = store();
  const records = await allOf(store().openCursor(), ({ key, value }) => ({ key, value }));
  for (const { value } of records) await prepare(value);
  const indexes = [];
  for (const index of indexNames) {
    const { keyPath: path, unique, multiEntry } = store().index(index);
    indexes.push({
      name: index, path, unique, multiEntry,
      entries: await allOf(store().index(index).openKeyCursor(), ({ key, primaryKey }) => ({ key, primaryKey })),
    });
  }
  return { name, keyPath, autoIncrement, next: autoIncrement ? await nextKey(database, name) : undefined, records, indexes };
}

/** Ferrite's own databases are left out. */
export async function stateOfOrigin() {
  const databases = [];
  const list = (await indexedDB.databases()).filter(({ name }) => !name.startsWith('ferrite-'));
  for (const { name, version } of list.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const database = await answer(indexedDB.open(name));
    const stores = [];
    for (const store of database.objectStoreNames) stores.push(await stateOfStore(database, store));
    database.close();
    databases.push({ name, version, stores });
  }
  const items = [];
  const { key, getItem } = Storage.prototype;
  for (let i = 0; i < localStorage.length; ++i) {
    const name = key.call(localStorage, i);
    if (name === null) break;
    items.push([name, getItem.call(localStorage, name)]);
  }
  return { databases, items };
}

// --- Comparing two --------------------------------------------------------------

const show = (value) => {
  try {
    return typeof value === 'symbol' ? String(value) : `${typeof value} ${String(value).slice(0, 80)}`;
  } catch {
    return typeName(value);
  }
};

const FIELDS = {
  Blob: ['size', 'type'], File: ['size', 'type', 'name', 'lastModified', 'webkitRelativePath'],
  RegExp: ['source', 'flags', 'lastIndex'],
  DOMRect: ['x', 'y', 'width', 'height'], DOMRectReadOnly: ['x', 'y', 'width', 'height'],
  DOMPoint: ['x', 'y', 'z', 'w'], DOMPointReadOnly: ['x', 'y', 'z', 'w'],
  DOMQuad: ['p1', 'p2', 'p3', 'p4'],
  ImageData: ['width', 'height', 'colorSpace', 'pixelFormat', 'data'], ImageBitmap: ['width', 'height'],
  DOMException: ['name', 'message', 'code', 'stack'], QuotaExceededError: ['name', 'message', 'code', 'quota', 'requested', 'stack'],
  CryptoKey: ['type', 'extractable', 'usages'], RTCCertificate: ['expires'],
  FileSystemFileHandle: ['kind', 'name'], FileSystemDirectoryHandle: ['kind', 'name'],
  Error: ['name', 'message', 'stack'],
};
const MATRIX = ['is2D', ...[1, 2, 3, 4].flatMap((i) => [1, 2, 3, 4].map((k) => `m${i}${k}`))];
FIELDS.DOMMatrix = FIELDS.DOMMatrixReadOnly = MATRIX;

/** Makes a typed array of the length that its copy has when its buffer has another one. */
function lengthsOf(view) {
  if (!view.buffer.resizable) return [];
  const copy = structuredClone(view);
  const { byteLength, maxByteLength } = copy.buffer;
  return [maxByteLength, Math.max(0, byteLength - 1), 0].map((size) => {
    copy.buffer.resize(size);
    try {
      return [copy.byteLength, copy.byteOffset].join();
    } catch (error) {
      return error.name;
    }
  });
}

class Comparison {
  #a = new Map();
  #b = new Map();

  /** "" or the path and kind of the first difference. */
  of(a, b, path) {
    if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) {
      return Object.is(a, b) ? '' : `${path}: ${show(a)} and ${show(b)}`;
    }
    if (this.#a.has(a) || this.#b.has(b)) {
      return this.#a.get(a) === b && this.#b.get(b) === a ? '' : `${path}: shared otherwise`;
    }
    this.#a.set(a, b);
    this.#b.set(b, a);
    if (typeName(a) !== typeName(b)) return `${path}: ${typeName(a)} and ${typeName(b)}`;
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${path}: another prototype`;
    return this.#special(a, b, path) || this.#fields(a, b, path) || this.#members(a, b, path);
  }

  #special(a, b, path) {
    const compare = (x, y, name) => this.of(x, y, `${path}.${name}`);
    if (contents.get(a) !== contents.get(b)) return `${path}: another content`;
    switch (typeName(a)) {
      case 'Date': return compare(a.getTime(), b.getTime(), 'time');
      case 'Boolean': case 'Number': case 'String': case 'BigInt': return compare(a.valueOf(), b.valueOf(), 'value');
      case 'CryptoKey': return compare(structuredClone(a.algorithm), structuredClone(b.algorithm), 'algorithm');
      case 'ArrayBuffer':
        return compare(a.resizable, b.resizable, 'resizable') || compare(a.maxByteLength, b.maxByteLength, 'maxByteLength')
          || compare([...new Uint8Array(a)].join(), [...new Uint8Array(b)].join(), 'bytes');
      case 'Map': case 'Set': case 'FileList': return this.#entries([...a], [...b], path);
    }
    if (!ArrayBuffer.isView(a)) return '';
    return compare(a.byteOffset, b.byteOffset, 'byteOffset') || compare(a.byteLength, b.byteLength, 'byteLength')
      || compare(lengthsOf(a).join(), lengthsOf(b).join(), 'lengths') || compare(a.buffer, b.buffer, 'buffer');
  }

  #entries(a, b, path) {
    if (a.length !== b.length) return `${path}: ${a.length} and ${b.length} entries`;
    return this.#first(a, (entry, i) => (Array.isArray(entry) && Array.isArray(b[i]) && !this.#a.has(entry)
      ? this.#pair(entry, b[i], `${path}#${i}`) : this.of(entry, b[i], `${path}#${i}`)));
  }

  /** The arrays of a Map's entries are made anew each time, and so may be those of a Set be compared. */
  #pair(a, b, path) {
    return a.length !== b.length ? `${path}: length` : this.of(a, b, path);
  }

  #first(list, compare) {
    for (let i = 0; i < list.length; ++i) {
      const found = compare(list[i], i);
      if (found !== '') return found;
    }
    return '';
  }

  #fields(a, b, path) {
    return this.#first(FIELDS[typeName(a)] ?? [], (name) => this.of(a[name], b[name], `${path}.${name}`));
  }

  #members(a, b, path) {
    if (ArrayBuffer.isView(a)) return '';
    const keys = Reflect.ownKeys(a);
    const others = Reflect.ownKeys(b);
    if (keys.length !== others.length || keys.some((key, i) => key !== others[i])) {
      return `${path}: members [${keys.map(String).join()}] and [${others.map(String).join()}]`;
    }
    return this.#first(keys, (key) => this.#member(a, b, key, `${path}.${String(key)}`));
  }

  #member(a, b, key, path) {
    const one = Object.getOwnPropertyDescriptor(a, key);
    const other = Object.getOwnPropertyDescriptor(b, key);
    for (const flag of ['enumerable', 'writable', 'configurable']) {
      if (one[flag] !== other[flag]) return `${path}: ${flag}`;
    }
    if (('get' in one) !== ('get' in other)) return `${path}: an accessor or not`;
    return this.of(a[key], b[key], path);
  }
}

/** Of two values; what is in them was prepared. */
export const difference = (a, b) => new Comparison().of(a, b, '$');

async function handles(a, b) {
  if (!(a instanceof FileSystemHandle)) return '';
  return await a.isSameEntry(b) ? '' : 'another entry';
}

/** Of two states, at most 20 lines; of records one by one, since sharing ends with a record. */
export async function differences(a, b) {
  const found = [];
  const look = (what, x, y) => {
    const line = difference(x, y);
    if (line !== '') found.push(`${what} ${line}`);
  };
  look('localStorage', a.items, b.items);
  look('databases', a.databases.map(({ name, version }) => [name, version]), b.databases.map(({ name, version }) => [name, version]));
  for (const [i, { name, stores }] of a.databases.entries()) {
    const others = b.databases[i]?.stores ?? [];
    const built = ({ records, indexes, ...store }) => ({ ...store, records: records.length, indexes: indexes.map(({ entries, ...index }) => index) });
    look(name, stores.map(built), others.map(built));
    for (const [k, store] of stores.entries()) {
      const other = others[k];
      if (!other) continue;
      for (const [n, record] of store.records.entries()) {
        look(`${name}/${store.name} key ${n}`, record.key, other.records[n]?.key);
        look(`${name}/${store.name} ${n}`, record.value, other.records[n]?.value);
        const entry = await handles(record.value, other.records[n]?.value);
        if (entry !== '') found.push(`${name}/${store.name} ${n} ${entry}`);
      }
      for (const [n, index] of store.indexes.entries()) look(`${name}/${store.name} index ${index.name}`, index.entries, other.indexes[n]?.entries);
    }
  }
  return found.slice(0, 20);
}
