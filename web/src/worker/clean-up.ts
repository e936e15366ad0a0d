// Removes legacy data that the store has taken over: core/doc/clean-up.md has
// the steps. Whatever it is cut off by, the next call goes on.
import type { BackupFolder } from '../backup/folder.js';
import { isClaimed, planRemoval, type Removal, type RemovalPlan } from '../clean-up/removal.js';
import { removeRecords, type StoreRemoval } from '../clean-up/remove-records.js';
import type { CleanedUp, CleanUpOutlook } from '../clean-up/types.js';
import { FerriteError } from '../error.js';
import type { Calls } from '../protocol.js';
import { readJournal } from '../snapshot/journal.js';
import { deleteDatabase } from '../snapshot/kept-objects.js';
import { keptDatabase } from '../snapshot/own-databases.js';
import { structuresOf } from '../snapshot/restore-plan.js';
import { openLegacyDatabase } from '../sources/legacy-database.js';
import { lookAtSources } from '../sources/look.js';
import { planSources, sourceId } from '../sources/plan-sources.js';
import type { StorageSnapshots } from '../sources/storage-snapshot.js';
import type { Plan, Report } from '../types.js';
import { check, parse } from './answer.js';
import { confirmed, type Backups } from './backups.js';
import { planOfStore } from './choice.js';
import { ask as askCore, findMark, type Look, type Mark } from './clean-up-mark.js';
import { VFS, type Connection } from './connection.js';
import type { Engine } from './engine.js';
import { OpenBundle } from './open-bundle.js';
import { noStore, type Passes } from './passes.js';
import { takeSnapshot } from './snapshot.js';
import { withSnapshotLock } from './snapshot-lock.js';
import { pick } from './source-rollback.js';
import { noteStopped } from './stopped.js';
import type { Task } from './task.js';
import type { AskWindow } from './whole-reading.js';

type Fields = Calls['cleanUp'][0];

export class CleanUps {
  readonly #connection: Connection;
  readonly #passes: Passes;
  readonly #backups: Backups;

  constructor(connection: Connection, passes: Passes, backups: Backups) {
    this.#connection = connection;
    this.#passes = passes;
    this.#backups = backups;
  }

  look(fields: Calls['canCleanUp'][0]): Promise<CleanUpOutlook> {
    return this.#withStore(async () => {
      const planned = await this.#plan(fields.snapshots);
      const { engine } = await this.#connection.core();
      const { mark, blockers, ...rest } = askCore<Look>(engine, 'look', await this.#facts(fields, planned));
      const { removals, keeps } = planned;
      return {
        can: blockers.length === 0, blockers, keeps, ...rest,
        removes: removals.map(({ source, records }) => ({ source, records })),
        ...(mark && { last: lastOf(mark) }),
        warnings: await navigator.storage.persisted().catch(() => false) ? [] : [
          'This origin\'s storage is not persistent: the browser may evict it as a whole. navigator.storage.persist() asks for that.'],
      };
    });
  }

  run(fields: Fields, task: Task, ask: AskWindow): Promise<CleanedUp> {
    return this.#withStore(async (folder) => {
      confirmed(fields.confirm, 'cleanUp() removes legacy data from the sources.');
      const { engine } = await this.#connection.core();
      try {
        const isGoingOn = findMark(engine)?.status === 'running';
        const mark = isGoingOn ? beginIn(engine, {}) : await this.#prepare(fields, folder, task, ask);
        return await this.#remove(folder, mark, isGoingOn, ask);
      } catch (error) {
        await noteStopped(this.#connection, engine, error);
        throw error;
      }
    });
  }

  forget(confirm: boolean): Promise<void> {
    return this.#withStore(async (folder) => {
      confirmed(confirm, 'forgetLegacySnapshot() deletes the only copy of what was removed.');
      const { engine } = await this.#connection.core();
      const mark = findMark(engine);
      askCore(engine, 'forget');
      if (!mark || mark.id === '') return;
      await folder.removeSnapshot(mark.id);
      await deleteDatabase(keptDatabase(mark.id));
    });
  }

  // -- Before the first removal --------------------------------------------------

  async #plan(snapshots: StorageSnapshots): Promise<RemovalPlan> {
    const { settings } = this.#connection;
    const { engine } = await this.#connection.core();
    const plan = JSON.parse(planOfStore(engine, settings)) as Plan;
    const states = await lookAtSources(planSources(plan), settings.openTimeout, (storage) => {
      const { keys = [], error } = snapshots[storage] ?? {};
      if (error !== undefined) throw new Error(error);
      return keys.length;
    });
    const text = engine.lastReport();
    return planRemoval(plan, states, text === '' ? undefined : parse<Report>(text), snapshots.localStorage);
  }

  async #facts(
    { retentionMs, acceptFailed }: Calls['canCleanUp'][0], { removals, blocked, unreadable }: RemovalPlan,
  ): Promise<Record<string, unknown>> {
    const storage = await this.#connection.storage();
    const folder = storage.backups(this.#connection.settings.store);
    return {
      retentionMs, acceptFailed, blocked, unreadable, durable: storage.durable && folder !== undefined,
      records: removals.reduce((sum, { records }) => sum + records, 0),
      pending: await folder?.pending() !== undefined || await readJournal() !== undefined,
      noRollback: folder ? await this.#backups.whyNoRollback(folder) : '',
    };
  }

  /** Nothing of the sources was touched when it resolves, or rejects: then nothing is left of it either. */
  async #prepare(fields: Fields, folder: BackupFolder, task: Task, ask: AskWindow): Promise<Mark> {
    task.preparing();
    const { openTimeout, lockTimeout, wasmUrl, readerUrl } = this.#connection.settings;
    const planned = await this.#plan(fields.snapshots);
    const facts = await this.#facts(fields, planned);
    const { engine } = await this.#connection.core();
    const [blocker] = askCore<Look>(engine, 'look', facts).blockers;
    if (blocker) throw new FerriteError(blocker);
    await this.#checkStore();
    const { removals } = planned;
    const databases = databasesOf(removals);
    const items = removals.find(({ source }) => 'localStorage' in source);
    const claimed = items && pick(fields.snapshots, fields.snapshots.localStorage!.keys.filter((key) => isClaimed(items, key)));
    const { progressInterval, retries } = fields;
    const snapshot = await takeSnapshot({
      databases, openTimeout, lockTimeout, wasmUrl, readerUrl, progressInterval, retries,
      snapshots: claimed ? { localStorage: claimed } : {},
    }, task, ask);
    try {
      if (snapshot.lost.length > 0) {
        throw new FerriteError({
          code: 'record_unsupported', message: 'Some values of the legacy data cannot be kept: what is removed could not be brought back.',
        });
      }
      await folder.putSnapshot(snapshot.id, snapshot.bundle);
      const since = Date.now();
      // Behind the snapshot, so that what was written since it is noticed here or by the removal.
      await this.#passes.verify({ ...fields, sampleSize: 0, tables: [] }, task);
      await this.#connection.open();
      task.throwIfCancelled();
      return beginIn(engine, { ...facts, id: snapshot.id, sources: removals, since });
    } catch (error) {
      await folder.removeSnapshot(snapshot.id);
      await deleteDatabase(keptDatabase(snapshot.id));
      throw error;
    }
  }

  /** Opened anew, and whole to the last page. */
  async #checkStore(): Promise<void> {
    const { store } = this.#connection.settings;
    const [{ engine }, storage] = await Promise.all([this.#connection.core(), this.#connection.storage()]);
    await this.#connection.closeDatabase();
    await storage.open(store);
    try {
      check(engine.checkFile(store, VFS));
    } finally {
      storage.close(store);
      await this.#connection.open();
    }
  }

  // -- The removal -----------------------------------------------------------------

  async #remove(folder: BackupFolder, mark: Mark, resumed: boolean, ask: AskWindow): Promise<CleanedUp> {
    const { lockTimeout, wasmUrl } = this.#connection.settings;
    const left = await withSnapshotLock(lockTimeout, async () => {
      const bundle = await OpenBundle.open(await folder.snapshot(mark.id), wasmUrl);
      try {
        return await this.#removeAll(bundle, mark.sources, ask);
      } finally {
        bundle.close();
      }
    });
    // Of a storage each item is for itself: some may be gone.
    const isLeft = (removal: Removal): boolean =>
      'store' in removal.source && left.some(({ source }) => sourceId(source) === sourceId(removal.source));
    const removed = mark.sources.filter((removal) => !isLeft(removal));
    const records = removed.reduce((sum, each) => sum + each.records, 0);
    const { engine } = await this.#connection.core();
    // Whether an earlier call removed something that was written to since is not known: all stays among what returns.
    askCore(engine, 'end', { records, ...(!resumed && { sources: removed }) });
    return { status: 'cleaned', snapshot: mark.id, resumed, removed: removed.map((each) => ({ source: each.source, records: each.records })), left };
  }

  async #removeAll(bundle: OpenBundle, removals: readonly Removal[], ask: AskWindow): Promise<CleanedUp['left']> {
    const { databases, localStorage } = structuresOf(bundle.contents.structure);
    const left: CleanedUp['left'] = [];
    for (const { database, stores } of databases) {
      const ours = stores.flatMap(({ name, source }): StoreRemoval[] => {
        const removal = removals.find((each) => 'store' in each.source && each.source.indexedDB === database && each.source.store === name);
        return removal ? [{ store: name, source, removal }] : [];
      });
      if (ours.length === 0) continue;
      const differing = await this.#removeFrom(database, ours, bundle);
      if (differing === undefined) continue;
      const reason = `The store "${differing}" was written to in the last moment, so nothing of its database was removed.`;
      left.push(...ours.map(({ removal: { source } }) => ({ source, reason })));
    }
    if (localStorage) {
      const changes = bundle.texts(localStorage.source).map(([key, value]) => ({ key, from: value, to: null }));
      const found = await ask({ ask: 'exchangeItems', changes, onlyLook: false });
      const other = found.filter((each) => each === 'other').length;
      if (other > 0) left.push({ source: { localStorage: true }, reason: `${other} of its items were written to in the last moment, and stay.` });
    }
    return left;
  }

  async #removeFrom(name: string, stores: StoreRemoval[], bundle: OpenBundle): Promise<string | undefined> {
    const { openTimeout } = this.#connection.settings;
    const opened = await openLegacyDatabase(name, openTimeout);
    if (opened.status === 'absent') return undefined;
    if (opened.status !== 'ready') throw new FerriteError({ code: `source_${opened.status}`, message: opened.message });
    const { database } = opened;
    try {
      const there = stores.filter(({ store }) => database.objectStoreNames.contains(store));
      return there.length > 0 ? await removeRecords(database, there, bundle, openTimeout) : undefined;
    } finally {
      database.close();
    }
  }

  async #withStore<T>(work: (folder: BackupFolder) => Promise<T>): Promise<T> {
    const connection = this.#connection;
    await connection.lockInTime();
    const wasPinned = connection.pinned;
    try {
      const { store } = connection.settings;
      const storage = await connection.storage();
      if ((await storage.size(store)) === 0) throw noStore(store);
      await connection.open();
      const folder = storage.backups(store);
      // Passes that end in between must not let go of it.
      connection.pinned = true;
      return await work(folder!);
    } finally {
      connection.pinned = wasPinned;
      await connection.rest();
    }
  }
}

const beginIn = (engine: Engine, request: object): Mark => askCore<{ mark: Mark }>(engine, 'begin', request).mark;

const databasesOf = (removals: readonly Removal[]): string[] =>
  [...new Set(removals.flatMap(({ source }) => ('store' in source ? [source.indexedDB] : [])))];

const lastOf = ({ id, status, startedAt, finishedAt }: Mark): NonNullable<CleanUpOutlook['last']> =>
  ({ snapshot: id, status, startedAt, ...(finishedAt !== undefined && { finishedAt }) });
