// Where a container is read from and written to.

export interface ByteSource {
  /** In bytes; the same for as long as it is read. */
  readonly size: number;
  /** Exactly `length` bytes from `offset` on, within the size. They are the caller's. */
  read(offset: number, length: number): Promise<Uint8Array> | Uint8Array;
}

export interface ByteSink {
  /** Behind what was written before. The bytes may be changed once it has resolved. */
  write(bytes: Uint8Array): Promise<void> | void;
}

/** A file that changes are applied to. */
export interface ByteTarget extends ByteSource {
  write(bytes: Uint8Array, offset: number): Promise<void> | void;
  truncate(size: number): Promise<void> | void;
}

export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
  };
}

/** Collects what is written; `blob()` is all of it. */
export class BlobSink implements ByteSink {
  readonly #pieces: Blob[] = [];

  /** Copies: a Blob may lie on disk, where a page's memory does not. */
  write(bytes: Uint8Array): void {
    this.#pieces.push(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  }

  blob(): Blob {
    return new Blob(this.#pieces, { type: 'application/octet-stream' });
  }
}
