// A Blob as a file that the engine reads: nothing is copied, and as little of
// it as need be is in memory.
import type { SyncFile } from '../worker/engine.js';

declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

const PIECE = 1 << 20;
/** The most that are held. */
const PIECES = 8;

/** In dedicated workers, for reading only. */
export class BlobFile implements SyncFile {
  readonly #blob: Blob;
  readonly #reader = new FileReaderSync();
  /** By their number, the one used last at the end. */
  readonly #pieces = new Map<number, Uint8Array>();

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  read(buffer: Uint8Array, { at }: { at: number }): number {
    const end = Math.min(at + buffer.length, this.#blob.size);
    let done = at;
    while (done < end) {
      const number = Math.floor(done / PIECE);
      const from = done - number * PIECE;
      const part = this.#piece(number).subarray(from, from + end - done);
      buffer.set(part, done - at);
      done += part.length;
    }
    return Math.max(0, done - at);
  }

  getSize(): number {
    return this.#blob.size;
  }

  write(): number {
    return 0;
  }

  truncate(): void {
    throw new DOMException('A Blob does not change.', 'NoModificationAllowedError');
  }

  flush(): void {}

  close(): void {
    this.#pieces.clear();
  }

  #piece(number: number): Uint8Array {
    const known = this.#pieces.get(number);
    this.#pieces.delete(number);
    const piece = known
      ?? new Uint8Array(this.#reader.readAsArrayBuffer(this.#blob.slice(number * PIECE, (number + 1) * PIECE)));
    this.#pieces.set(number, piece);
    if (this.#pieces.size > PIECES) this.#pieces.delete(this.#pieces.keys().next().value!);
    return piece;
  }
}
