// The folder `<store>.backups` in the origin's private file system:
// core/doc/backup.md has its files. Who changes it holds the store's lock.
import { blobSource, type ByteSource } from '../container/byte-io.js';
import { toHex } from '../container/bytes.js';
import { FrameReader } from '../container/frame-reader.js';
import { PlainHash } from '../container/plain-hash.js';
import type { Removal } from '../clean-up/removal.js';
import { FerriteError } from '../error.js';
import type { SyncFile } from '../worker/engine.js';
import type { Backup, BackupState } from './types.js';

type WorkerFileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> };

const STATES = new Set<unknown>(['good', 'unchecked', 'unsound', 'damaged']);
const HASH_BYTES = 32;
const PENDING = 'rollback.json';
const PIECE = 4 << 20;

/** A backup with what only Ferrite wants to know. */
export interface StoredBackup extends Backup {
  /** Of its files, without their endings. */
  name: string;
  needsKey: boolean;
  plainHash: string;
  /** The store's marker at that time, as JSON text. */
  marker?: string;
  /** Of one that a rollback made: what it replaced in the sources. */
  newer?: SavedSources;
}

/** A snapshot in the folder, and what of it is meant. */
export interface SavedSources {
  snapshot: string;
  removals: Removal[];
}

export interface PendingRollback {
  to: string;
  safety: string;
  token: string;
}

function ioFailed(name: string, cause: unknown): FerriteError {
  const full = (cause as Error | null)?.name === 'QuotaExceededError';
  return new FerriteError({
    code: full ? 'store_full' : 'store_io',
    message: full ? `There is no space for the file "${name}".` : `The file "${name}" cannot be used: ${String(cause)}`,
  }, { cause });
}

const isMissing = (error: unknown): boolean => (error as Error | null)?.name === 'NotFoundError';

export class BackupFolder {
  readonly #root: FileSystemDirectoryHandle;
  readonly path: string;

  constructor(root: FileSystemDirectoryHandle, store: string) {
    this.#root = root;
    this.path = `${store}.backups`;
  }

  /** The oldest first. */
  async list(): Promise<StoredBackup[]> {
    const files = await this.#files();
    const names = [...files.keys()].filter((name) => name.endsWith('.backup')).map((name) => name.slice(0, -'.backup'.length));
    const whole = names.filter((name) => !files.has(`${name}.writing`));
    const backups = await Promise.all(whole.map((name) => this.#read(name)));
    return backups.sort((a, b) => a.createdAt - b.createdAt || (a.name < b.name ? -1 : 1));
  }

  async source(backup: StoredBackup): Promise<ByteSource> {
    return blobSource(await this.#blob(`${backup.name}.backup`));
  }

  async blob(backup: StoredBackup): Promise<Blob> {
    return this.#blob(`${backup.name}.backup`);
  }

  /** Removes what writers that were cut off left. */
  async sweep(): Promise<void> {
    const files = await this.#files();
    for (const name of files.keys()) {
      const stem = name.slice(0, name.lastIndexOf('.'));
      const isHalf = name.endsWith('.writing');
      const isBeside = /\.(json|groups)$/.test(name) && name !== PENDING && !files.has(`${stem}.backup`);
      if (isHalf) for (const ending of ['.backup', '.json', '.groups']) await this.#remove(stem + ending);
      if (isHalf || isBeside) await this.#remove(name);
    }
  }

  /**
   * `work` writes a container into the open file and looks at it again; what
   * it gives is noted. Until then the backup is not there.
   */
  async write(
    createdAt: number, work: (file: SyncFile) => Promise<{ backup: Omit<StoredBackup, 'name' | 'file'>; groups: readonly Uint8Array[] }>,
  ): Promise<StoredBackup> {
    const random = toHex(crypto.getRandomValues(new Uint8Array(4)));
    const name = `${String(createdAt).padStart(13, '0')}-${random}`;
    await this.#put(`${name}.writing`, new Uint8Array());
    try {
      const file = await this.#open(`${name}.backup`);
      let made;
      try {
        made = await work(file);
      } finally {
        file.close();
      }
      const backup: StoredBackup = { ...made.backup, name, file: `${name}.backup` };
      const groups = new Uint8Array(made.groups.length * HASH_BYTES);
      made.groups.forEach((group, i) => groups.set(group, i * HASH_BYTES));
      await this.#put(`${name}.groups`, groups);
      await this.note(backup);
      await this.#remove(`${name}.writing`);
      return backup;
    } catch (error) {
      await this.sweep();
      throw error;
    }
  }

  async note(backup: StoredBackup): Promise<void> {
    const { id, reason, checkedAt, state, plainHash, marker, newer } = backup;
    await this.#putJson(`${backup.name}.json`, { backup: 1, id, reason, checkedAt, state, plainHash, marker, newer });
  }

  // -- Snapshots of the sources, which no retention takes ----------------------

  /** Written and synced when it resolves. */
  async putSnapshot(id: string, bundle: Blob): Promise<void> {
    const name = `${id}.snapshot`;
    const file = await this.#open(name);
    try {
      file.truncate(0);
      for (let at = 0; at < bundle.size; at += PIECE) {
        const piece = new Uint8Array(await bundle.slice(at, at + PIECE).arrayBuffer());
        if (file.write(piece, { at }) !== piece.length) throw new DOMException('The quota is used up.', 'QuotaExceededError');
      }
      file.flush();
    } catch (error) {
      throw ioFailed(name, error);
    } finally {
      file.close();
    }
  }

  async snapshot(id: string): Promise<Blob> {
    return this.#blob(`${id}.snapshot`);
  }

  async hasSnapshot(id: string): Promise<boolean> {
    return (await this.#files()).has(`${id}.snapshot`);
  }

  async removeSnapshot(id: string): Promise<void> {
    await this.#remove(`${id}.snapshot`);
  }

  /** Empty when they are not there or are not those of the backup. */
  async groupsOf(backup: StoredBackup): Promise<Uint8Array[]> {
    const bytes = await this.#blob(`${backup.name}.groups`).then(
      async (blob) => new Uint8Array(await blob.arrayBuffer()), () => new Uint8Array());
    const groups: Uint8Array<ArrayBuffer>[] = [];
    for (let at = 0; at + HASH_BYTES <= bytes.length; at += HASH_BYTES) groups.push(bytes.slice(at, at + HASH_BYTES));
    const hash = new PlainHash();
    for (const group of groups) await hash.add(group);
    return toHex(hash.value) === backup.plainHash ? groups : [];
  }

  async remove(backup: StoredBackup): Promise<void> {
    // The container first: without it the others are swept.
    for (const ending of ['.backup', '.json', '.groups']) await this.#remove(backup.name + ending);
  }

  async pending(): Promise<PendingRollback | undefined> {
    const { to, safety, token } = await this.#json(PENDING);
    return typeof to === 'string' && typeof token === 'string' ? { to, token, safety: String(safety ?? '') } : undefined;
  }

  async notePending(pending: PendingRollback): Promise<void> {
    await this.#putJson(PENDING, { rollback: 1, ...pending });
  }

  async clearPending(): Promise<void> {
    await this.#remove(PENDING);
  }

  async #read(name: string): Promise<StoredBackup> {
    const file = `${name}.backup`;
    try {
      const blob = await this.#blob(file);
      const { header } = await FrameReader.open(blobSource(blob));
      if (header.content !== 'store') throw new Error('It is no backup.');
      // The chain's last value is the container's id.
      const id = toHex(new Uint8Array(await blob.slice(-HASH_BYTES).arrayBuffer()));
      const { createdAt, plainBytes, description, base, encryption } = header;
      return {
        id, name, file, createdAt, plainBytes, description, bytes: blob.size, state: 'unchecked', plainHash: '',
        kind: base === undefined ? 'full' : 'incremental', ...(base !== undefined && { base }),
        encrypted: encryption !== undefined, needsKey: encryption !== undefined,
        ...await this.#noteOf(name, id),
      };
    } catch {
      return {
        id: name, name, file, createdAt: Number.parseInt(name, 10) || 0, plainBytes: 0, bytes: 0, description: '', state: 'damaged',
        plainHash: '', kind: 'full', encrypted: false, needsKey: false,
      };
    }
  }

  /** Another file's, or of another version, says nothing. */
  async #noteOf(name: string, id: string): Promise<Partial<StoredBackup>> {
    const { backup, id: of, reason, checkedAt, state, plainHash, marker, newer } = await this.#json(`${name}.json`);
    if (backup !== 1 || of !== id) return {};
    return {
      ...(typeof reason === 'string' && { reason: reason as NonNullable<Backup['reason']> }),
      ...(typeof checkedAt === 'number' && { checkedAt }),
      ...(STATES.has(state) && { state: state as BackupState }),
      ...(typeof plainHash === 'string' && { plainHash }),
      ...(typeof marker === 'string' && { marker }),
      ...(typeof newer === 'object' && newer !== null && { newer: newer as SavedSources }),
    };
  }

  async #files(): Promise<Map<string, FileSystemHandle>> {
    const files = new Map<string, FileSystemHandle>();
    const directory = await this.#directory(false);
    if (!directory) return files;
    for await (const [name, handle] of (directory as unknown as { entries(): AsyncIterable<[string, FileSystemHandle]> }).entries()) {
      if (handle.kind === 'file') files.set(name, handle);
    }
    return files;
  }

  async #directory(create: true): Promise<FileSystemDirectoryHandle>;
  async #directory(create: boolean): Promise<FileSystemDirectoryHandle | undefined>;
  async #directory(create: boolean): Promise<FileSystemDirectoryHandle | undefined> {
    try {
      return await this.#root.getDirectoryHandle(this.path, { create });
    } catch (error) {
      if (!create && isMissing(error)) return undefined;
      throw ioFailed(this.path, error);
    }
  }

  async #blob(name: string): Promise<File> {
    const directory = await this.#directory(false);
    if (!directory) throw ioFailed(name, new DOMException('It is not there.', 'NotFoundError'));
    try {
      return await (await directory.getFileHandle(name)).getFile();
    } catch (error) {
      throw ioFailed(name, error);
    }
  }

  async #open(name: string): Promise<SyncFile> {
    const directory = await this.#directory(true);
    try {
      const handle = await directory.getFileHandle(name, { create: true }) as WorkerFileHandle;
      return await handle.createSyncAccessHandle();
    } catch (error) {
      throw ioFailed(name, error);
    }
  }

  async #put(name: string, bytes: Uint8Array): Promise<void> {
    const file = await this.#open(name);
    try {
      file.truncate(0);
      if (file.write(bytes, { at: 0 }) !== bytes.length) throw new DOMException('The quota is used up.', 'QuotaExceededError');
      file.flush();
    } catch (error) {
      throw ioFailed(name, error);
    } finally {
      file.close();
    }
  }

  async #putJson(name: string, json: object): Promise<void> {
    await this.#put(name, new TextEncoder().encode(JSON.stringify(json)));
  }

  /** Cut short is as good as none. */
  async #json(name: string): Promise<Record<string, unknown>> {
    try {
      const json: unknown = JSON.parse(await (await this.#blob(name)).text());
      return Object(json) as Record<string, unknown>;
    } catch {
      return {};
    }
  }

  async #remove(name: string): Promise<void> {
    const directory = await this.#directory(false);
    await directory?.removeEntry(name).catch((error: unknown) => {
      if (!isMissing(error)) throw ioFailed(name, error);
    });
  }
}
