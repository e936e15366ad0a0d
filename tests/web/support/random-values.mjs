// Values of every type that the record encoding carries, from a seed.

/** mulberry32: numbers in [0, 1) that are the same in every run. */
export function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const NUMBERS = [0, -0, 1, -1, 23, 24, 255, 256, 65535, 65536, 2 ** 31, 2 ** 32, -(2 ** 32), 2 ** 53, -(2 ** 53),
  2 ** 53 + 2, 0.1, -1.5, 5e-324, 1.7976931348623157e308, NaN, Infinity, -Infinity];
const TEXTS = ['', 'a', 'é', '€', '😀', '\ud800', '\udc00x', 'a\u0000b', '\ufeffbom', 'x'.repeat(23), 'x'.repeat(24),
  'x'.repeat(64), 'x'.repeat(65), 'é'.repeat(40), 'é'.repeat(130), 'x'.repeat(255) + '€', 'x'.repeat(70000), '\ud83d'];
const NAMES = ['id', 'name', 'x', 'long property name of an object', 'é', '\udfff', '', '7', '42', '__proto__',
  'constructor', 'length', 'toString', 'n'.repeat(70)];
const ERRORS = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

export class RandomValues {
  #random;
  #met = [];

  constructor(seed) {
    this.#random = seeded(seed);
  }

  below(limit) {
    return Math.floor(this.#random() * limit);
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  /** A whole record's value: objects are shared within it only. */
  record() {
    this.#met = [];
    return this.#value(4);
  }

  key(depth = 3) {
    switch (this.below(depth > 0 ? 6 : 5)) {
      case 0: return this.pick(NUMBERS.filter((number) => !Number.isNaN(number)));
      case 1: return (this.#random() - 0.5) * 10 ** this.below(20);
      case 2: return new Date(Math.floor((this.#random() - 0.5) * 1.728e16));
      case 3: return this.pick(TEXTS.slice(0, 10)) + this.pick(TEXTS.slice(0, 10));
      case 4: return Uint8Array.from({ length: this.below(4) }, () => this.pick([0, 1, 254, 255])).buffer;
      default: return Array.from({ length: this.below(4) }, () => this.key(depth - 1));
    }
  }

  #value(depth) {
    if (depth > 0 && this.#met.length > 0 && this.below(12) === 0) return this.pick(this.#met);
    return this.below(3) === 0 || depth === 0 ? this.#primitive() : this.#object(depth - 1);
  }

  #primitive() {
    switch (this.below(8)) {
      case 0: return undefined;
      case 1: return null;
      case 2: return this.below(2) === 0;
      case 3: return this.pick(NUMBERS);
      case 4: return (this.#random() - 0.5) * 10 ** this.below(30);
      case 5: return BigInt(this.pick([0, 1, -1, 255, 256, -256, -257])) ** BigInt(this.below(12));
      default: return this.pick(TEXTS);
    }
  }

  #keep(object) {
    this.#met.push(object);
    return object;
  }

  #object(depth) {
    const inside = () => this.#value(depth);
    const times = this.below(5);
    switch (this.below(12)) {
      case 0: return this.#keep(new Date(this.pick([0, 1, -1, 1.7e12 + 1, 2 ** 51 - 1, 2 ** 51, -(2 ** 51), 8.64e15, NaN])));
      case 1: return this.#keep(this.pick([/a/, /[é/]+/giu, new RegExp('')]));
      case 2: return this.#binary();
      case 3: return this.#keep(Object(this.pick([true, false, 1.5, -0, 'text', 12n])));
      case 4: return this.#error(inside);
      case 5: {
        const map = this.#keep(new Map());
        for (let i = 0; i < times; ++i) map.set(inside(), inside());
        return map;
      }
      case 6: {
        const set = this.#keep(new Set());
        for (let i = 0; i < times; ++i) set.add(inside());
        return set;
      }
      case 7: {
        const array = this.#keep([]);
        array.length = this.below(6);
        for (let i = 0; i < times; ++i) array[this.below(8)] = inside();
        if (this.below(2) === 0) this.#define(array, 'named', inside());
        return array;
      }
      case 8: case 9: {
        const array = this.#keep([]);
        for (let i = 0; i < times; ++i) array.push(inside());
        return array;
      }
      default: {
        const object = this.#keep({});
        for (let i = 0; i < times + 2; ++i) this.#define(object, this.pick(NAMES), inside());
        return object;
      }
    }
  }

  #define(object, name, value) {
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  }

  #error(inside) {
    const error = this.#keep(new (this.pick(ERRORS))(this.pick(TEXTS.slice(0, 8))));
    if (this.below(2) === 0) {
      Object.defineProperty(error, 'cause', { value: inside(), writable: true, enumerable: false, configurable: true });
    }
    return error;
  }

  #binary() {
    const buffer = this.#keep(Uint8Array.from({ length: 16 }, () => this.below(256)).buffer);
    const View = this.pick([Uint8Array, Uint8ClampedArray, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array,
      Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView]);
    switch (this.below(4)) {
      case 0: return buffer;
      case 1: return this.#keep(new View(buffer, 8));
      case 2: return this.#keep(new ArrayBuffer(3, { maxByteLength: 8 }));
      default: return this.#keep(new View(buffer));
    }
  }
}

/** A copy that is equal but for the order of the objects' properties. */
export function reordered(value, random, copies = new Map()) {
  if (typeof value !== 'object' || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  const keep = (copy) => {
    copies.set(value, copy);
    return copy;
  };
  const again = (inside) => reordered(inside, random, copies);
  if (value instanceof Map) {
    const map = keep(new Map());
    for (const [key, entry] of value) map.set(again(key), again(entry));
    return map;
  }
  if (value instanceof Set) {
    const set = keep(new Set());
    for (const entry of value) set.add(again(entry));
    return set;
  }
  if (value instanceof Error) return reorderedError(value, keep, again);
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain && !Array.isArray(value)) return keep(value);
  const copy = keep(isPlain ? {} : []);
  if (!isPlain) copy.length = value.length;
  const shuffled = Object.keys(value).map((key) => [random(), key]).sort(([a], [b]) => a - b);
  for (const [, key] of shuffled) {
    Object.defineProperty(copy, key, { value: again(value[key]), writable: true, enumerable: true, configurable: true });
  }
  return copy;
}

function reorderedError(error, keep, again) {
  const copy = keep(new error.constructor(error.message));
  copy.stack = error.stack;
  if (Object.hasOwn(error, 'cause')) {
    Object.defineProperty(copy, 'cause', { value: again(error.cause), writable: true, enumerable: false, configurable: true });
  }
  return copy;
}
