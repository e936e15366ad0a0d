// Writes a container's groups one by one, in order.
import type { ByteSink } from './byte-io.js';
import { sha256, toHex, type Bytes } from './bytes.js';
import { deflate } from './deflate.js';
import { failure } from './failure.js';
import { encodeHead, TAG_BYTES, type FrameHead } from './frame.js';
import { encodeHeader, groupCount, groupLength, HASH_BYTES, wrongWith, type ContainerHeader } from './header.js';
import { describeKey, frameNonce, makeFileKey, type ContainerKey } from './key.js';
import { PlainHash } from './plain-hash.js';

/** After an error the writer is of no more use, and what the sink has is no container. */
export class ContainerWriter {
  readonly header: ContainerHeader;
  readonly #sink: ByteSink;
  readonly #written = new PlainHash();
  #fileKey: CryptoKey | undefined;
  #chain: Bytes = new Uint8Array(HASH_BYTES);
  #sequence = 0;
  #nextGroup = 0;

  private constructor(header: ContainerHeader, sink: ByteSink) {
    this.header = header;
    this.#sink = sink;
  }

  /** Writes the header, whose `encryption` is made from the key; without a key the container is not encrypted. */
  static async begin(sink: ByteSink, header: Omit<ContainerHeader, 'encryption'>, key?: ContainerKey): Promise<ContainerWriter> {
    const whole = { ...header, encryption: key && describeKey(key) };
    const wrong = wrongWith(whole);
    if (wrong) throw failure('invalid_argument', wrong);
    const writer = new ContainerWriter(whole, sink);
    const bytes = encodeHeader(whole);
    await writer.#write([bytes], bytes);
    if (key && whole.encryption) {
      const { fileKey, wrapped } = await makeFileKey(key, whole.encryption, bytes);
      writer.#fileKey = fileKey;
      await writer.#write([wrapped], writer.#chain, wrapped);
    }
    return writer;
  }

  /** The next group's bytes, which must be all of them; its hash. */
  async add(plain: Uint8Array): Promise<Uint8Array> {
    if (this.#nextGroup >= groupCount(this.header) || plain.length !== groupLength(this.header, this.#nextGroup)) {
      throw failure('state', 'There is no such group in the container.');
    }
    const hash = await sha256(plain);
    await this.#written.add(hash);
    await this.#writeFrame({ final: false, group: this.#nextGroup++ }, plain as Bytes);
    return hash;
  }

  /** Says that the next group is as in the base, and has this hash. */
  async skip(hash: Uint8Array): Promise<void> {
    if (this.header.base === undefined || this.#nextGroup >= groupCount(this.header)) {
      throw failure('state', "There is no such group in the container's base.");
    }
    this.#nextGroup++;
    await this.#written.add(hash as Bytes);
  }

  /** Closes the container, once each group was added or skipped; its id. */
  async finish(): Promise<string> {
    if (this.#nextGroup !== groupCount(this.header)) {
      throw failure('state', 'The container has not all of its groups yet.');
    }
    await this.#writeFrame({ final: true, group: this.#nextGroup }, this.#written.value);
    return toHex(this.#chain);
  }

  async #writeFrame({ final, group }: Pick<FrameHead, 'final' | 'group'>, plain: Bytes): Promise<void> {
    let stored = plain;
    let compressed = false;
    if (this.header.compression === 'deflate' && !final) {
      const smaller = await deflate(plain);
      compressed = smaller.length < plain.length;
      if (compressed) stored = smaller;
    }
    const tag = this.#fileKey ? TAG_BYTES : 0;
    const sequence = this.#sequence++;
    const head = encodeHead({
      sequence, compressed, final, group, plainBytes: plain.length, storedBytes: stored.length + tag,
    });
    if (this.#fileKey) {
      const how = { name: 'AES-GCM', iv: frameNonce(sequence), additionalData: head };
      stored = new Uint8Array(await crypto.subtle.encrypt(how, this.#fileKey, stored));
    }
    await this.#write([head, stored], this.#chain, head, stored);
  }

  /** Writes bytes, then the chain's next value, the hash of `linked`. */
  async #write(bytes: Bytes[], ...linked: Bytes[]): Promise<void> {
    this.#chain = await sha256(...linked);
    for (const part of [...bytes, this.#chain]) await this.#sink.write(part);
  }
}
