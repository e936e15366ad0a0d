// The store becomes what a backup holds, or is removed again: core/doc/backup.md
// has the steps. Cut off anywhere, the same call goes on.
import { buildBackup } from '../backup/builder.js';
import { chainOf } from '../backup/decisions.js';
import { checkRoom } from '../backup/file-io.js';
import type { BackupFolder, PendingRollback, StoredBackup } from '../backup/folder.js';
import type { RestoredStore } from '../backup/types.js';
import { toHex } from '../container/bytes.js';
import type { ContainerKey } from '../container/key.js';
import { FerriteError, toFerriteError } from '../error.js';
import { findStore, parseMarker, type Marker } from '../marker.js';
import type { SyncFile } from './engine.js';
import { check, parse } from './answer.js';
import { VFS, type Connection } from './connection.js';
import type { Returned } from './source-rollback.js';
import { backUp, backUpBytes, type Wanted } from './store-backup.js';

/** What a migration is taken back to when there was no store. */
export const ABSENT = 'absent';

/** Says nothing about the backup itself. */
const ELSEWHERE = new Set(['key_missing', 'key_wrong', 'not_encrypted', 'store_full', 'invalid_argument', 'out_of_memory', 'store_open']);

/** Whatever the sources hold, migrate() is asked and knows. */
const UNKNOWN: Marker = { marker: 1, status: 'created', plan: '' };

export interface RestoreRequest {
  to: string;
  key: ContainerKey | undefined;
  /** Why, when nobody asked for it. */
  reason: string;
  /** How the sources were restored before. */
  returned?: Returned | undefined;
}

export class StoreRestore {
  readonly #connection: Connection;
  readonly #folder: BackupFolder;
  readonly #store: string;
  /** What the backup is built as. */
  readonly #path: string;
  #pending!: PendingRollback;
  #isOpen = false;
  /** The store may be no longer what it was. */
  #isChanging = false;

  constructor(connection: Connection, folder: BackupFolder) {
    this.#connection = connection;
    this.#folder = folder;
    this.#store = connection.settings.store;
    this.#path = `${this.#store}.restore`;
  }

  async run(request: RestoreRequest): Promise<RestoredStore> {
    const found = await this.#folder.pending();
    if (found && found.to !== request.to && await this.#isThere(found.to)) {
      throw new FerriteError({
        code: 'state', message: `A restore of ${found.to.slice(0, 12)} was cut off and is not finished.`,
        hint: 'Finish that one first: the same id, or rollback().',
      });
    }
    const resumed = found?.to === request.to;
    this.#pending = resumed ? found! : { to: request.to, safety: '', token: toHex(crypto.getRandomValues(new Uint8Array(16))) };
    if (!resumed) await this.#folder.notePending(this.#pending);
    let carried: RestoredStore['carried'];
    try {
      carried = await this.#go(request);
    } catch (error) {
      // Nothing was changed, so nothing is left to finish.
      if (!this.#isChanging) await this.#folder.clearPending();
      throw error;
    }
    await this.#folder.clearPending();
    const { to, safety } = this.#pending;
    const sources = request.returned?.sources;
    return { status: to === ABSENT ? 'removed' : 'restored', to, ...(safety !== '' && { safety }), resumed, ...(sources && { sources }), carried };
  }

  /** Whether a restore that was cut off can be finished. */
  async #isThere(to: string): Promise<boolean> {
    if (to === ABSENT) return true;
    try {
      return chainOf((await this.#connection.core()).engine, await this.#folder.list(), to).length > 0;
    } catch {
      return false;
    }
  }

  /** What is wrong with it; errors of key and room are thrown. */
  async looksWhole(backup: StoredBackup, key: ContainerKey | undefined): Promise<FerriteError | undefined> {
    try {
      await this.#built(backup.id, key, async () => undefined);
      return undefined;
    } catch (thrown) {
      const error = toFerriteError(thrown);
      if (ELSEWHERE.has(error.code)) throw error;
      return error;
    }
  }

  async #go(request: RestoreRequest): Promise<RestoredStore['carried']> {
    await this.#openStore();
    const { engine } = await this.#connection.core();
    if (request.to === ABSENT) {
      await this.#makeSafe(request);
      this.#isChanging = true;
      await this.#remove();
      return {};
    }
    const backup = (await this.#folder.list()).find(({ id }) => id === request.to);
    const marker = (backup?.marker && parseMarker(backup.marker)) || UNKNOWN;
    if (this.#isOpen && parse<string[]>(engine.restoredToken())[0] === this.#pending.token) {
      await this.#mark(marker);
      return {};
    }
    const { plainBytes = 0 } = backup ?? {};
    const size = await this.#size();
    // The file that is built, the journal of what it replaces, and how much the store grows.
    await checkRoom(plainBytes + size + Math.max(0, plainBytes - size));
    return this.#built(request.to, request.key, async () => {
      await this.#makeSafe(request);
      return this.#put(request, marker);
    });
  }

  async #size(): Promise<number> {
    return (await this.#connection.storage()).size(this.#store);
  }

  async #openStore(): Promise<void> {
    if ((await this.#size()) === 0) return;
    try {
      await this.#connection.open();
      this.#isOpen = true;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
    }
  }

  /** `work` finds it built and checked at the path beside the store. */
  async #built<T>(id: string, key: ContainerKey | undefined, work: () => Promise<T>): Promise<T> {
    const [{ engine }, storage] = await Promise.all([this.#connection.core(), this.#connection.storage()]);
    await storage.remove(this.#path);
    await storage.open(this.#path);
    try {
      await buildBackup(this.#folder, engine, id, key, storage.files.get(this.#path) as SyncFile);
      check(engine.checkFile(this.#path, VFS));
      return await work();
    } finally {
      storage.close(this.#path);
      await storage.remove(this.#path);
    }
  }

  async #makeSafe({ to, key, reason, returned }: RestoreRequest): Promise<void> {
    const size = await this.#size();
    if (this.#pending.safety !== '' || size === 0) return;
    const { engine } = await this.#connection.core();
    if (to === ABSENT && this.#isOpen && parse<string[]>(engine.restoredToken())[0] !== this.#pending.token) {
      // Before the store says of itself that it is gone.
      await checkRoom(2 * size);
      this.#isChanging = true;
      check(engine.noteRemoval(this.#options(reason, returned)));
    }
    const description = to === ABSENT ? 'Before the store was removed' : `Before the restore of ${to.slice(0, 12)}`;
    const { id } = await this.#save({ reason: 'rollback', description, full: false, key, newer: returned?.newer });
    this.#pending = { ...this.#pending, safety: id };
    await this.#folder.notePending(this.#pending);
  }

  async #save(wanted: Wanted): Promise<StoredBackup> {
    if (this.#isOpen) {
      try {
        return await backUp(this.#connection, this.#folder, wanted);
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        await this.#connection.closeDatabase();
        this.#isOpen = false;
      }
    }
    const root = await navigator.storage.getDirectory();
    return backUpBytes(this.#connection, this.#folder, await (await root.getFileHandle(this.#store)).getFile(), wanted);
  }

  async #put({ reason, returned }: RestoreRequest, marker: Marker): Promise<RestoredStore['carried']> {
    const [{ engine }, storage] = await Promise.all([this.#connection.core(), this.#connection.storage()]);
    const { marker: before } = await findStore(this.#store);
    const wasOpen = this.#isOpen;
    this.#isChanging = true;
    if (!wasOpen) {
      await this.#remove();
      await this.#connection.open();
    }
    // From here on it must not be taken for one that was migrated.
    await this.#mark(UNKNOWN);
    try {
      const carried = parse<RestoredStore['carried']>(engine.restoreStore(this.#path, this.#options(reason, returned)));
      await storage.persist();
      await this.#mark(marker);
      return carried;
    } catch (error) {
      // The store is what it was, unless only the end was not acknowledged.
      const isOld = (): boolean => parse<string[]>(engine.restoredToken())[0] !== this.#pending.token;
      if (wasOpen && toFerriteError(error).code !== 'not_verified' && isOld()) {
        await this.#mark(before ?? UNKNOWN);
        this.#isChanging = false;
      }
      throw error;
    }
  }

  async #mark(marker: Marker): Promise<void> {
    await (await this.#connection.storage()).writeMarker(this.#store, marker);
  }

  async #remove(): Promise<void> {
    await this.#connection.closeDatabase();
    this.#isOpen = false;
    await (await this.#connection.storage()).remove(this.#store);
  }

  #options(reason: string, returned: Returned | undefined): string {
    const { to, safety, token } = this.#pending;
    const sources = returned?.sources.snapshot;
    return JSON.stringify({ vfs: VFS, now: Date.now(), who: 'app', origin: location.origin, backup: to, safety, token, reason, sources });
  }
}

function isUnreadable(error: unknown): boolean {
  const { code } = toFerriteError(error);
  return code === 'store_corrupt' || code === 'store_foreign';
}
