// Reads values in the record encoding (core/doc/record-encoding.md): what the
// lossless column holds and what a query gives. Trusts the core that wrote
// them; what is damaged all the same throws a RangeError.

import {
  TAG_BIGINT, TAG_INSTANCE, TAG_MAP, TAG_NEGATIVE_BIGINT, TAG_REFERENCE, TAG_REGEXP, TAG_SECONDS, TAG_SET,
  TAG_SHAREABLE, TAG_WTF8, TYPED_ARRAY_TAGS,
} from './format.js';

type ViewConstructor = {
  new (buffer: ArrayBuffer, byteOffset?: number, length?: number): ArrayBufferView;
};

const TYPED_ARRAYS_BY_TAG = new Map(Object.entries(TYPED_ARRAY_TAGS).map(([name, tag]) => [tag, name]));
const ERRORS: Record<string, ErrorConstructor> = {
  EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError,
};

/** Up to here a loop beats the call of TextDecoder. */
const SHORT_TEXT = 16;
const NAME_SLOTS = 1024;

// ignoreBOM keeps a U+FEFF that the text begins with.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Property names read before, by a hash of their bytes. */
const names = new Array<{ bytes: Uint8Array; text: string } | undefined>(NAME_SLOTS).fill(undefined);

/** Gives what stands for a value that was written as Unsupported; asked in the order in which they were written. */
export type Substitute = (type: string) => object;

/** One item; throws when anything follows it. `substitute` absent: Unsupported is damage. */
export function decode(bytes: Uint8Array, substitute?: Substitute): unknown {
  const reader = new Reader(bytes, substitute);
  const value = reader.item();
  if (!reader.atEnd) throw damaged('something follows');
  return value;
}

/** Items that lie one behind the other. Sharing ends with the item. */
export function decodeSequence(bytes: Uint8Array): unknown[] {
  const values: unknown[] = [];
  const reader = new Reader(bytes);
  while (!reader.atEnd) values.push(reader.item());
  return values;
}

/**
 * The records of a batch. `substituteFor` is asked for a record's Substitute
 * when its key is known.
 */
export function* decodeRecords(
  bytes: Uint8Array, substituteFor: (key: IDBValidKey) => Substitute,
): Generator<[key: IDBValidKey, value: unknown]> {
  const reader = new Reader(bytes);
  while (!reader.atEnd) yield reader.record(substituteFor);
}

function damaged(what: string): RangeError {
  return new RangeError(`Not in the record encoding: ${what}`);
}

function viewConstructor(type: string): ViewConstructor {
  const constructor = (globalThis as Record<string, unknown>)[type];
  if (constructor === undefined) throw damaged(`a ${type}, which this browser does not have`);
  return constructor as ViewConstructor;
}

function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable: false });
}

function put(target: object, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable: true });
  } else {
    (target as Record<string, unknown>)[key] = value;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #shared: unknown[] = [];
  /** Where the next object has its place among the shared ones, or -1. */
  #slot = -1;

  #substitute: Substitute | undefined;

  constructor(bytes: Uint8Array, substitute?: Substitute) {
    this.#substitute = substitute;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  item(): unknown {
    if (this.#shared.length > 0) this.#shared = [];
    return this.#any();
  }

  record(substituteFor: (key: IDBValidKey) => Substitute): [IDBValidKey, unknown] {
    if (this.#expect(4) !== 2) throw damaged('no key and value');
    const key = this.item() as IDBValidKey;
    this.#substitute = substituteFor(key);
    return [key, this.item()];
  }

  // --- Heads --------------------------------------------------------------

  #argument(initial: number): number {
    const info = initial & 0x1f;
    const at = this.#at;
    switch (info) {
      case 24: this.#at += 1; return this.#view.getUint8(at);
      case 25: this.#at += 2; return this.#view.getUint16(at);
      case 26: this.#at += 4; return this.#view.getUint32(at);
      case 27: this.#at += 8; return this.#view.getUint32(at) * 0x100000000 + this.#view.getUint32(at + 4);
    }
    if (info > 23) throw damaged('an indefinite length');
    return info;
  }

  /** A head of the given major type. */
  #expect(major: number): number {
    const initial = this.#view.getUint8(this.#at++);
    if (initial >> 5 !== major) throw damaged('another type than expected');
    return this.#argument(initial);
  }

  /** A count of items that take a byte each at least. */
  #count(count: number): number {
    if (count > this.#bytes.length - this.#at) throw damaged('a count beyond the end');
    return count;
  }

  #take(size: number): Uint8Array {
    const end = this.#at + size;
    if (end > this.#bytes.length) throw damaged('a length beyond the end');
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  // --- Values -------------------------------------------------------------

  #any(): unknown {
    const initial = this.#view.getUint8(this.#at++);
    switch (initial >> 5) {
      case 0: return this.#argument(initial);
      case 1: return -1 - this.#argument(initial);
      case 2: return this.#keep(this.#take(this.#argument(initial)).slice().buffer);
      case 3: return this.#text(this.#argument(initial));
      case 4: return this.#array(this.#argument(initial));
      case 5: return this.#properties(this.#keep({}), this.#argument(initial));
      case 6: return this.#tagged(this.#argument(initial));
      default: return this.#simple(initial);
    }
  }

  #simple(initial: number): unknown {
    switch (initial) {
      case 0xf4: return false;
      case 0xf5: return true;
      case 0xf6: return null;
      case 0xf7: return undefined;
      case 0xf9:
        switch (this.#argument(initial)) {
          case 0x7e00: return NaN;
          case 0x7c00: return Infinity;
          case 0xfc00: return -Infinity;
          case 0x8000: return -0;
        }
        break;
      case 0xfb:
        this.#at += 8;
        return this.#view.getFloat64(this.#at - 8);
    }
    throw damaged('an unknown simple value');
  }

  #text(size: number): string {
    if (size > SHORT_TEXT) return utf8.decode(this.#take(size));
    const bytes = this.#bytes;
    const end = this.#at + size;
    if (end > bytes.length) throw damaged('a length beyond the end');
    let text = '';
    for (let i = this.#at; i < end; ++i) {
      const byte = bytes[i]!;
      if (byte >= 0x80) return utf8.decode(this.#take(size));
      text += String.fromCharCode(byte);
    }
    this.#at = end;
    return text;
  }

  #wtf8(bytes: Uint8Array): string {
    let text = '';
    for (let i = 0; i < bytes.length;) {
      const lead = bytes[i]!;
      const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
      let point = size === 1 ? lead : lead & (0x7f >> size);
      for (let k = 1; k < size; ++k) point = (point << 6) | (bytes[i + k]! & 0x3f);
      text += String.fromCodePoint(point);
      i += size;
    }
    return text;
  }

  #name(): string {
    const initial = this.#view.getUint8(this.#at++);
    if (initial >> 5 === 6) {
      if (this.#argument(initial) !== TAG_WTF8) throw damaged('a property name that is no string');
      return this.#wtf8(this.#take(this.#expect(2)));
    }
    if (initial >> 5 !== 3) throw damaged('a property name that is no string');
    const bytes = this.#bytes;
    const size = this.#argument(initial);
    const start = this.#at;
    const end = start + size;
    if (end > bytes.length) throw damaged('a length beyond the end');
    let hash = size;
    for (let i = start; i < end; ++i) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
    const slot = hash & (NAME_SLOTS - 1);
    const known = names[slot];
    if (known !== undefined && known.bytes.length === size) {
      let i = 0;
      while (i < size && known.bytes[i] === bytes[start + i]) ++i;
      if (i === size) {
        this.#at = end;
        return known.text;
      }
    }
    const text = this.#text(size);
    names[slot] = { bytes: bytes.slice(start, end), text };
    return text;
  }

  // --- Objects ------------------------------------------------------------

  /** Gives an object its place when tag 28 stands before it. */
  #keep<T>(object: T): T {
    if (this.#slot >= 0) {
      this.#shared[this.#slot] = object;
      this.#slot = -1;
    }
    return object;
  }

  #array(count: number): unknown[] {
    const array: unknown[] = this.#keep([]);
    this.#count(count);
    for (let i = 0; i < count; ++i) array.push(this.#any());
    return array;
  }

  #properties<T extends object>(target: T, count: number): T {
    this.#count(count);
    for (let i = 0; i < count; ++i) {
      const name = this.#name();
      put(target, name, this.#any());
    }
    return target;
  }

  #tagged(tag: number): unknown {
    switch (tag) {
      case TAG_SECONDS: return this.#keep(new Date(Math.round((this.#any() as number) * 1000)));
      case TAG_BIGINT: return this.#bigint();
      case TAG_NEGATIVE_BIGINT: return -1n - this.#bigint();
      case TAG_SHAREABLE: return this.#shareable();
      case TAG_REFERENCE: return this.#reference();
      case TAG_WTF8: return this.#wtf8(this.#take(this.#expect(2)));
      case TAG_SET: return this.#set(this.#expect(4));
      case TAG_MAP: return this.#map(this.#expect(5));
      case TAG_REGEXP: return this.#regexp(this.#expect(4));
      case TAG_INSTANCE: return this.#instance(this.#expect(4) - 1);
    }
    const type = TYPED_ARRAYS_BY_TAG.get(tag);
    if (type === undefined) throw damaged(`tag ${tag}`);
    return this.#keep(new (viewConstructor(type))(this.#take(this.#expect(2)).slice().buffer));
  }

  #bigint(): bigint {
    let hex = '0x0';
    for (const byte of this.#take(this.#expect(2))) hex += byte.toString(16).padStart(2, '0');
    return BigInt(hex);
  }

  #shareable(): unknown {
    this.#slot = this.#shared.length;
    this.#shared.push(undefined);
    return this.#any();
  }

  #reference(): unknown {
    const index = this.#expect(0);
    if (index >= this.#shared.length) throw damaged('a reference to nothing');
    return this.#shared[index];
  }

  #set(count: number): Set<unknown> {
    const set = this.#keep(new Set<unknown>());
    this.#count(count);
    for (let i = 0; i < count; ++i) set.add(this.#any());
    return set;
  }

  #map(count: number): Map<unknown, unknown> {
    const map = this.#keep(new Map<unknown, unknown>());
    this.#count(count);
    for (let i = 0; i < count; ++i) {
      const key = this.#any();
      map.set(key, this.#any());
    }
    return map;
  }

  #regexp(count: number): RegExp {
    if (count !== 2) throw damaged('a regular expression of another form');
    const slot = this.#lay();
    const source = this.#any() as string;
    return this.#pick(slot, new RegExp(source, this.#any() as string));
  }

  // An object that can be made only when what is inside has been read lays its
  // place aside meanwhile. None of these can be inside itself.
  #lay(): number {
    const slot = this.#slot;
    this.#slot = -1;
    return slot;
  }

  #pick<T>(slot: number, object: T): T {
    this.#slot = slot;
    return this.#keep(object);
  }

  #instance(count: number): unknown {
    const type = this.#text(this.#expect(3));
    switch (type) {
      case 'Array': return this.#sparseArray();
      case 'Error': return this.#error();
    }
    const slot = this.#lay();
    const members: any[] = [];
    this.#count(count);
    for (let i = 0; i < count; ++i) members.push(this.#any());
    return this.#pick(slot, this.#made(type, members));
  }

  #made(type: string, members: any[]): object {
    const [first, second, third, fourth] = members;
    switch (type) {
      case 'Date': return new Date(first);
      case 'ArrayBuffer': return this.#resizable(first, second);
      case 'Blob': return new Blob([second], { type: first });
      case 'File': return new File([fourth], first, { type: second, lastModified: third });
      case 'Boolean': case 'Number': case 'String': case 'BigInt': return Object(first);
      case 'DataView': return new DataView(first, second, third);
      case 'Unsupported':
        if (this.#substitute) return this.#substitute(first);
    }
    if (!Object.hasOwn(TYPED_ARRAY_TAGS, type)) throw damaged(`an instance of ${type}`);
    return new (viewConstructor(type))(first, second, third);
  }

  #resizable(buffer: ArrayBuffer, maxByteLength: number): ArrayBuffer {
    const Buffer = ArrayBuffer as new (length: number, options: object) => ArrayBuffer;
    const resizable = new Buffer(buffer.byteLength, { maxByteLength });
    new Uint8Array(resizable).set(new Uint8Array(buffer));
    return resizable;
  }

  #sparseArray(): unknown[] {
    const array: unknown[] = this.#keep([]);
    array.length = this.#any() as number;
    return this.#properties(array, this.#expect(5));
  }

  #error(): Error {
    const error = this.#keep(new Error());
    delete error.stack;
    const members = this.#properties(Object.create(null) as Record<string, unknown>, this.#expect(5));
    const { name, ...rest } = members;
    const constructor = ERRORS[String(name)];
    if (constructor !== undefined) Object.setPrototypeOf(error, constructor.prototype);
    for (const key of ['message', 'stack', 'cause']) {
      if (Object.hasOwn(rest, key)) hide(error, key, rest[key]);
      delete rest[key];
    }
    for (const key of Object.keys(rest)) put(error, key, rest[key]);
    return error;
  }
}
