// Writes a store's bytes into the folder of its backups.
import type { ByteSource } from '../container/byte-io.js';
import { isSame, sha256, toHex } from '../container/bytes.js';
import { writeContainer, type WrittenContainer } from '../container/copy.js';
import { failure } from '../container/failure.js';
import type { ContainerKey } from '../container/key.js';
import { PlainHash } from '../container/plain-hash.js';
import { ContainerReader } from '../container/reader.js';
import type { Engine } from '../worker/engine.js';
import { baseOfNext } from './decisions.js';
import { checkRoom, fileSink, fileSource } from './file-io.js';
import type { BackupFolder, SavedSources, StoredBackup } from './folder.js';
import type { Backup } from './types.js';

/** As kBackupGroupBytes of core/include/ferrite/backup.h. */
const GROUP_BYTES = 64 << 10;
/** Of each group: frame head, hash, tag, and its hash in ".groups". */
const FRAME_BYTES = 128;
const HEAD_BYTES = 64 << 10;

export interface BackupRequest {
  reason: NonNullable<Backup['reason']>;
  description: string;
  full: boolean;
  key: ContainerKey | undefined;
  /** A damaged database is backed up as bytes. */
  isSound: boolean;
  pageBytes: number;
  marker: string | undefined;
  /** What a rollback replaced in the sources. */
  newer?: SavedSources | undefined;
  /** Ends it with its reason, between two groups. */
  signal?: AbortSignal;
}

interface Base {
  id: string;
  groups: readonly Uint8Array[];
}

/** One key opens all of a chain: an increment has that of its base. */
async function takesKey(folder: BackupFolder, base: StoredBackup, key: ContainerKey | undefined): Promise<boolean> {
  if (base.encrypted !== (key !== undefined)) return false;
  return !key || ContainerReader.open(await folder.source(base), key).then(() => true, () => false);
}

async function findBase(folder: BackupFolder, engine: Engine, backups: readonly StoredBackup[], request: BackupRequest): Promise<Base | undefined> {
  const found = request.full ? undefined : baseOfNext(engine, backups);
  if (!found || !await takesKey(folder, found, request.key)) return undefined;
  const groups = await folder.groupsOf(found);
  return groups.length > 0 ? { id: found.id, groups } : undefined;
}

async function changedGroups(source: ByteSource, base: Base, signal?: AbortSignal): Promise<number> {
  let changed = 0;
  for (let i = 0; i * GROUP_BYTES < source.size; ++i) {
    signal?.throwIfAborted();
    const offset = i * GROUP_BYTES;
    const hash = await sha256(await source.read(offset, Math.min(GROUP_BYTES, source.size - offset)));
    const before = base.groups[i];
    if (!before || !isSame(before, hash)) ++changed;
  }
  return changed;
}

/** Everything that was written, read again: the chain, and each group against what was read from the store. */
async function readBack(source: ByteSource, written: WrittenContainer, { key, signal }: BackupRequest): Promise<string> {
  const reader = await ContainerReader.open(source, key);
  const other = (): Error => failure('container_damaged', 'The backup does not read as it was written.');
  for await (const { index, plain } of reader.groups()) {
    signal?.throwIfAborted();
    if (!isSame(await sha256(plain), written.groups[index]!)) throw other();
  }
  const hash = new PlainHash();
  for (const group of written.groups) await hash.add(group as Uint8Array<ArrayBuffer>);
  if (reader.id !== written.id || !isSame(reader.plainHash, hash.value)) throw other();
  return toHex(hash.value);
}

/** Rejects with `store_full` before anything is written, when there is no room. */
export async function writeBackup(folder: BackupFolder, engine: Engine, source: ByteSource, request: BackupRequest): Promise<StoredBackup> {
  const { reason, description, key, marker, signal } = request;
  await folder.sweep();
  const backups = await folder.list();
  const now = Date.now();
  // The order must not depend on a clock that was set back.
  const createdAt = Math.max(now, (backups.at(-1)?.createdAt ?? 0) + 1);
  const all = Math.ceil(source.size / GROUP_BYTES);
  let base = await findBase(folder, engine, backups, request);
  let groups = all;
  if (base) {
    groups = await changedGroups(source, base, signal);
    // As IsWorthAnIncrement.
    if (groups > Math.floor(all / 2)) {
      base = undefined;
      groups = all;
    }
  }
  await checkRoom(groups * (GROUP_BYTES + FRAME_BYTES) + HEAD_BYTES);
  return folder.write(createdAt, async (file) => {
    const written = await writeContainer(source, fileSink(file), {
      content: 'store', createdAt, description, groupBytes: GROUP_BYTES, pageBytes: request.pageBytes,
      ...(key && { key }), ...(base && { base }), onProgress: () => signal?.throwIfAborted(),
    });
    file.flush();
    const plainHash = await readBack(fileSource(file), written, request);
    return {
      groups: written.groups,
      backup: {
        id: written.id, kind: base ? 'incremental' : 'full', ...(base && { base: base.id }), createdAt, bytes: file.getSize(),
        plainBytes: source.size, state: request.isSound ? 'good' : 'unsound', reason, description, encrypted: key !== undefined,
        needsKey: key !== undefined, checkedAt: now, plainHash, ...(marker !== undefined && { marker }),
        ...(request.newer && { newer: request.newer }),
      },
    };
  });
}
