// Backups of the store, and rollback.
import { chainOf, dependentsOf, expired } from '../backup/decisions.js';
import type { BackupFolder, StoredBackup } from '../backup/folder.js';
import type { Backup, RestoredStore, Retention, RollbackOutlook } from '../backup/types.js';
import { FerriteError, toFerriteError } from '../error.js';
import { natureOf } from '../generated/error-codes.js';
import type { Calls } from '../protocol.js';
import { parse } from './answer.js';
import { findMark, isInForce } from './clean-up-mark.js';
import type { Connection } from './connection.js';
import { noStore } from './passes.js';
import { newerReason, SourceRollback, type Returned, type SourceContext } from './source-rollback.js';
import { backUp } from './store-backup.js';
import { ABSENT, StoreRestore, type RestoreRequest } from './store-restore.js';

/** What the core knows of the last migration that was not rolled back. */
interface Point {
  migration: number;
  plan: string;
  status: string;
  startedAt: number;
  point: string;
}

const GOES_ON = new Set(['cancelled', 'invalid_argument', 'internal', 'source_missing', 'state']);

/** As IsTakenBack of core/include/ferrite/backup.h. */
const isTakenBack = ({ code }: FerriteError): boolean =>
  !GOES_ON.has(code) && (natureOf[code] === 'record' || natureOf[code] === 'call');

function shown({ name: _, needsKey: __, plainHash: ___, marker: ____, newer: _____, ...backup }: StoredBackup): Backup {
  return backup;
}

export function confirmed(confirm: unknown, what: string): void {
  if (confirm === true) return;
  throw new FerriteError({ code: 'invalid_argument', message: what, hint: 'Say { confirm: true } when that is what you want.' });
}

export class Backups {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  create({ description, full, key, retention }: Calls['createBackup'][0]): Promise<Backup & { removed: string[] }> {
    return this.#withFolder(async (folder) => {
      const { store } = this.#connection.settings;
      if ((await (await this.#connection.storage()).size(store)) === 0) throw noStore(store);
      await this.#connection.open();
      const made = await backUp(this.#connection, folder, { reason: 'manual', description, full, key });
      return { ...shown(made), removed: await this.#retain(folder, retention) };
    });
  }

  async list(): Promise<Backup[]> {
    return (await (await this.#folder()).list()).reverse().map(shown);
  }

  verify({ backup: id, key }: Calls['verifyBackup'][0]): Promise<Backup> {
    return this.#withFolder(async (folder) => {
      const backup = await this.#find(folder, id);
      const found = await this.#restore(folder).looksWhole(backup, key);
      const told: StoredBackup = { ...backup, checkedAt: Date.now(), state: found ? 'damaged' : 'good' };
      if (found && backup.state === 'unsound' && /^store_(corrupt|foreign)$/.test(found.code)) told.state = 'unsound';
      await folder.note(told);
      if (found) throw found;
      return shown(told);
    });
  }

  restore({ backup: id, confirm, key, replaceNewer }: Calls['restoreBackup'][0], context: SourceContext): Promise<RestoredStore> {
    return this.#withFolder(async (folder) => {
      confirmed(confirm, 'restoreBackup() replaces what is in the store.');
      const { id: to, createdAt, newer } = await this.#find(folder, id);
      return this.#withSources(folder, context, { to, key }, async (sources, isOpen) => {
        if (newer) return sources.undo(newer);
        return isOpen ? sources.run(replaceNewer, createdAt) : undefined;
      });
    });
  }

  delete({ backup: id, confirm }: Calls['deleteBackup'][0]): Promise<void> {
    return this.#withFolder(async (folder) => {
      confirmed(confirm, 'deleteBackup() deletes it for good.');
      const backup = await this.#find(folder, id);
      const dependents = dependentsOf((await this.#connection.core()).engine, await folder.list(), backup.id);
      if (dependents.length > 0) {
        throw new FerriteError({
          code: 'state', message: `Other backups build on it: ${dependents.map((each) => each.slice(0, 12)).join(', ')}.`,
          hint: 'Delete these first, the newest first.',
        });
      }
      if ((await this.#neededByCleanUp(folder)).has(backup.id)) {
        throw new FerriteError({
          code: 'state', message: 'The legacy data was cleaned up, and rollback() needs this backup to bring it back.',
          hint: 'Call forgetLegacySnapshot({ confirm: true }) first, when it is not to come back.',
        });
      }
      await folder.remove(backup);
      if (backup.newer) await folder.removeSnapshot(backup.newer.snapshot);
    });
  }

  canRollback(context: SourceContext): Promise<RollbackOutlook> {
    return this.#withFolder(async (folder) => {
      const outlook = await this.#outlook(folder);
      if (!outlook.can || !await this.#isOpen()) return outlook;
      try {
        const sources = await new SourceRollback(this.#connection, folder, context).outlook();
        if (!sources) return outlook;
        const isFree = sources.newer.length === 0;
        return { ...outlook, sources, ...(!isFree && { can: false, reason: `${newerReason(sources)} Say replaceNewer: true to put that aside.` }) };
      } catch (error) {
        return { ...outlook, can: false, reason: `The legacy data cannot be brought back: ${toFerriteError(error).message}` };
      }
    });
  }

  rollback({ confirm, key, replaceNewer }: Calls['rollback'][0], context: SourceContext): Promise<RestoredStore> {
    return this.#withFolder(async (folder) => {
      confirmed(confirm, 'rollback() replaces or removes what is in the store.');
      const { can, to, reason } = await this.#outlook(folder);
      if (!can || to === undefined) {
        throw new FerriteError({ code: 'state', message: reason ?? '', hint: 'listBackups() says what can be restored.' });
      }
      // Where the store is gone, the sources have everything again.
      return this.#withSources(folder, context, { to, key }, async (sources, isOpen) => (isOpen ? sources.run(replaceNewer) : undefined));
    });
  }

  /** "" when the last migration can be taken back. The store is open. */
  async whyNoRollback(folder: BackupFolder): Promise<string> {
    const { can, reason = '' } = await this.#outlook(folder);
    return can ? '' : reason;
  }

  // -- Around a migration, with the store open and its lock held ---------------

  async checkNothingPending(): Promise<void> {
    const { store } = this.#connection.settings;
    const folder = (await this.#connection.storage()).backups(store);
    if (!await folder?.pending()) return;
    throw new FerriteError({ code: 'state', message: `A rollback of "${store}" was cut off.`, hint: 'Call rollback({ confirm: true }) first.' });
  }

  /** What the migration that begins can be taken back to; undefined where no backup can be kept. */
  async beforeMigration(
    isNew: boolean, backup: Calls['migrate'][0]['backup'], plan: string, signal: AbortSignal,
  ): Promise<string | undefined> {
    if (isNew) return ABSENT;
    if (backup === false) return '';
    const folder = (await this.#connection.storage()).backups(this.#connection.settings.store);
    if (!folder) return undefined;
    const made = await backUp(this.#connection, folder, {
      reason: 'migration', description: `Before the migration ${[...plan].slice(0, 100).join('')}`, full: false, key: undefined, signal,
    });
    // An old backup that cannot be deleted is no reason not to migrate.
    await this.#retain(folder, backup.retention).catch(() => undefined);
    return made.id;
  }

  /** Takes a migration back that failed, when core/doc/backup.md says so; the error to tell. */
  async takeBack(thrown: unknown): Promise<FerriteError> {
    const failure = toFerriteError(thrown);
    const folder = (await this.#connection.storage()).backups(this.#connection.settings.store);
    if (!folder || !isTakenBack(failure)) return failure;
    const { engine } = await this.#connection.core();
    const { status, point } = parse<Partial<Point>>(engine.rollbackPoint());
    if (status !== 'failed' || !point || point === ABSENT) return failure;
    const tell = (message: string, hint: string): FerriteError =>
      new FerriteError({ ...failure.toJSON(), message: `${failure.message} ${message}`, hint: `${failure.hint} ${hint}`.trim() }, { cause: failure });
    try {
      // The error of a record may quote a value.
      const { safety } = await this.#restore(folder).run({ to: point, key: undefined, reason: `The migration failed: ${failure.code}.` });
      return tell(
        'The store was rolled back: it is what it was before.',
        `What the migration had done is in the backup ${String(safety).slice(0, 12)}.`);
    } catch (error) {
      return tell(`It could not be rolled back: ${toFerriteError(error).message}`, 'canRollback() says what can be done.');
    }
  }

  async #outlook(folder: BackupFolder): Promise<RollbackOutlook> {
    const pending = await folder.pending();
    const { store } = this.#connection.settings;
    if (pending) return this.#pendingOutlook(folder, pending.to);
    const cannot = (reason: string, point?: Point): RollbackOutlook =>
      ({ can: false, reason, pending: false, ...(point && { migration: migrationOf(point) }) });
    if ((await (await this.#connection.storage()).size(store)) === 0) return cannot(`There is no store "${store}".`);
    try {
      await this.#connection.open();
    } catch (error) {
      const { code, message } = toFerriteError(error);
      if (code !== 'store_corrupt' && code !== 'store_foreign') throw error;
      return cannot(`The store cannot be read: restore one of its backups by its id. ${message}`);
    }
    const { engine } = await this.#connection.core();
    const point = parse<Partial<Point>>(engine.rollbackPoint()) as Point;
    if (point.migration === undefined) return cannot('There is no migration in the store that was not rolled back.');
    if (point.point === '') return cannot(`The migration "${point.plan}" began without a backup.`, point);
    if (point.point !== ABSENT) {
      const backups = await folder.list();
      const backup = backups.find(({ id }) => id === point.point);
      const short = point.point.slice(0, 12);
      if (!backup) return cannot(`The backup from before the migration, ${short}, is no longer in ${folder.path}.`, point);
      if (backup.state === 'damaged') return cannot(`The backup from before the migration, ${short}, is damaged.`, point);
      try {
        chainOf(engine, backups, backup.id);
      } catch (error) {
        return cannot(toFerriteError(error).message, point);
      }
    }
    return { can: true, to: point.point, pending: false, migration: migrationOf(point) };
  }

  async #pendingOutlook(folder: BackupFolder, to: string): Promise<RollbackOutlook> {
    if (to === ABSENT) return { can: true, to, pending: true };
    try {
      chainOf((await this.#connection.core()).engine, await folder.list(), to);
      return { can: true, to, pending: true };
    } catch {
      const reason = `A restore of ${to.slice(0, 12)} was cut off, and that backup is gone: restore another one by its id.`;
      return { can: false, pending: true, reason };
    }
  }

  /** The sources go first: until they have everything the store keeps it. */
  async #withSources(
    folder: BackupFolder, context: SourceContext, { to, key }: Pick<RestoreRequest, 'to' | 'key'>,
    give: (sources: SourceRollback, isOpen: boolean) => Promise<Returned | undefined>,
  ): Promise<RestoredStore> {
    const sources = new SourceRollback(this.#connection, folder, context);
    const returned = await give(sources, await this.#isOpen());
    try {
      return await this.#restore(folder).run({ to, key, reason: '', returned });
    } catch (error) {
      if (returned && !await folder.pending() && await this.#isOpen()) await sources.settle();
      throw error;
    }
  }

  /** Whether there is a store that can be opened; then it is open. */
  async #isOpen(): Promise<boolean> {
    if ((await (await this.#connection.storage()).size(this.#connection.settings.store)) === 0) return false;
    try {
      await this.#connection.open();
      return true;
    } catch (error) {
      const { code } = toFerriteError(error);
      if (code !== 'store_corrupt' && code !== 'store_foreign') throw error;
      return false;
    }
  }

  /** Ids of backups without which removed legacy data could not come back. */
  async #neededByCleanUp(folder: BackupFolder): Promise<Set<string>> {
    if (!await this.#isOpen()) return new Set();
    const { engine } = await this.#connection.core();
    const mark = findMark(engine);
    const { point = '' } = parse<Partial<Point>>(engine.rollbackPoint());
    if (!isInForce(mark) || mark.id === '' || point === '' || point === ABSENT) return new Set();
    return new Set(chainOf(engine, await folder.list(), point).map(({ id }) => id));
  }

  async #retain(folder: BackupFolder, retention: Retention | false): Promise<string[]> {
    if (retention === false) return [];
    const { engine } = await this.#connection.core();
    const needed = await this.#neededByCleanUp(folder);
    const gone = expired(engine, await folder.list(), retention, Date.now()).filter(({ id }) => !needed.has(id));
    for (const backup of gone) await folder.remove(backup);
    return gone.map(({ id }) => id);
  }

  async #find(folder: BackupFolder, id: string): Promise<StoredBackup> {
    const backups = await folder.list();
    const exact = backups.find((backup) => backup.id === id);
    return exact ?? chainOf((await this.#connection.core()).engine, backups, id).at(-1)!;
  }

  #restore(folder: BackupFolder): StoreRestore {
    return new StoreRestore(this.#connection, folder);
  }

  async #folder(): Promise<BackupFolder> {
    const folder = (await this.#connection.storage()).backups(this.#connection.settings.store);
    if (folder) return folder;
    throw new FerriteError({
      code: 'store_open', message: 'This browser has no private file system here: backups cannot be kept.',
      hint: 'exportStore() gives a copy of the store.',
    });
  }

  async #withFolder<T>(work: (folder: BackupFolder) => Promise<T>): Promise<T> {
    await this.#connection.lockInTime();
    try {
      return await work(await this.#folder());
    } finally {
      await this.#connection.rest();
    }
  }
}

const migrationOf = ({ migration, plan, status, startedAt }: Point): NonNullable<RollbackOutlook['migration']> =>
  ({ id: migration, plan, status, startedAt });
