// A file in memory that knows which of its blocks changed.
import type { SyncFile } from '../worker/engine.js';

export const BLOCK = 64 << 10;

export class MemoryFile implements SyncFile {
  readonly #blocks: Uint8Array[] = [];
  readonly #changed = new Set<number>();
  #size = 0;

  /** A file with that content, unchanged. */
  static of(size: number, blocks: Iterable<Uint8Array>): MemoryFile {
    const file = new MemoryFile();
    file.#blocks.push(...blocks);
    file.#size = size;
    return file;
  }

  read(buffer: Uint8Array, { at }: { at: number }): number {
    const length = Math.max(0, Math.min(buffer.length, this.#size - at));
    this.#walk(at, length, (block, from, to, done) => buffer.set(block.subarray(from, to), done));
    return length;
  }

  write(buffer: Uint8Array, { at }: { at: number }): number {
    this.#grow(at + buffer.length);
    this.#walk(at, buffer.length, (block, from, to, done, index) => {
      block.set(buffer.subarray(done, done + to - from), from);
      this.#changed.add(index);
    });
    return buffer.length;
  }

  truncate(size: number): void {
    if (size > this.#size) return this.#grow(size);
    this.#blocks.length = Math.ceil(size / BLOCK);
    this.#blocks[this.#blocks.length - 1]?.fill(0, ((size - 1) % BLOCK) + 1);
    if (size % BLOCK > 0) this.#changed.add(this.#blocks.length - 1);
    this.#size = size;
  }

  getSize(): number {
    return this.#size;
  }

  flush(): void {}

  close(): void {}

  get blockCount(): number {
    return this.#blocks.length;
  }

  /** The blocks that changed since the last call. */
  takeChanges(): [index: number, bytes: Uint8Array][] {
    const changes = [...this.#changed]
      .filter((index) => index < this.#blocks.length)
      .map((index): [number, Uint8Array] => [index, this.#blocks[index]!]);
    this.#changed.clear();
    return changes;
  }

  /** Puts changes back that could not be kept. */
  returnChanges(indexes: Iterable<number>): void {
    for (const index of indexes) this.#changed.add(index);
  }

  #grow(size: number): void {
    while (this.#blocks.length < Math.ceil(size / BLOCK)) {
      this.#changed.add(this.#blocks.length);
      this.#blocks.push(new Uint8Array(BLOCK));
    }
    this.#size = Math.max(this.#size, size);
  }

  #walk(
    at: number, length: number,
    visit: (block: Uint8Array, from: number, to: number, done: number, index: number) => void,
  ): void {
    for (let done = 0; done < length;) {
      const index = Math.floor((at + done) / BLOCK);
      const from = (at + done) % BLOCK;
      const to = Math.min(BLOCK, from + length - done);
      visit(this.#blocks[index]!, from, to, done, index);
      done += to - from;
    }
  }
}
