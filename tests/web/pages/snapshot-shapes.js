// Databases full of generated values, from a seed.
import { RandomValues, seeded } from '/support/random-values.mjs';
import { makePool, TYPES } from './snapshot-types.js';

const opened = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const done = (transaction) => new Promise((resolve, reject) => {
  transaction.oncomplete = () => resolve();
  transaction.onabort = () => reject(transaction.error);
});

export async function create(name, version, build, fill) {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => build(request.result);
  const database = await opened(request);
  if (fill) await fill(database);
  database.close();
}

async function put(database, store, entries) {
  const transaction = database.transaction(store, 'readwrite');
  const target = transaction.objectStore(store);
  for (const [value, key] of entries) target.put(value, key);
  await done(transaction);
}

/** A value of random composition: of the generator's own types and of the pool's, nested, shared and cyclic. */
class Shapes {
  #random;
  #values;
  #pool;
  #count = 0;

  constructor(seed, pool) {
    this.#random = seeded(seed);
    this.#values = new RandomValues(seed + 1);
    this.#pool = pool;
  }

  #below(limit) {
    return Math.floor(this.#random() * limit);
  }

  key() {
    return this.#values.key();
  }

  /** Each type of the pool comes once in as many shapes. */
  shape() {
    const special = this.#pool[this.#count++ % this.#pool.length].value;
    const other = this.#pool[this.#below(this.#pool.length)].value;
    const record = this.#values.record();
    switch (this.#below(6)) {
      case 0: return special;
      case 1: return { record, special };
      case 2: return [special, record, special];
      case 3: return new Map([[special, record], ['other', other], [{ special }, [other]]]);
      case 4: return { deep: [{ set: new Set([special, record, other]) }], again: special };
      default: {
        const cycle = { special, list: [record, other] };
        cycle.list.push(cycle, cycle.list);
        return cycle;
      }
    }
  }
}

const INDEX_VALUES = [1, -0, 0, 2.5, -Infinity, Infinity, 'a', '\ud800', '', new Date(0), new Date(8.64e15), [], [1, 'a'], [[new Date(1)]],
  Uint8Array.of(1, 2).buffer, new Uint8Array(0), undefined, null, {}, NaN, true];

/** An object whose members indexes are on. */
function indexed(i, shape) {
  const pick = (n) => INDEX_VALUES[(i * 7 + n * 3) % INDEX_VALUES.length];
  return { n: i, date: new Date(i * 1e9), deep: { name: pick(1) }, tags: [pick(2), pick(3), pick(2), i % 5], any: pick(4), shape };
}

function buildShapes(database) {
  database.createObjectStore('out of line');
  const inline = database.createObjectStore('in line', { keyPath: 'id' });
  inline.createIndex('all', 'shape');
  database.createObjectStore('nested key', { keyPath: 'a.b_c' });
  database.createObjectStore('two paths', { keyPath: ['x', 'y.z'] });
  database.createObjectStore('itself', { keyPath: '' });
  const many = database.createObjectStore('indexed', { autoIncrement: true });
  many.createIndex('n', 'n', { unique: true });
  many.createIndex('date', 'date');
  many.createIndex('deep', 'deep.name');
  many.createIndex('tags', 'tags', { multiEntry: true });
  many.createIndex('two', ['any', 'n'], { unique: true });
  many.createIndex('\udc00', 'any');
  many.createIndex('', 'tags.length');
}

async function fillShapes(database, shapes, count) {
  const of = (n, make) => Array.from({ length: n }, (_, i) => make(i));
  const part = Math.ceil(count / 5);
  // One after the other: a key may come twice, and the last one stays.
  await put(database, 'out of line', of(2 * part, () => [shapes.shape(), shapes.key()]));
  await put(database, 'out of line', [-Infinity, Infinity, -0, 5e-324, new Date(-8.64e15), '', '\ud800', new Uint8Array(0), [], [[-0]], [[], 'x']]
    .map((key) => [key, key]));
  await put(database, 'in line', of(2 * part, (i) => [{ id: i % 2 ? i : `key ${i}`, shape: shapes.shape() }]));
  await put(database, 'nested key', of(50, (i) => [{ a: { b_c: [i, 'x'], more: shapes.shape() } }]));
  await put(database, 'two paths', of(50, (i) => [{ x: i % 7, y: { z: new Date(i), w: shapes.shape() } }]));
  await put(database, 'itself', of(20, (i) => [[i, `value ${i}`]]));
  await put(database, 'indexed', of(3 * part, (i) => [indexed(i, shapes.shape())]));
}

/** One store for each type. */
async function fillTypes(database, types) {
  for (const [name, make] of types) await put(database, name, [[await make(), 'value']]);
}

const GENERATORS = {
  untouched: (store) => store,
  'used and empty': (store) => { for (let i = 0; i < 5; ++i) store.put({}); store.clear(); },
  'ahead of its records': (store) => { store.put({}); store.put({}); store.delete(2); },
  'taken along': (store) => { store.put({ id: 41.5, k: { id: 41.5 } }, ...(store.keyPath === null ? [41.5] : [])); },
  'below zero': (store) => { store.put({ id: -5, k: { id: -5 } }, ...(store.keyPath === null ? [-5] : [])); },
  'one left': (store) => { store.put({ id: 2 ** 53 - 1, k: { id: 2 ** 53 - 1 } }, ...(store.keyPath === null ? [2 ** 53 - 1] : [])); },
  exhausted: (store) => { store.put({ id: 2 ** 60, k: { id: 2 ** 60 } }, ...(store.keyPath === null ? [2 ** 60] : [])); },
};

function buildGenerators(database) {
  for (const name of Object.keys(GENERATORS)) {
    for (const [kind, keyPath] of [['out', null], ['in', 'id'], ['deep', 'k.id']]) {
      const store = database.createObjectStore(`${name}, ${kind}`, { autoIncrement: true, keyPath });
      store.createIndex('unique', keyPath ?? 'id', { unique: true });
      store.createIndex('of the object', 'k', { unique: true });
      GENERATORS[name](store);
    }
  }
}

const ITEMS = [
  ['', 'empty key'], ['empty value', ''], ['\ud800', '\udc00\ud800'], ['nul\u0000', 'a\u0000b'], ['length', '5'], ['clear', 'x'], ['setItem', 'y'],
  ['__proto__', 'z'], ['10', 'ten'], ['9', 'nine'], ['é😀', '\ufeff'], ['long', 'x'.repeat(100000)],
];

/** What a second call makes otherwise. */
const isChance = (name) => /CryptoKey|RTC/.test(name);

/** The next keys of the stores of "generators" as puts give them that stay. */
export async function nextKeys() {
  const database = await opened(indexedDB.open('generators'));
  const keys = {};
  for (const name of database.objectStoreNames) {
    const transaction = database.transaction(name, 'readwrite');
    keys[name] = await opened(transaction.objectStore(name).put({ n: 1 })).catch((error) => error.name);
  }
  database.close();
  return keys;
}

/** `count`: so many generated shapes at least; `repeatable`: another call gives the same. */
export async function fillOrigin(seed, count, repeatable = false) {
  // Who called is in the stacks.
  if (repeatable) Error.stackTraceLimit = 0;
  const types = Object.entries(TYPES).filter(([name]) => !repeatable || !isChance(name));
  const shapes = new Shapes(seed, (await makePool()).filter(({ name }) => !repeatable || !isChance(name)));
  await create('types', 2, (database) => types.forEach(([name]) => database.createObjectStore(name)), (database) => fillTypes(database, types));
  await create('shapes', 7, buildShapes, (database) => fillShapes(database, shapes, count));
  await create('generators', 1, buildGenerators);
  await create('\ud800 lone \udfff', 2 ** 40, (database) => {
    database.createObjectStore('\udc00').put('x', 1);
    database.createObjectStore('\udc01', { keyPath: 'id' }).put({ id: 1 });
  });
  await create('\\ud800', 3, (database) => database.createObjectStore('').put(1, 1));
  await create('no stores', 9, () => undefined);
  await create('', 1, (database) => database.createObjectStore('empty').createIndex('i', ['a', 'b']));
  for (const [key, value] of ITEMS) Storage.prototype.setItem.call(localStorage, key, value);
}

const names = async () => (await indexedDB.databases()).map(({ name }) => name).filter((name) => !name.startsWith('ferrite-'));

/** Ferrite's own databases stay. */
export async function deleteOrigin() {
  Storage.prototype.clear.call(localStorage);
  for (const name of await names()) await opened(indexedDB.deleteDatabase(name));
}

/** Puts something else in the place of each database, and into localStorage. */
export async function scrambleOrigin(databases) {
  await deleteOrigin();
  for (const name of databases) await create(name, 1, (database) => database.createObjectStore('scrambled').put('other', 1));
  localStorage.setItem('scrambled', 'yes');
}

/** Of each database "absent", "scrambled", or its version and the records of its stores. */
export async function outlineOfOrigin(databases) {
  const there = await names();
  return Promise.all(databases.map(async (name) => {
    if (!there.includes(name)) return 'absent';
    const database = await opened(indexedDB.open(name));
    const stores = [...database.objectStoreNames];
    const counts = await Promise.all(stores.map((store) => opened(database.transaction(store).objectStore(store).count())));
    const { version } = database;
    database.close();
    return stores.includes('scrambled') ? 'scrambled' : JSON.stringify([version, counts]);
  }));
}
