// Writes heads and primitives of the record encoding into memory that somebody
// else owns. core/doc/record-encoding.md is the format.

import { TAG_BIGINT, TAG_NEGATIVE_BIGINT, TAG_WTF8 } from './format.js';

/** Gives at least `needed` bytes, the first `used` of them as they were written. */
export type Grow = (needed: number, used: number) => Uint8Array;

export const UINT = 0x00, NEGATIVE = 0x20, BYTES = 0x40, TEXT = 0x60, ARRAY = 0x80, MAP = 0xa0, TAG = 0xc0;

const NAN = 0x7e00, INFINITE = 0x7c00, NEGATIVE_INFINITE = 0xfc00, NEGATIVE_ZERO = 0x8000;

/** Up to here a loop beats the call of encodeInto. */
export const SHORT_TEXT = 64;

const utf8 = new TextEncoder();
const loneSurrogate = /\p{Surrogate}/u;
const headSize = (argument: number) => (argument < 24 ? 1 : argument < 0x100 ? 2 : argument < 0x10000 ? 3 : 5);

export class Output {
  readonly #grow: Grow;
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #capacity = 1 << 16;

  constructor(grow: Grow) {
    this.#grow = grow;
  }

  get position(): number {
    return this.#at;
  }

  /** What was written from `start` on; void once the memory has grown. */
  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#at);
  }

  /** Cuts back; 0 also lets go of the memory. */
  reset(position: number): void {
    this.#at = position;
    if (position === 0) this.#bytes = new Uint8Array(0);
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

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }

  head(major: number, argument: number): void {
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

  number(value: number): void {
    if (Number.isInteger(value) && value <= 2 ** 53 && value >= -(2 ** 53) && !Object.is(value, -0)) {
      if (value < 0) this.head(NEGATIVE, -1 - value);
      else this.head(UINT, value);
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

  bigint(value: bigint): void {
    const negative = value < 0n;
    const magnitude = negative ? -1n - value : value;
    let hex = magnitude === 0n ? '' : magnitude.toString(16);
    if (hex.length % 2 === 1) hex = '0' + hex;
    const size = hex.length / 2;
    this.head(TAG, negative ? TAG_NEGATIVE_BIGINT : TAG_BIGINT);
    this.head(BYTES, size);
    this.#room(size);
    for (let i = 0; i < size; ++i) this.#bytes[this.#at++] = parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  }

  text(text: string): void {
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
    this.head(TEXT, written);
    this.#at += written;
  }

  #wtf8(text: string): void {
    const bytes: number[] = [];
    for (const character of text) {
      const point = character.codePointAt(0)!;
      if (point < 0xd800 || point > 0xdfff) bytes.push(...utf8.encode(character));
      else bytes.push(0xed, 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    }
    this.head(TAG, TAG_WTF8);
    this.data(Uint8Array.from(bytes));
  }

  data(data: Uint8Array): void {
    this.head(BYTES, data.length);
    this.raw(data);
  }

  raw(data: Uint8Array): void {
    this.#room(data.length);
    this.#bytes.set(data, this.#at);
    this.#at += data.length;
  }

  /** Copies bytes that are too few for the call of set(). */
  few(data: Uint8Array): void {
    const length = data.length;
    this.#room(length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = 0; i < length; ++i) bytes[at++] = data[i]!;
    this.#at = at;
  }
}
