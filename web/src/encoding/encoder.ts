// Writes JavaScript values in the record encoding (core/doc/record-encoding.md)
// straight into memory that somebody else owns: the engine's input area.

import {
  MAX_DEPTH, SECONDS_LIMIT, TAG_INSTANCE, TAG_MAP, TAG_REFERENCE, TAG_REGEXP, TAG_SECONDS, TAG_SET, TAG_SHAREABLE,
  TYPED_ARRAY_TAGS, type Resizable,
} from './format.js';
import { followsLength } from './length-tracking.js';
import { ARRAY, MAP, Output, SHORT_TEXT, TAG, UINT, type Grow } from './output.js';

export type { Grow };

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

const FALSE = 0xf4, TRUE = 0xf5, NULL = 0xf6, UNDEFINED = 0xf7;
const MAX_NAMES = 8192;
/** Objects of a record that are compared one by one; more go into a Set. */
const FEW_OBJECTS = 16;

/** What the encoding calls an object that it cannot carry. */
export const typeName = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

function readByFileReader(blob: Blob): ArrayBuffer {
  return new FileReaderSync().readAsArrayBuffer(blob);
}

/** Reuses its memory; one record after the other, nothing is kept of a record. */
export class Encoder {
  readonly #out: Output;
  readonly #readBlob: (blob: Blob) => ArrayBuffer;

  #names = new Map<string, Name>();
  #lastName: Name = { text: '', bytes: new Uint8Array(0), next: undefined };

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
  #unsupportedValues: object[] = [];

  constructor(grow: Grow, options: EncoderOptions = {}) {
    this.#out = new Output(grow);
    this.#readBlob = options.readBlob ?? readByFileReader;
  }

  /** Bytes written so far. */
  get position(): number {
    return this.#out.position;
  }

  /** What was written; void once the memory has grown. */
  get bytes(): Uint8Array {
    return this.#out.since(0);
  }

  /** Cuts back to an earlier position; 0 begins a batch and asks for memory anew. */
  reset(position = 0): void {
    this.#out.reset(position);
  }

  /**
   * What the last value() wrote as Unsupported, in that order; the value itself
   * when it is nested too deep.
   */
  get unsupported(): readonly object[] {
    return this.#unsupportedValues;
  }

  /** Writes [key, value], one entry of a batch. */
  pair(key: unknown, value: unknown): void {
    this.#out.head(ARRAY, 2);
    this.value(key);
    this.value(value);
  }

  /** Writes [key], an entry whose value stays where it is. */
  key(key: unknown): void {
    this.#out.head(ARRAY, 1);
    this.value(key);
  }

  /** Writes one value. A value that is nested too deep is written as Unsupported. */
  value(value: unknown): void {
    if (this.#unsupportedValues.length > 0) this.#unsupportedValues = [];
    if (typeof value !== 'object' || value === null) {
      this.#any(value);
      return;
    }
    this.#forget();
    const start = this.#out.position;
    this.#any(value);
    if (this.#shared.size > 0) {
      this.#out.reset(start);
      this.#unsupportedValues = [];
      this.#writesShared = true;
      this.#any(value);
    }
    if (this.#tooDeep) {
      this.#out.reset(start);
      this.#unsupportedValues = [];
      this.#unsupported('nested too deep', value);
    }
    this.#forget();
  }

  #forget(): void {
    this.#depth = this.#sharedCount = this.#fewCount = 0;
    this.#tooDeep = this.#writesShared = false;
    if (this.#many.size > 0) this.#many.clear();
    if (this.#shared.size > 0) this.#shared.clear();
  }

  // --- Values -------------------------------------------------------------

  #any(value: unknown): void {
    switch (typeof value) {
      case 'string': return this.#out.text(value);
      case 'number': return this.#out.number(value);
      case 'boolean': return this.#out.byte(value ? TRUE : FALSE);
      case 'undefined': return this.#out.byte(UNDEFINED);
      case 'object': return value === null ? this.#out.byte(NULL) : this.#object(value);
      case 'bigint': return this.#out.bigint(value);
      default: return this.#unsupported(typeof value);
    }
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
      this.#out.head(TAG, TAG_REFERENCE);
      this.#out.head(UINT, index);
    } else {
      this.#shared.set(value, this.#sharedCount++);
      this.#out.head(TAG, TAG_SHAREABLE);
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
    const prototype = Object.getPrototypeOf(value);
    if (prototype === Object.prototype) return this.#plain(value);
    if (Array.isArray(value)) return this.#array(value);
    if (prototype === Date.prototype && typeName(value) === 'Date') return this.#date(value as Date);
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
      default: this.#unsupported(type, value);
    }
    --this.#depth;
  }

  #plain(value: object): void {
    const keys = Object.keys(value);
    if (!this.#enter()) return;
    this.#out.head(MAP, keys.length);
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
    if (text.length > SHORT_TEXT) return this.#out.text(text);
    let name = this.#lastName.next;
    if (name === undefined || name.text !== text) {
      name = this.#names.get(text) ?? this.#newName(text);
      this.#lastName.next = name;
    }
    this.#lastName = name;
    this.#out.few(name.bytes);
  }

  #newName(text: string): Name {
    const start = this.#out.position;
    this.#out.text(text);
    const name = { text, bytes: this.#out.since(start).slice(), next: undefined };
    this.#out.reset(start);
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
      this.#out.head(ARRAY, length);
      for (let i = 0; i < length; ++i) this.#any(value[i]);
    } else {
      this.#instance('Array', 2);
      this.#out.number(length);
      this.#plain(value);
    }
    --this.#depth;
  }

  #map(value: Map<unknown, unknown>): void {
    this.#out.head(TAG, TAG_MAP);
    this.#out.head(MAP, value.size);
    for (const [key, entry] of value) {
      this.#any(key);
      this.#any(entry);
    }
  }

  #set(value: Set<unknown>): void {
    this.#out.head(TAG, TAG_SET);
    this.#out.head(ARRAY, value.size);
    for (const entry of value) this.#any(entry);
  }

  #date(value: Date): void {
    const milliseconds = value.getTime();
    if (Math.abs(milliseconds) >= SECONDS_LIMIT) {
      this.#instance('Date', 1);
      this.#out.number(milliseconds);
    } else {
      this.#out.head(TAG, TAG_SECONDS);
      this.#out.number(milliseconds / 1000);
    }
  }

  #regexp(value: RegExp): void {
    this.#out.head(TAG, TAG_REGEXP);
    this.#out.head(ARRAY, 2);
    this.#out.text(value.source);
    this.#out.text(value.flags);
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
      return this.#unsupported(type, value);  // its file is gone, or nothing can read it here
    }
    if (type === 'File') {
      const file = value as File;
      this.#instance(type, 4);
      this.#out.text(file.name);
      this.#out.text(file.type);
      this.#out.number(file.lastModified);
    } else {
      this.#instance(type, 2);
      this.#out.text(value.type);
    }
    this.#out.data(data);
  }

  #buffer(value: ArrayBuffer & Resizable): void {
    if (value.resizable !== true) return this.#out.data(new Uint8Array(value));
    if (!this.#enter()) return;
    this.#instance('ArrayBuffer', 2);
    this.#out.data(new Uint8Array(value));
    this.#out.number(value.maxByteLength!);
    --this.#depth;
  }

  #viewOf(type: string, value: ArrayBufferView): void {
    const buffer = value.buffer as ArrayBuffer & Resizable;
    const tag = TYPED_ARRAY_TAGS[type];
    const isWhole = value.byteLength === buffer.byteLength && buffer.resizable !== true && !this.#shared.has(buffer);
    if (tag !== undefined && isWhole) {
      if (!this.#writesShared) this.#isMet(buffer);
      this.#out.head(TAG, tag);
      return this.#out.data(new Uint8Array(buffer));
    }
    if (!this.#enter()) return;
    const element = (value as unknown as Partial<Uint8Array>).BYTES_PER_ELEMENT ?? 1;
    const follows = buffer.resizable === true && followsLength(value, element);
    this.#instance(type, follows ? 2 : 3);
    this.#object(buffer);
    this.#out.number(value.byteOffset);
    if (!follows) this.#out.number(value.byteLength / element);
    --this.#depth;
  }

  /** The items inside come next. */
  #instance(type: string, count: number): void {
    this.#out.head(TAG, TAG_INSTANCE);
    this.#out.head(ARRAY, 1 + count);
    this.#out.text(type);
  }

  #unsupported(type: string, value?: object): void {
    if (value) this.#unsupportedValues.push(value);
    this.#instance('Unsupported', 1);
    this.#out.text(type);
  }
}
