// A container's groups, decrypted and inflated, one by one.
import type { ByteSource } from './byte-io.js';
import { isSame, sha256, type Bytes } from './bytes.js';
import { inflate } from './deflate.js';
import { failure } from './failure.js';
import { FrameReader, type Frame } from './frame-reader.js';
import type { ContainerHeader } from './header.js';
import { frameNonce, openFileKey, type ContainerKey } from './key.js';
import { PlainHash } from './plain-hash.js';

export interface Group {
  readonly index: number;
  readonly plain: Uint8Array;
}

const damaged = (sequence: number, why: string, cause?: unknown): Error =>
  failure('container_damaged', `Frame ${sequence} of the container ${why}.`, cause);

export class ContainerReader {
  readonly #frames: FrameReader;
  readonly #fileKey: CryptoKey | undefined;
  readonly #read = new PlainHash();
  #plainHash: Bytes = new Uint8Array(32);

  private constructor(frames: FrameReader, fileKey: CryptoKey | undefined) {
    this.#frames = frames;
    this.#fileKey = fileKey;
  }

  /**
   * Rejects with `key_missing`, `key_wrong`, `container_foreign`,
   * `container_damaged`; with `not_encrypted` when a key is given that the file
   * does not need, for a file that somebody put in the place of an encrypted one
   * must not pass for it.
   */
  static async open(source: ByteSource, key?: ContainerKey): Promise<ContainerReader> {
    const frames = await FrameReader.open(source);
    const { encryption } = frames.header;
    if (!encryption || !frames.wrappedKey) {
      if (key) throw failure('not_encrypted', 'A key is given, but the container is not encrypted.');
      return new ContainerReader(frames, undefined);
    }
    if (!key) {
      const kind = encryption.key === 'raw' ? 'raw key' : 'passphrase';
      throw failure('key_missing', `The container is encrypted with a ${kind}.`);
    }
    return new ContainerReader(frames, await openFileKey(key, encryption, frames.headerBytes, frames.wrappedKey));
  }

  get header(): ContainerHeader {
    return this.#frames.header;
  }

  /** Of use once groups() has ended. */
  get id(): string {
    return this.#frames.id;
  }

  /** Over the whole file; without a base it has been compared with what was read. Of use once groups() has ended. */
  get plainHash(): Uint8Array {
    return this.#plainHash;
  }

  /**
   * Every group in order of index, or with a base those that changed. Each is
   * handed over once its frame was found whole, and in an encrypted container
   * authentic. That none is missing is known at the end: what was made of the
   * groups counts only once this has ended without an error. To be called once.
   */
  async *groups(): AsyncGenerator<Group, void, undefined> {
    for (;;) {
      const frame = await this.#frames.next();
      const plain = await this.#plain(frame);
      if (frame.head.final) return this.#finish(plain);
      if (this.header.base === undefined) await this.#read.add(await sha256(plain));
      yield { index: frame.head.group, plain };
    }
  }

  async #plain({ head, headBytes, payload }: Frame): Promise<Bytes> {
    let stored = payload;
    if (this.#fileKey) {
      const how = { name: 'AES-GCM', iv: frameNonce(head.sequence), additionalData: headBytes };
      stored = await crypto.subtle.decrypt(how, this.#fileKey, payload).then(
        (opened) => new Uint8Array(opened),
        (cause: unknown) => {
          throw damaged(head.sequence, 'is not the one that was encrypted: somebody changed it', cause);
        });
    }
    if (!head.compressed) return stored;
    const plain = await inflate(stored, head.plainBytes);
    if (!plain) throw damaged(head.sequence, 'cannot be decompressed');
    return plain;
  }

  #finish(plainHash: Bytes): void {
    this.#plainHash = plainHash;
    if (this.header.base === undefined && !isSame(this.#read.value, plainHash)) {
      throw failure('container_damaged', "The container's content is not what its end says.");
    }
  }
}
