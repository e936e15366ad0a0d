// A container's frames as they lie in the file, checked against the hash
// chain. Needs no key, and gives none of the plain bytes away.
import type { ByteSource } from './byte-io.js';
import { isSame, join, sha256, toHex, type Bytes } from './bytes.js';
import { failure } from './failure.js';
import { decodeHead, FrameOrder, HEAD_BYTES, type FrameHead } from './frame.js';
import { decodePrologue, HASH_BYTES, parseHeader, PROLOGUE_BYTES, type ContainerHeader } from './header.js';
import { WRAPPED_KEY_BYTES } from './key.js';

export interface Frame {
  readonly head: FrameHead;
  readonly headBytes: Bytes;
  readonly payload: Bytes;
}

export class FrameReader {
  readonly #source: ByteSource;
  readonly #order: FrameOrder;
  #offset: number;
  #chain: Bytes;

  private constructor(
    source: ByteSource, offset: number, chain: Bytes,
    readonly header: ContainerHeader,
    /** Prologue and header, to which the wrap is bound. */
    readonly headerBytes: Bytes,
    readonly wrappedKey: Bytes | undefined,
  ) {
    this.#source = source;
    this.#offset = offset;
    this.#chain = chain;
    this.#order = new FrameOrder(header);
  }

  /** Reads up to the first frame. */
  static async open(source: ByteSource): Promise<FrameReader> {
    const prologue = await take(source, 0, Math.min(PROLOGUE_BYTES, source.size), 'its beginning');
    const json = await take(source, PROLOGUE_BYTES, decodePrologue(prologue), 'its header');
    const headerBytes = join(prologue, json);
    let offset = headerBytes.length;
    // Whether it was damaged comes first: only then does it mean anything.
    let chain = await takeLink(source, offset, 'its header', headerBytes);
    offset += HASH_BYTES;
    const header = parseHeader(json);
    let wrapped: Bytes | undefined;
    if (header.encryption) {
      wrapped = await take(source, offset, WRAPPED_KEY_BYTES, 'its key');
      chain = await takeLink(source, offset + WRAPPED_KEY_BYTES, 'its key', chain, wrapped);
      offset += WRAPPED_KEY_BYTES + HASH_BYTES;
    }
    return new FrameReader(source, offset, chain, header, headerBytes, wrapped);
  }

  /** The final frame was given, and nothing follows it. */
  get ended(): boolean {
    return this.#order.ended;
  }

  /** The container's id: the chain's last value. Of use once it has ended. */
  get id(): string {
    return toHex(this.#chain);
  }

  /** After an error the reader is of no more use. */
  async next(): Promise<Frame> {
    const headBytes = await take(this.#source, this.#offset, HEAD_BYTES, 'a frame');
    const head = decodeHead(headBytes);
    // Bounds what is read next by the header's group size.
    this.#order.take(head);
    this.#offset += HEAD_BYTES;
    const name = `frame ${head.sequence}`;
    const payload = await take(this.#source, this.#offset, head.storedBytes, name);
    this.#offset += head.storedBytes;
    this.#chain = await takeLink(this.#source, this.#offset, name, this.#chain, headBytes, payload);
    this.#offset += HASH_BYTES;
    if (this.ended && this.#offset !== this.#source.size) {
      throw failure('container_damaged', 'The container goes on behind its end.');
    }
    return { head, headBytes, payload };
  }
}

/** Bytes that must be there; `what` is what they are. */
async function take(source: ByteSource, offset: number, length: number, what: string): Promise<Bytes> {
  if (length > source.size - offset) {
    throw failure('container_damaged', `The container is cut short: it ends within ${what}.`);
  }
  const bytes = await source.read(offset, length) as Bytes;
  if (bytes.length === length) return bytes;
  throw failure('store_io', 'The container became shorter while it was read.');
}

/** The chain's next value, which must be the hash of `parts`. */
async function takeLink(source: ByteSource, offset: number, what: string, ...parts: Bytes[]): Promise<Bytes> {
  const stored = await take(source, offset, HASH_BYTES, what);
  if (isSame(stored, await sha256(...parts))) return stored;
  throw failure('container_damaged', `The container was damaged or changed in ${what}.`);
}
