// The origin's private file system. Plain file names, so that any other SQLite
// library can open the store.
import { BackupFolder } from '../backup/folder.js';
import { FerriteError } from '../error.js';
import { markerName, type Marker } from '../marker.js';
import type { SyncFile } from '../worker/engine.js';
import { fileNames, type Storage } from './storage.js';

/** Dedicated workers only, so not in the window's types. */
type WorkerFileHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<SyncFile> };

// A handle of a page that was just closed lives on for a moment.
const BUSY_RETRY_MS = [20, 40, 80, 160, 320, 640, 1000, 1000, 1000];

const nameOf = (error: unknown): string | undefined => (error as Error | null)?.name;

function openFailed(name: string, cause: unknown): FerriteError {
  if (nameOf(cause) === 'NoModificationAllowedError') {
    return new FerriteError({
      code: 'store_busy',
      message: `The file "${name}" is open elsewhere.`,
      hint: 'Close the other tab or worker that uses the store.',
    }, { cause });
  }
  if (nameOf(cause) === 'QuotaExceededError') {
    return new FerriteError({ code: 'store_full', message: `There is no space for the file "${name}".` }, { cause });
  }
  return new FerriteError({ code: 'store_open', message: `The file "${name}" cannot be opened: ${String(cause)}` }, { cause });
}

async function openHandle(directory: FileSystemDirectoryHandle, name: string): Promise<SyncFile> {
  for (let attempt = 0; ; ++attempt) {
    try {
      const file = await directory.getFileHandle(name, { create: true }) as WorkerFileHandle;
      return await file.createSyncAccessHandle();
    } catch (error) {
      const pause = BUSY_RETRY_MS[attempt];
      if (nameOf(error) !== 'NoModificationAllowedError' || pause === undefined) throw openFailed(name, error);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

export class OpfsStorage implements Storage {
  readonly kind = 'opfs';
  readonly durable = true;
  readonly warning = undefined;
  readonly files = new Map<string, SyncFile>();
  readonly #directory: FileSystemDirectoryHandle;

  private constructor(directory: FileSystemDirectoryHandle) {
    this.#directory = directory;
  }

  /**
   * Undefined where the browser has no such storage or keeps it from this
   * page. Any other failure is an error: a store that does not open today must
   * not be mistaken for one that is not there.
   */
  static async create(): Promise<OpfsStorage | undefined> {
    const handle = (globalThis as { FileSystemFileHandle?: { prototype: object } }).FileSystemFileHandle;
    if (!handle || !('createSyncAccessHandle' in handle.prototype) || !navigator.storage?.getDirectory) return undefined;
    try {
      return new OpfsStorage(await navigator.storage.getDirectory());
    } catch (error) {
      if (nameOf(error) === 'SecurityError' || nameOf(error) === 'NotAllowedError') return undefined;
      throw openFailed('/', error);
    }
  }

  async open(database: string): Promise<void> {
    const opened = await Promise.allSettled(fileNames(database).map(async (name) => {
      this.files.set(name, await openHandle(this.#directory, name));
    }));
    for (const result of opened) {
      if (result.status === 'fulfilled') continue;
      this.close(database);
      throw result.reason;
    }
  }

  async size(database: string): Promise<number> {
    const open = this.files.get(database);
    if (open) return open.getSize();
    try {
      return (await (await this.#directory.getFileHandle(database)).getFile()).size;
    } catch (error) {
      if (nameOf(error) === 'NotFoundError') return 0;
      throw openFailed(database, error);
    }
  }

  close(database: string): void {
    for (const name of fileNames(database)) {
      this.files.get(name)?.close();
      this.files.delete(name);
    }
  }

  async remove(database: string): Promise<void> {
    for (const name of [...fileNames(database), markerName(database)]) {
      await this.#directory.removeEntry(name).catch((error: unknown) => {
        if (nameOf(error) !== 'NotFoundError') throw openFailed(name, error);
      });
    }
  }

  backups(database: string): BackupFolder {
    return new BackupFolder(this.#directory, database);
  }

  /** The VFS flushes at every commit. */
  async persist(): Promise<void> {}

  async writeMarker(database: string, marker: Marker): Promise<void> {
    const name = markerName(database);
    const file = await openHandle(this.#directory, name);
    try {
      const bytes = new TextEncoder().encode(JSON.stringify(marker));
      file.truncate(0);
      if (file.write(bytes, { at: 0 }) !== bytes.length) {
        throw new FerriteError({ code: 'store_full', message: `There is no space for the file "${name}".` });
      }
      file.flush();
    } finally {
      file.close();
    }
  }
}
