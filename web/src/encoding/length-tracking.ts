import type { Resizable } from './format.js';

/**
 * Whether a view follows the length of its resizable buffer. Nothing tells, so
 * the buffer is given another size for a moment; its bytes stay. False too
 * where nothing could ever show the difference.
 */
export function followsLength(view: ArrayBufferView, element: number): boolean {
  const buffer = view.buffer as ArrayBuffer & Required<Resizable>;
  const { byteOffset, byteLength } = view;
  const size = buffer.byteLength;
  const longer = byteOffset + byteLength + element;
  if (longer <= size) return false;
  if (longer <= buffer.maxByteLength) {
    buffer.resize(longer);
    const grew = view.byteLength !== byteLength;
    buffer.resize(size);
    return grew;
  }
  if (byteLength === 0) return false;
  const shorter = byteOffset + byteLength - 1;
  const tail = buffer.slice(shorter);
  buffer.resize(shorter);
  const follows = isInBounds(view);
  buffer.resize(size);
  new Uint8Array(buffer).set(new Uint8Array(tail), shorter);
  return follows;
}

/** What a view of a fixed length is no longer when its buffer ends before. */
function isInBounds(view: ArrayBufferView): boolean {
  try {
    return view instanceof DataView ? view.byteLength >= 0 : ((view as Uint8Array).at(0), true);
  } catch {
    return false;
  }
}
