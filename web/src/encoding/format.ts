// What both directions of the record encoding share: core/doc/record-encoding.md.

export const TAG_SECONDS = 1;
export const TAG_BIGINT = 2;
export const TAG_NEGATIVE_BIGINT = 3;
export const TAG_INSTANCE = 27;
export const TAG_SHAREABLE = 28;
export const TAG_REFERENCE = 29;
export const TAG_SET = 258;
export const TAG_MAP = 259;
export const TAG_WTF8 = 273;
export const TAG_REGEXP = 21066;

/** Nesting of arrays, objects, maps, sets, instances and shared objects. */
export const MAX_DEPTH = 512;

/** Below it, seconds as a double give the millisecond back. */
export const SECONDS_LIMIT = 2 ** 51;

/** RFC 8746, little-endian. */
export const TYPED_ARRAY_TAGS: Readonly<Record<string, number>> = {
  Uint8Array: 64, Uint8ClampedArray: 68, Uint16Array: 69, Uint32Array: 70, BigUint64Array: 71,
  Int8Array: 72, Int16Array: 77, Int32Array: 78, BigInt64Array: 79,
  Float16Array: 84, Float32Array: 85, Float64Array: 86,
};

/** A resizable ArrayBuffer's members, which ES2022's types do not know yet. */
export interface Resizable {
  readonly resizable?: boolean;
  readonly maxByteLength?: number;
  resize?(newLength: number): void;
}
