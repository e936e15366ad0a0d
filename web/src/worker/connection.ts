// The engine, the storage and the lock of one store: what is open, and since when.
import { toFerriteError } from '../error.js';
import type { Settings } from '../protocol.js';
import { chooseStorage } from '../storage/choose-storage.js';
import type { Storage } from '../storage/storage.js';
import { check } from './answer.js';
import type { Engine, FerriteModule } from './engine.js';
import { holdStore, storeBusy, tryHoldStore, type Release } from './lock.js';
import { loadModule } from './module.js';

export const VFS = 'ferrite-opfs';

export interface Core {
  module: FerriteModule;
  engine: Engine;
}

export class Connection {
  readonly settings: Settings;
  #core: Promise<Core> | undefined;
  #storage: Promise<Storage> | undefined;
  #release: Release | undefined;
  #openPath: string | undefined;
  /** The app uses the store: it stays open until close(). */
  pinned = false;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** Loading begins at the first call; a failed one may be tried again. */
  core(): Promise<Core> {
    this.#core ??= this.#load();
    return this.#core;
  }

  storage(): Promise<Storage> {
    this.#storage ??= chooseStorage(this.settings);
    this.#storage.catch(() => { this.#storage = undefined; });
    return this.#storage;
  }

  get isLocked(): boolean {
    return this.#release !== undefined;
  }

  /** Waits for the store's lock until `signal` aborts. */
  async lock(signal: AbortSignal): Promise<void> {
    if (this.#release) return;
    const release = await holdStore(this.settings.store, signal);
    this.#release = release;
  }

  /** Whether the store's lock is held now, without waiting for it. */
  async tryLock(): Promise<boolean> {
    this.#release ??= await tryHoldStore(this.settings.store);
    return this.isLocked;
  }

  /** Waits for the store's lock for as long as the settings say. */
  async lockInTime(): Promise<void> {
    const { store, lockTimeout } = this.settings;
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(storeBusy(store, lockTimeout)), lockTimeout);
    try {
      await this.lock(waiting.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Opens a database in place of the open one; whether it is new. */
  async open(path: string = this.settings.store): Promise<boolean> {
    if (this.#openPath === path) return false;
    const [{ engine }, storage] = await Promise.all([this.core(), this.storage()]);
    await this.closeDatabase();
    const isNew = (await storage.size(path)) === 0;
    await storage.open(path);
    try {
      check(engine.openStore(JSON.stringify({ path, vfs: VFS, create: true })));
    } catch (error) {
      engine.closeStore();
      storage.close(path);
      if (isNew) await storage.remove(path);
      throw error;
    }
    this.#openPath = path;
    return isNew;
  }

  /** As open(), for a database that may stay as it is; nothing is opened where there is none. */
  async openReadOnly(path: string): Promise<void> {
    const [{ engine }, storage] = await Promise.all([this.core(), this.storage()]);
    await this.closeDatabase();
    if ((await storage.size(path)) === 0) return;
    await storage.open(path);
    try {
      const options = { path, vfs: VFS, create: false };
      try {
        check(engine.openStore(JSON.stringify({ ...options, readOnly: true })));
      } catch (error) {
        // A batch that was cut off is rolled back by whoever opens it, and that is a write.
        if (toFerriteError(error).code === 'store_foreign') throw error;
        check(engine.openStore(JSON.stringify(options)));
      }
    } catch (error) {
      engine.closeStore();
      storage.close(path);
      throw error;
    }
    this.#openPath = path;
  }

  async closeDatabase(): Promise<void> {
    const path = this.#openPath;
    if (path === undefined) return;
    const [{ engine }, storage] = await Promise.all([this.core(), this.storage()]);
    this.#openPath = undefined;
    engine.closeStore();
    storage.close(path);
  }

  /** Opens the store for the app's use; it stays open until close(). */
  async connect(): Promise<void> {
    await this.lockInTime();
    this.pinned = true;
    await this.openOrMake();
  }

  /** Opens the store; a new one is marked, so that the next start does not take it for an interrupted migration. */
  async openOrMake(): Promise<void> {
    if (!await this.open()) return;
    const storage = await this.storage();
    await storage.persist();
    await storage.writeMarker(this.settings.store, { marker: 1, status: 'created', plan: '' });
  }

  /** Lets other tabs have the store unless the app uses it. */
  async rest(): Promise<void> {
    if (!this.pinned) await this.close();
  }

  async close(): Promise<void> {
    this.pinned = false;
    try {
      await this.closeDatabase();
    } finally {
      this.#release?.();
      this.#release = undefined;
    }
  }

  async #load(): Promise<Core> {
    try {
      const [module, storage] = await Promise.all([loadModule(this.settings.wasmUrl), this.storage()]);
      module.ferriteFiles = storage.files;
      return { module, engine: new module.Engine() };
    } catch (error) {
      this.#core = undefined;
      throw error;
    }
  }
}
