// The head of one frame of a container, and the order in which frames stand: core/doc/container.md.
import type { Bytes } from './bytes.js';
import { failure } from './failure.js';
import { groupCount, groupLength, HASH_BYTES, type ContainerHeader } from './header.js';

export const HEAD_BYTES = 24;
export const TAG_BYTES = 16;
const COMPRESSED = 1;
const FINAL = 2;

export interface FrameHead {
  readonly sequence: number;
  readonly compressed: boolean;
  readonly final: boolean;
  /** Of the final frame: the number of groups. */
  readonly group: number;
  readonly plainBytes: number;
  /** What follows the head, with the tag. */
  readonly storedBytes: number;
}

export function encodeHead(head: FrameHead): Bytes {
  const view = new DataView(new ArrayBuffer(HEAD_BYTES));
  view.setUint32(0, head.sequence);
  view.setUint8(4, (head.compressed ? COMPRESSED : 0) | (head.final ? FINAL : 0));
  view.setBigUint64(8, BigInt(head.group));
  view.setUint32(16, head.plainBytes);
  view.setUint32(20, head.storedBytes);
  return new Uint8Array(view.buffer);
}

const damaged = (sequence: number, why: string): Error =>
  failure('container_damaged', `Frame ${sequence} of the container ${why}.`);

export function decodeHead(bytes: Uint8Array): FrameHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEAD_BYTES);
  const flags = view.getUint8(4);
  const sequence = view.getUint32(0);
  if ((flags & ~(COMPRESSED | FINAL)) !== 0 || view.getUint8(5) !== 0 || view.getUint16(6) !== 0) {
    throw damaged(sequence, 'has a damaged head');
  }
  return {
    sequence,
    compressed: (flags & COMPRESSED) !== 0,
    final: (flags & FINAL) !== 0,
    // Past 2^53 it is rounded, and past every group's index.
    group: Number(view.getBigUint64(8)),
    plainBytes: view.getUint32(16),
    storedBytes: view.getUint32(20),
  };
}

/** Is asked about each head before anything is read, or allocated for, that follows it. */
export class FrameOrder {
  readonly #header: ContainerHeader;
  #sequence = 0;
  #nextGroup = 0;
  #ended = false;

  constructor(header: ContainerHeader) {
    this.#header = header;
  }

  get ended(): boolean {
    return this.#ended;
  }

  take(head: FrameHead): void {
    if (head.sequence !== this.#sequence) {
      throw damaged(head.sequence,
        `stands where frame ${this.#sequence} belongs: frames were exchanged, repeated or taken out`);
    }
    if (head.compressed && (head.final || this.#header.compression === 'none')) {
      throw damaged(this.#sequence, 'says that it is compressed, which it cannot be');
    }
    const groups = groupCount(this.#header);
    const incremental = this.#header.base !== undefined;
    if (head.final) {
      if (head.group !== groups || (!incremental && this.#nextGroup !== groups)) {
        throw damaged(this.#sequence, 'ends the container before its last group');
      }
      this.#ended = true;
      return this.#checkLengths(head, HASH_BYTES);
    }
    const follows = incremental ? head.group >= this.#nextGroup : head.group === this.#nextGroup;
    if (!follows || head.group >= groups) throw damaged(this.#sequence, 'holds a group that does not belong there');
    this.#checkLengths(head, groupLength(this.#header, head.group));
    this.#nextGroup = head.group + 1;
    this.#sequence++;
  }

  #checkLengths(head: FrameHead, plain: number): void {
    const tag = this.#header.encryption ? TAG_BYTES : 0;
    // A writer stores what compression does not make smaller.
    const fits = head.compressed
      ? head.storedBytes > tag && head.storedBytes < plain + tag
      : head.storedBytes === plain + tag;
    if (head.plainBytes !== plain || !fits) throw damaged(this.#sequence, 'has a length that it cannot have');
  }
}
