// Writes JavaScript values in the record encoding (core/doc/record-encoding.md)
// straight into memory that somebody else owns: the engine's input area.

import {
  MAX_DEPTH, SECONDS_LIMIT, TAG_BIGINT, TAG_INSTANCE, TAG_MAP, TAG_NEGATIVE_BIGINT, TAG_REFERENCE, TAG_REGEXP,
  TAG_SECONDS, TAG_SET, TAG_SHAREABLE, TAG_WTF8, TYPED_ARRAY_TAGS, type Resizable,
} from './format.js';

/** Gives at least `needed` bytes, the first `used` of them as they were written. */
export type Grow = (needed: number, used: number) => Uint8Array;

export interface EncoderOptions {
  /** Reads a Blob [by FileReaderSync, which dedicated workers have]. May throw. */
  readBlob?: (blob: Blob) => ArrayBuffer;
}

declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** A property name as it is encoded, and the one that followed it last time. */
interface Name {
  readonly text: string;
  readonly bytes: Uint8Array;
  next: Name | undefined;
}

const UINT = 0x00, NEGATIVE = 0x20, BYTES = 0x40, TEXT = 0x60, ARRAY = 0x80, MAP = 0xa0, TAG = 0xc0;
const FALSE = 0xf4, TRUE = 0xf5, NULL = 0xf6, UNDEFINED = 0xf7;
const NAN = 0x7e00, INFINITE = 0x7c00, NEGATIVE_INFINITE = 0xfc00, NEGATIVE_ZERO = 0x8000;

/** Up to here a loop beats the call of encodeInto. */
const SHORT_TEXT = 64;
const MAX_NAMES = 8192;
/** Objects of a record that are compared one by one; more go into a Set. */
const FEW_OBJECTS = 16;

const utf8 = new TextEncoder();
const loneSurrogate = /\p{Surrogate}/u;
const headSize = (argument: number) => (argument < 24 ? 1 : argument < 0x100 ? 2 : argument < 0x10000 ? 3 : 5);
const typeName = (value: object) => Object.prototype.toString.call(value).slice(8, -1);

function readByFileReader(blob: Blob): ArrayBuffer {
  return new FileReaderSync().readAsArrayBuffer(blob);
}

/** Reuses its memory; one record after the other, nothing is kept of a record. */
export class Encoder {
  readonly #grow: Grow;
  readonly #readBlob: (blob: Blob) => ArrayBuffer;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #capacity = 1 << 16;

  #names = new Map<string, Name>();
  #lastName: Name = { text: '', bytes: this.#bytes, next: undefined };

  // A record is encoded in the hope that no object is met twice. When one is,
  // the rest only looks for others, and a second time writes their tags.
  #few = new Array<object | undefined>(FEW_OBJECTS).fill(undefined);
  #fewCount = 0;
  #many = new Set<object>();
  #shared = new Map<object, number>();
  #writesShared = false;
  #sharedCount = 0;
  #depth = 0;
  #tooDeep = false;

  constructor(grow: Grow, options: EncoderOptions = {}) {
    this.#grow = grow;
    this.#readBlob = options.readBlob ?? readByFileReader;
  }

  /** Bytes written so far. */
  get position(): number {
    return this.#at;
  }

  /** What was written; void once the memory has grown. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Cuts back to an earlier position; 0 begins a batch and asks for memory anew. */
  reset(position = 0): void {
    this.#at = position;
    if (position === 0) this.#bytes = new Uint8Array(0);
  }

  /** Writes [key, value], one entry of a batch. */
  pair(key: unknown, value: unknown): void {
    this.#head(ARRAY, 2);
    this.value(key);
    this.value(value);
  }

  /** Writes one value. A value that is nested too deep is written as Unsupported. */
  value(value: unknown): void {
    if (typeof value !== 'object' || value === null) {
      this.#any(value);
      return;
    }
    this.#forget();
    const start = this.#at;
    this.#any(value);
    if (this.#shared.size > 0) {
      this.#at = start;
      this.#writesShared = true;
      this.#any(value);
    }
    if (this.#tooDeep) {
      this.#at = start;
      this.#unsupported('nested too deep');
    }
    this.#forget();
  }

  #forget(): void {
    this.#depth = this.#sharedCount = this.#fewCount = 0;
    this.#tooDeep = this.#writesShared = false;
    if (this.#many.size > 0) this.#many.clear();
    if (this.#shared.size > 0) this.#shared.clear();
  }

  // --- Memory -------------------------------------------------------------

  // A view whose memory has grown has length 0, so that it has no room either.
  #room(size: number): void {
    if (this.#bytes.length - this.#at < size) this.#obtain(this.#at + size);
  }

  #obtain(needed: number): void {
    while (this.#capacity < needed) this.#capacity *= 2;
    const bytes = this.#grow(this.#capacity, this.#at);
    if (bytes.length < needed) throw new RangeError('The encoder was given too little memory.');
    this.#bytes = bytes as Uint8Array<ArrayBuffer>;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) as DataView<ArrayBuffer>;
  }

  #byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }

  #head(major: number, argument: number): void {
    this.#room(9);
    const bytes = this.#bytes;
    if (argument < 24) {
      bytes[this.#at++] = major | argument;
    } else if (argument < 0x100) {
      bytes[this.#at++] = major | 24;
      bytes[this.#at++] = argument;
    } else if (argument < 0x10000) {
      bytes[this.#at++] = major | 25;
      bytes[this.#at++] = argument >>> 8;
      bytes[this.#at++] = argument;
    } else if (argument < 0x100000000) {
      bytes[this.#at] = major | 26;
      this.#view.setUint32(this.#at + 1, argument);
      this.#at += 5;
    } else {
      bytes[this.#at] = major | 27;
      this.#view.setUint32(this.#at + 1, Math.floor(argument / 0x100000000));
      this.#view.setUint32(this.#at + 5, argument >>> 0);
      this.#at += 9;
    }
  }

  // --- Primitives ---------------------------------------------------------

  #any(value: unknown): void {
    switch (typeof value) {
      case 'string': return this.#text(value);
      case 'number': return this.#number(value);
      case 'boolean': return this.#byte(value ? TRUE : FALSE);
      case 'undefined': return this.#byte(UNDEFINED);
      case 'object': return value === null ? this.#byte(NULL) : this.#object(value);
      case 'bigint': return this.#bigint(value);
      default: return this.#unsupported(typeof value);
    }
  }

  #number(value: number): void {
    if (Number.isInteger(value) && value <= 2 ** 53 && value >= -(2 ** 53) && !Object.is(value, -0)) {
      if (value < 0) this.#head(NEGATIVE, -1 - value);
      else this.#head(UINT, value);
    } else if (Number.isFinite(value) && value !== 0) {
      this.#room(9);
      this.#bytes[this.#at] = 0xfb;
      this.#view.setFloat64(this.#at + 1, value);
      this.#at += 9;
    } else {
      this.#room(3);
      this.#bytes[this.#at] = 0xf9;
      const half = value === 0 ? NEGATIVE_ZERO
        : value > 0 ? INFINITE : value < 0 ? NEGATIVE_INFINITE : NAN;
      this.#view.setUint16(this.#at + 1, half);
      this.#at += 3;
    }
  }

  #bigint(value: bigint): void {
    const negative = value < 0n;
    const magnitude = negative ? -1n - value : value;
    let hex = magnitude === 0n ? '' : magnitude.toString(16);
    if (hex.length % 2 === 1) hex = '0' + hex;
    const size = hex.length / 2;
    this.#head(TAG, negative ? TAG_NEGATIVE_BIGINT : TAG_BIGINT);
    this.#head(BYTES, size);
    this.#room(size);
    for (let i = 0; i < size; ++i) this.#bytes[this.#at++] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  }

  #text(text: string): void {
    const length = text.length;
    if (length > SHORT_TEXT) return this.#longText(text);
    this.#room(2 + length);
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    if (length < 24) {
      bytes[at++] = TEXT | length;
    } else {
      bytes[at++] = TEXT | 24;
      bytes[at++] = length;
    }
    for (let i = 0; i < length; ++i) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x80) return this.#longText(text);
      bytes[at++] = unit;
    }
    this.#at = at;
  }

  #longText(text: string): void {
    const start = this.#at;
    this.#room(9 + 3 * text.length);
    const guess = start + headSize(text.length);
    const { written } = utf8.encodeInto(text, this.#bytes.subarray(guess));
    if (written !== text.length) {
      if (loneSurrogate.test(text)) return this.#wtf8(text);
      this.#bytes.copyWithin(start + headSize(written), guess, guess + written);
    }
    this.#head(TEXT, written);
    this.#at += written;
  }

  #wtf8(text: string): void {
    const bytes: number[] = [];
    for (const character of text) {
      const point = character.codePointAt(0)!;
      if (point < 0xd800 || point > 0xdfff) bytes.push(...utf8.encode(character));
      else bytes.push(0xed, 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    }
    this.#head(TAG, TAG_WTF8);
    this.#data(Uint8Array.from(bytes));
  }

  #data(data: Uint8Array): void {
    this.#head(BYTES, data.length);
    this.#raw(data);
  }

  #raw(data: Uint8Array): void {
    this.#room(data.length);
    this.#bytes.set(data, this.#at);
    this.#at += data.length;
  }

  // --- Identity -----------------------------------------------------------

  #object(value: object): void {
    if (!this.#writesShared) {
      if (!this.#isMet(value)) this.#content(value);
      return;
    }
    const index = this.#shared.get(value);
    if (index === undefined) {
      this.#content(value);
    } else if (index >= 0) {
      this.#head(TAG, TAG_REFERENCE);
      this.#head(UINT, index);
    } else {
      this.#shared.set(value, this.#sharedCount++);
      this.#head(TAG, TAG_SHAREABLE);
      if (!this.#enter()) return;
      this.#content(value);
      --this.#depth;
    }
  }

  #isMet(value: object): boolean {
    const few = this.#few;
    for (let i = 0; i < this.#fewCount; ++i) {
      if (few[i] === value) return this.#share(value);
    }
    if (this.#fewCount < FEW_OBJECTS) {
      few[this.#fewCount++] = value;
      return false;
    }
    if (this.#many.has(value)) return this.#share(value);
    this.#many.add(value);
    return false;
  }

  #share(value: object): true {
    this.#shared.set(value, -1);
    return true;
  }

  // --- Objects ------------------------------------------------------------

  /** False beyond MAX_DEPTH: the record will be refused as a whole. */
  #enter(): boolean {
    if (this.#depth < MAX_DEPTH) {
      ++this.#depth;
      return true;
    }
    this.#tooDeep = true;
    return false;
  }

  #content(value: object): void {
    if (Object.getPrototypeOf(value) === Object.prototype) return this.#plain(value);
    if (Array.isArray(value)) return this.#array(value);
    const type = typeName(value);
    switch (type) {
      case 'Object': return this.#plain(value);
      case 'Date': return this.#date(value as Date);
      case 'ArrayBuffer': return this.#buffer(value as ArrayBuffer);
    }
    if (ArrayBuffer.isView(value)) return this.#viewOf(type, value);
    if (!this.#enter()) return;
    switch (type) {
      case 'Map': this.#map(value as Map<unknown, unknown>); break;
      case 'Set': this.#set(value as Set<unknown>); break;
      case 'RegExp': this.#regexp(value as RegExp); break;
      case 'Error': this.#error(value as Error); break;
      case 'Boolean': case 'Number': case 'String': case 'BigInt':
        this.#instance(type, 1);
        this.#any(value.valueOf());
        break;
      case 'Blob': case 'File': this.#blob(type, value as Blob); break;
      default: this.#unsupported(type);
    }
    --this.#depth;
  }

  #plain(value: object): void {
    const keys = Object.keys(value);
    if (!this.#enter()) return;
    this.#head(MAP, keys.length);
    for (let i = 0; i < keys.length; ++i) {
      const key = keys[i]!;
      this.#name(key);
      this.#any((value as Record<string, unknown>)[key]);
    }
    --this.#depth;
  }

  // Records of a store mostly have the same properties in the same order, so
  // that the name that followed last time is the right one.
  #name(text: string): void {
    if (text.length > SHORT_TEXT) return this.#text(text);
    let name = this.#lastName.next;
    if (name === undefined || name.text !== text) {
      name = this.#names.get(text) ?? this.#newName(text);
      this.#lastName.next = name;
    }
    this.#lastName = name;
    const source = name.bytes;
    const length = source.length;
    this.#room(length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < length; ++i) bytes[at++] = source[i]!;
    this.#at = at;
  }

  #newName(text: string): Name {
    const start = this.#at;
    this.#text(text);
    const name = { text, bytes: this.#bytes.slice(start, this.#at), next: undefined };
    this.#at = start;
    // Objects that are used as dictionaries would fill the cache for ever. The
    // last name goes too: the chain behind it would keep the others alive.
    if (this.#names.size >= MAX_NAMES) {
      this.#names.clear();
      this.#lastName = name;
    }
    this.#names.set(text, name);
    return name;
  }

  #array(value: unknown[]): void {
    if (!this.#enter()) return;
    const keys = Object.keys(value);
    const length = value.length;
    const isPlain = keys.length === length && (length === 0 || keys[length - 1] === String(length - 1));
    if (isPlain) {
      this.#head(ARRAY, length);
      for (let i = 0; i < length; ++i) this.#any(value[i]);
    } else {
      this.#instance('Array', 2);
      this.#number(length);
      this.#plain(value);
    }
    --this.#depth;
  }

  #map(value: Map<unknown, unknown>): void {
    this.#head(TAG, TAG_MAP);
    this.#head(MAP, value.size);
    for (const [key, entry] of value) {
      this.#any(key);
      this.#any(entry);
    }
  }

  #set(value: Set<unknown>): void {
    this.#head(TAG, TAG_SET);
    this.#head(ARRAY, value.size);
    for (const entry of value) this.#any(entry);
  }

  #date(value: Date): void {
    const milliseconds = value.getTime();
    if (Math.abs(milliseconds) >= SECONDS_LIMIT) {
      this.#instance('Date', 1);
      this.#number(milliseconds);
    } else {
      this.#head(TAG, TAG_SECONDS);
      this.#number(milliseconds / 1000);
    }
  }

  #regexp(value: RegExp): void {
    this.#head(TAG, TAG_REGEXP);
    this.#head(ARRAY, 2);
    this.#text(value.source);
    this.#text(value.flags);
  }

  #error(value: Error): void {
    const members: Record<string, unknown> = Object.create(null);
    members['name'] = String(value.name);
    if (Object.hasOwn(value, 'message')) members['message'] = value.message;
    if (typeof value.stack === 'string') members['stack'] = value.stack;
    if (Object.hasOwn(value, 'cause')) members['cause'] = value.cause;
    this.#instance('Error', 1);
    this.#plain(Object.assign(members, value));
  }

  #blob(type: string, value: Blob): void {
    let data: Uint8Array;
    try {
      data = new Uint8Array(this.#readBlob(value));
    } catch {
      return this.#unsupported(type);  // its file is gone, or nothing can read it here
    }
    if (type === 'File') {
      const file = value as File;
      this.#instance(type, 4);
      this.#text(file.name);
      this.#text(file.type);
      this.#number(file.lastModified);
    } else {
      this.#instance(type, 2);
      this.#text(value.type);
    }
    this.#data(data);
  }

  #buffer(value: ArrayBuffer & Resizable): void {
    if (value.resizable !== true) return this.#data(new Uint8Array(value));
    if (!this.#enter()) return;
    this.#instance('ArrayBuffer', 2);
    this.#data(new Uint8Array(value));
    this.#number(value.maxByteLength!);
    --this.#depth;
  }

  #viewOf(type: string, value: ArrayBufferView): void {
    const buffer = value.buffer as ArrayBuffer & Resizable;
    const tag = TYPED_ARRAY_TAGS[type];
    const isWhole = value.byteLength === buffer.byteLength && buffer.resizable !== true && !this.#shared.has(buffer);
    if (tag !== undefined && isWhole) {
      if (!this.#writesShared) this.#isMet(buffer);
      this.#head(TAG, tag);
      return this.#data(new Uint8Array(buffer));
    }
    if (!this.#enter()) return;
    this.#instance(type, 3);
    this.#object(buffer);
    this.#number(value.byteOffset);
    this.#number((value as unknown as ArrayLike<unknown>).length ?? value.byteLength);
    --this.#depth;
  }

  /** The items inside come next. */
  #instance(type: string, count: number): void {
    this.#head(TAG, TAG_INSTANCE);
    this.#head(ARRAY, 1 + count);
    this.#text(type);
  }

  #unsupported(type: string): void {
    this.#instance('Unsupported', 1);
    this.#text(type);
  }
}
