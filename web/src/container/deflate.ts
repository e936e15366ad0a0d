// Raw deflate of one group, by the platform.
import type { Bytes } from './bytes.js';

const streamed = (bytes: Bytes, through: CompressionStream | DecompressionStream): ReadableStream<Uint8Array> =>
  new Blob([bytes]).stream().pipeThrough(through as TransformStream<Uint8Array, Uint8Array>);

export async function deflate(plain: Bytes): Promise<Bytes> {
  const stream = streamed(plain, new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Undefined unless `stored` gives exactly `size` bytes; never holds many more. */
export async function inflate(stored: Bytes, size: number): Promise<Bytes | undefined> {
  const out = new Uint8Array(size);
  let at = 0;
  const reader = streamed(stored, new DecompressionStream('deflate-raw')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return at === size ? out : undefined;
      if (value.length > size - at) {
        await reader.cancel();
        return undefined;
      }
      out.set(value, at);
      at += value.length;
    }
  } catch {
    return undefined;
  }
}
