// Whole files into containers and back, with bounded memory (and 32 bytes for each group).
import type { ByteSink, ByteSource, ByteTarget } from './byte-io.js';
import { isSame, sha256 } from './bytes.js';
import { failure } from './failure.js';
import { FrameReader } from './frame-reader.js';
import { groupCount, groupLength, type ContainerHeader } from './header.js';
import type { ContainerKey } from './key.js';
import { PlainHash } from './plain-hash.js';
import type { ContainerReader } from './reader.js';
import { ContainerWriter } from './writer.js';

export interface CopyOptions {
  /** Ends it with `cancelled`, after the group that is under way. */
  signal?: AbortSignal;
  /** Called after each group with how many plain bytes are done. */
  onProgress?: (done: number, total: number) => void;
}

export interface WriteOptions extends CopyOptions {
  content: ContainerHeader['content'];
  key?: ContainerKey;
  /** What the result is the change of; only groups whose hashes are other ones are written. */
  base?: { id: string; groups: readonly Uint8Array[] };
  description?: string;
  /** Milliseconds since the epoch; now. */
  createdAt?: number;
  compression?: ContainerHeader['compression'];
  groupBytes?: number;
  pageBytes?: number;
}

export interface WrittenContainer {
  readonly id: string;
  /** The hash of each group of the whole file. */
  readonly groups: readonly Uint8Array[];
}

function tell({ signal, onProgress }: CopyOptions, done: number, total: number): void {
  if (signal?.aborted) throw failure('cancelled', 'Stopped; what was written is no container.', signal.reason);
  onProgress?.(done, total);
}

/** Writes all of `source`, or with a base what changed. */
export async function writeContainer(source: ByteSource, sink: ByteSink, options: WriteOptions): Promise<WrittenContainer> {
  const { content, key, base, description = '', createdAt = Date.now(), compression = 'deflate' } = options;
  const writer = await ContainerWriter.begin(sink, {
    content, compression, createdAt, description,
    plainBytes: source.size,
    groupBytes: options.groupBytes ?? 256 << 10,
    pageBytes: options.pageBytes ?? 0,
    base: base?.id,
  }, key);
  const { header } = writer;
  const groups: Uint8Array[] = [];
  for (let i = 0; i < groupCount(header); ++i) {
    const offset = i * header.groupBytes;
    const plain = await source.read(offset, groupLength(header, i));
    const before = base?.groups[i];
    const hash = before && await sha256(plain);
    const same = before && hash && isSame(before, hash);
    if (same) await writer.skip(hash);
    groups.push(same ? hash : await writer.add(plain));
    tell(options, offset + plain.length, header.plainBytes);
  }
  return { id: await writer.finish(), groups };
}

/** Writes the whole file that the container holds. After an error what the sink has counts for nothing. */
export async function readContainer(reader: ContainerReader, sink: ByteSink, options: CopyOptions = {}): Promise<void> {
  const { base, plainBytes } = reader.header;
  if (base !== undefined) throw failure('container_base', 'The container holds only what changed since another.');
  let done = 0;
  for await (const { plain } of reader.groups()) {
    await sink.write(plain);
    tell(options, done += plain.length, plainBytes);
  }
}

/**
 * Makes of `target`, which holds the content of the container `base`, that of
 * an incremental one, and reads it again to compare it. Rejects with
 * `container_base` when the reader's base is another one, before anything is
 * written, and when the content was. After another error `target` is neither.
 */
export async function applyContainer(
  reader: ContainerReader, base: string, target: ByteTarget, options: CopyOptions = {},
): Promise<void> {
  const { header } = reader;
  if (header.base !== base) throw failure('container_base', 'The container holds changes to another one.');
  await target.truncate(header.plainBytes);
  for await (const { index, plain } of reader.groups()) {
    const offset = index * header.groupBytes;
    await target.write(plain, offset);
    tell(options, offset, header.plainBytes);
  }
  const hash = new PlainHash();
  for (let i = 0; i < groupCount(header); ++i) {
    await hash.add(await sha256(await target.read(i * header.groupBytes, groupLength(header, i))));
  }
  if (!isSame(hash.value, reader.plainHash)) {
    throw failure('container_base', 'The file did not hold what the container changes.');
  }
}

export interface CheckedContainer {
  readonly header: ContainerHeader;
  readonly id: string;
  /** How many groups it holds. */
  readonly groups: number;
}

/** Checks everything that can be checked without a key. */
export async function checkContainer(source: ByteSource, options: CopyOptions = {}): Promise<CheckedContainer> {
  const frames = await FrameReader.open(source);
  let groups = 0;
  let done = 0;
  for (;;) {
    const { head } = await frames.next();
    if (head.final) return { header: frames.header, id: frames.id, groups };
    groups++;
    tell(options, done += head.plainBytes, frames.header.plainBytes);
  }
}
