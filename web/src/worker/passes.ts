// What goes on around a pass: lock, source states, store, marker, report.
import type { VersionStatus } from '../chain.js';
import { FerriteError, toFerriteError } from '../error.js';
import { completedReport, findStore, isCompleted, type Marker } from '../marker.js';
import type { Calls } from '../protocol.js';
import { changeTimes, firstSource, planSources, sourceId } from '../sources/plan-sources.js';
import { copyFile, type Storage } from '../storage/storage.js';
import type { ConflictDecision, ConflictOptions, ConflictPage, PlanAnswer, Report } from '../types.js';
import { check, parse } from './answer.js';
import { checkNotCleanedUp } from './clean-up-mark.js';
import { choosePlan, planOfStore, type Choice } from './choice.js';
import type { Backups } from './backups.js';
import { Asking, listConflicts, resolveConflicts } from './conflicts.js';
import { VFS, type Connection, type Core } from './connection.js';
import type { Engine } from './engine.js';
import { hostFacts, openToLook, type HostFacts } from './host-facts.js';
import { holdPass, isPassRunning, storeBusy } from './lock.js';
import { checkPacing, engineOptions, firstBatch } from './pacing.js';
import { PassDriver, type Between } from './pass-driver.js';
import { Reading } from './reading.js';
import { ABSENT } from './store-restore.js';
import type { PassRequest } from './sources.js';
import { noteStopped } from './stopped.js';
import type { Task } from './task.js';

const LOOK_AGAIN_MS = 250;
/** Of each source. */
const PROBE_RECORDS = 2000;

/** A pass about to begin. */
interface Prepared extends Choice {
  kind: 'migration' | 'verification' | 'validation' | 'probe' | 'bundle';
  options: Record<string, unknown>;
  /** Called when the core accepted the pass and there is something to do. */
  began?: () => Promise<void>;
  between?: Between;
  /** Conflicts are put to the page. */
  asks?: boolean;
  /** What the migration can be taken back to. */
  rollbackPoint?: string | undefined;
}

export class Passes {
  readonly #connection: Connection;
  readonly #backups: Backups;

  constructor(connection: Connection, backups: Backups) {
    this.#connection = connection;
    this.#backups = backups;
  }

  async migrate(request: Calls['migrate'][0], task: Task): Promise<Report> {
    task.preparing();
    checkPacing(request.pacing);
    if (request.dryRun || request.sampleSize > 0) return this.#dryRun(request, task);
    const { incremental } = request;
    if (incremental) {
      // What another tab has migrated is to be brought up to date.
      await this.#connection.lockInTime();
    } else {
      const elsewhere = await this.#lockOrReport(task);
      if (elsewhere) return elsewhere;
    }
    return this.#reading(request, task, async (reading, looking) => {
      const storage = await this.#connection.storage();
      const { store } = this.#connection.settings;
      await this.#backups.checkNothingPending();
      // Opening keeps this thread busy while the sources are being looked at.
      const isNew = await this.#connection.open();
      const mark = async (marker: Omit<Marker, 'marker' | 'plan'>): Promise<void> =>
        storage.writeMarker(store, { marker: 1, plan: (await looking).plan, ...marker });
      // The core itself refuses to bring data up to date that a chain has changed since.
      const gone = incremental && !isNew ? undefined : await this.#goneOn(storage);
      if (gone) {
        // The tab may have been closed before it was marked.
        await mark({ status: gone.status as Marker['status'], report: gone });
        return gone;
      }
      const keeper = new Keeper(storage);
      let point: string | undefined = '';
      let hasBegun = false;
      const report = await this.#orRemove(isNew, async () => this.#run({
        kind: 'migration',
        options: { initiator: 'app', incremental, maxFailed: request.maxFailed, ...engineOptions(request.pacing) },
        ...await looking.catch((reason: unknown) => { throw new FailedToBegin(reason); }),
        rollbackPoint: point = await this.#rollbackPoint(isNew, request, await looking, task),
        began: () => {
          hasBegun = true;
          return mark({ status: 'running' });
        },
        between: {
          ...request.pacing,
          committed: () => keeper.committed(),
          standing: async (stands) => {
            await keeper.finish();
            await mark({ status: stands ? 'paused' : 'running' });
          },
        },
        asks: request.asks,
      }, request, task, reading)).catch(async (error: unknown) => {
        throw hasBegun && request.rollback ? await this.#backups.takeBack(error) : error;
      });
      if (point === undefined) report.warnings = [...report.warnings, 'This browser keeps no backups: none was made.'];
      else if (point !== '' && point !== ABSENT) report.backup = point;
      await this.#stamp((await looking).version);
      await keeper.finish();
      await this.#describe(report, store, storage);
      const { status } = report;
      if (isCompleted(status)) await mark({ status, report });
      return report;
    });
  }

  /** What a migration that begins anew can be taken back to; "" for one that goes on or was done. */
  async #rollbackPoint(
    isNew: boolean, { backup, incremental }: Calls['migrate'][0], { plan, states }: Choice, task: Task,
  ): Promise<string | undefined> {
    const { engine } = await this.#connection.core();
    let beginning: string;
    try {
      ({ beginning } = parse<{ beginning: string }>(engine.beginning(plan, JSON.stringify(states), incremental)));
    } catch (error) {
      throw new FailedToBegin(error);
    }
    if (beginning !== 'new') return '';
    return this.#backups.beforeMigration(isNew, backup, JSON.parse(plan).name ?? '', task.signal);
  }

  /** The report of a store that has a version: legacy data goes into a new one only. */
  async #goneOn(storage: Storage): Promise<Report | undefined> {
    const { chain, store } = this.#connection.settings;
    if (!chain) return undefined;
    const { engine } = await this.#connection.core();
    const { current } = parse<VersionStatus>(engine.chainStatus(JSON.stringify(chain)));
    if (current === 0) return undefined;
    const text = engine.lastReport();
    if (text !== '') return this.#describe(parse<Report>(text), store, storage);
    throw new FerriteError({
      code: 'state',
      message: `The store "${store}" is at version ${current} of the chain and was not filled from legacy data.`,
      hint: 'Legacy data is migrated into a new store: choose another name.',
    });
  }

  /** What the migration made is the chain's version. */
  async #stamp(version: number | undefined): Promise<void> {
    const { chain } = this.#connection.settings;
    if (!chain || version === undefined) return;
    const { engine } = await this.#connection.core();
    // An incremental run finds it stamped.
    if (parse<VersionStatus>(engine.chainStatus(JSON.stringify(chain))).current !== 0) return;
    check(engine.stampVersion(JSON.stringify(chain), version, Date.now()));
  }

  async validate(request: PassRequest, task: Task): Promise<Report> {
    task.preparing();
    return this.#onScratch('validation', { kind: 'validation', options: { initiator: 'validate' } }, request, task);
  }

  /** What migrate() would do here. Waits for nobody: who has the store is part of the answer. */
  async prepare(request: Calls['prepare'][0], task: Task): Promise<PlanAnswer> {
    task.preparing();
    const path = `${this.#connection.settings.store}.probe`;
    const host = await hostFacts();
    // Under a lock of its own: a pass of another tab is not waited for.
    return this.#inScratch(path, request, task, async (reading, looking, storage) => {
      const choice = await looking;
      const { plan, states } = choice;
      const probed = await this.#probe(path, choice, request, task, reading);
      const { engine } = await this.#connection.core();
      const opened = await openToLook(this.#connection);
      const facts = { ...host, ...probed, ...opened, durable: storage.kind === 'opfs', limitMs: request.limitMs };
      return parse<PlanAnswer>(engine.answerPlan(plan, JSON.stringify(states), JSON.stringify(facts)));
    }, path);
  }

  /** Nothing when the plan cannot even be tried: the answer says why. */
  async #probe(
    path: string, choice: Choice, request: PassRequest, task: Task, reading: Reading,
  ): Promise<HostFacts> {
    const options = { initiator: 'prepare', sampleSize: PROBE_RECORDS };
    try {
      await this.#connection.open(path);
      const begun = performance.now();
      const report = await this.#run({ kind: 'probe', options, ...choice }, request, task, reading);
      const ms = performance.now() - begun;
      return { probe: { ms, report: await this.#describe(report, path, await this.#connection.storage()) } };
    } catch (thrown) {
      const error = toFerriteError(thrown);
      if (error.code === 'plan_invalid') return {};
      // No room for the sample, let alone for everything.
      if (error.code === 'store_full') return { storeProblem: error.toJSON() };
      throw thrown;
    } finally {
      await this.#connection.closeDatabase();
    }
  }

  async verify(request: Calls['verify'][0], task: Task): Promise<Report> {
    task.preparing();
    await this.#connection.lockInTime();
    return this.#reading(request, task, async (reading, looking) => {
      const storage = await this.#connection.storage();
      const { store } = this.#connection.settings;
      await this.#mustExist(storage, store);
      await this.#connection.open();
      checkNotCleanedUp((await this.#connection.core()).engine);
      const { sampleSize, tables } = request;
      const options = { sampleSize, tables };
      const report = await this.#run({ kind: 'verification', options, ...await looking }, request, task, reading);
      await storage.persist();
      return this.#describe(report, store, storage);
    });
  }

  async exportBundle(request: PassRequest, task: Task): Promise<Blob> {
    task.preparing();
    const path = `${this.#connection.settings.store}.bundle`;
    return this.#inScratch(path, request, task, async (reading, looking, storage) => {
      await storage.open(path);
      await this.#run({ kind: 'bundle', options: { path, vfs: VFS }, ...await looking }, request, task, reading);
      return copyFile(storage.files.get(path)!);
    });
  }

  async exportStore(): Promise<Blob> {
    await this.#connection.lockInTime();
    const storage = await this.#connection.storage();
    const { store } = this.#connection.settings;
    try {
      await this.#mustExist(storage, store);
      await this.#connection.open();
      return copyFile(storage.files.get(store)!);
    } finally {
      await this.#connection.rest();
    }
  }

  conflicts(options: ConflictOptions): Promise<ConflictPage> {
    return this.#withStore(async ({ engine }) => listConflicts(engine, options));
  }

  resolveConflicts(decisions: readonly ConflictDecision[]): Promise<{ decided: number; passed: number }> {
    return this.#withStore(async ({ engine }, storage) => {
      const done = resolveConflicts(engine, planOfStore(engine, this.#connection.settings), decisions);
      await storage.persist();
      return done;
    });
  }

  async #withStore<T>(work: (core: Core, storage: Storage) => Promise<T>): Promise<T> {
    await this.#connection.lockInTime();
    const storage = await this.#connection.storage();
    try {
      await this.#mustExist(storage, this.#connection.settings.store);
      await this.#connection.open();
      return await work(await this.#connection.core(), storage);
    } finally {
      await this.#connection.rest();
    }
  }

  async lastReport(): Promise<Report | undefined> {
    await this.#connection.lockInTime();
    const storage = await this.#connection.storage();
    const { store } = this.#connection.settings;
    try {
      if ((await storage.size(store)) === 0) return undefined;
      await this.#connection.open();
      const text = (await this.#connection.core()).engine.lastReport();
      return text === '' ? undefined : await this.#describe(parse<Report>(text), store, storage);
    } finally {
      await this.#connection.rest();
    }
  }

  async #dryRun(request: Calls['migrate'][0], task: Task): Promise<Report> {
    const { sampleSize, maxFailed } = request;
    const options = { initiator: 'dry run', sampleSize, maxFailed, ...engineOptions(request.pacing) };
    const report = await this.#onScratch(
      'dry-run', { kind: 'migration', options, between: request.pacing }, request, task);
    report.dryRun = true;
    return report;
  }

  /** A pass over a store of its own, of which nothing stays. */
  async #onScratch(suffix: string, pass: Pick<Prepared, 'kind' | 'options' | 'between'>, request: PassRequest, task: Task): Promise<Report> {
    const path = `${this.#connection.settings.store}.${suffix}`;
    return this.#inScratch(path, request, task, async (reading, looking, storage) => {
      await this.#connection.open(path);
      const report = await this.#run({ ...pass, ...await looking }, request, task, reading);
      return this.#describe(report, path, storage);
    });
  }

  /**
   * Looks at the sources and begins to read the first one while the engine is
   * being loaded; a plan that is wrong ends it before `work`.
   */
  async #reading<T>(
    request: PassRequest, task: Task, work: (reading: Reading, looking: Promise<Choice>) => Promise<T>,
    lock = this.#connection.settings.store,
  ): Promise<T> {
    const release = await holdPass(lock, task.signal);
    try {
      return await this.#readingUnderLock(request, task, work);
    } finally {
      release();
      await this.#connection.rest();
    }
  }

  async #readingUnderLock<T>(
    request: PassRequest, task: Task, work: (reading: Reading, looking: Promise<Choice>) => Promise<T>,
  ): Promise<T> {
    const { settings } = this.#connection;
    const { plans, openTimeout } = settings;
    const reading = new Reading(settings.readerUrl, task.retried);
    const interrupt = (): void => reading.interrupt(task.signal.reason as FerriteError);
    task.signal.addEventListener('abort', interrupt);
    try {
      const { snapshots, retries, pacing = {} } = request;
      const sources = planSources(...plans);
      const begun = firstSource(plans[0]!);
      const first = sources.findIndex((source) => begun && sourceId(source) === sourceId(begun));
      const times = request.incremental ? changeTimes(...plans) : {};
      const looking = reading.look({ sources, first, times, openTimeout, snapshots, retries, ...firstBatch(pacing) });
      looking.catch(() => undefined);
      const { engine } = await this.#connection.core();
      const choice = choosePlan(engine, settings, snapshots, looking);
      choice.catch(() => undefined);
      return await work(reading, choice);
    } finally {
      task.signal.removeEventListener('abort', interrupt);
      reading.close();
    }
  }

  /** Undefined once the lock is held, or the report of the tab that was faster. */
  async #lockOrReport(task: Task): Promise<Report | undefined> {
    const { store, plans, lockTimeout } = this.#connection.settings;
    const waiting = new AbortController();
    const locked = this.#connection.lock(waiting.signal).then(() => true, (error: unknown) => {
      if (waiting.signal.aborted) return false;
      throw error;
    });
    const giveUp = async (): Promise<void> => {
      waiting.abort();
      // It may have been granted in the same moment.
      if (await locked) await this.#connection.rest();
    };
    for (let idle = 0; ; idle += LOOK_AGAIN_MS) {
      const pause = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), LOOK_AGAIN_MS));
      if (await Promise.race([locked, pause])) return undefined;
      const report = completedReport(await findStore(store), plans);
      if (await isPassRunning(store)) idle = 0;
      if (!report && !task.signal.aborted && idle < lockTimeout) continue;
      await giveUp();
      if (report) return report;
      task.throwIfCancelled();
      throw storeBusy(store, lockTimeout);
    }
  }

  /** A store that was made for a migration which did not begin goes again. */
  async #orRemove<T>(isNew: boolean, work: () => Promise<T>): Promise<T> {
    let began = false;
    try {
      return await work();
    } catch (error) {
      began = !(error instanceof FailedToBegin);
      if (isNew && !began) {
        await this.#connection.closeDatabase();
        await (await this.#connection.storage()).remove(this.#connection.settings.store);
      }
      throw error instanceof FailedToBegin ? error.reason : error;
    }
  }

  /** `work` has a database of its own at `path`, which is gone afterwards. */
  async #inScratch<T>(
    path: string, request: PassRequest, task: Task,
    work: (reading: Reading, looking: Promise<Choice>, storage: Storage) => Promise<T>, lock?: string,
  ): Promise<T> {
    return this.#reading(request, task, async (reading, looking) => {
      const storage = await this.#connection.storage();
      await storage.remove(path);
      try {
        return await work(reading, looking, storage);
      } finally {
        await this.#connection.closeDatabase();
        storage.close(path);
        await storage.remove(path);
      }
    }, lock);
  }

  async #mustExist(storage: Storage, store: string): Promise<void> {
    if ((await storage.size(store)) === 0) throw noStore(store);
  }

  async #run(pass: Prepared, request: PassRequest, task: Task, reading: Reading): Promise<Report> {
    const core = await this.#connection.core();
    const { engine } = core;
    const { snapshots, retries } = request;
    const order = { openTimeout: this.#connection.settings.openTimeout, snapshots, retries };
    const { initiator, ...config } = pass.options;
    const { rollbackPoint } = pass;
    const options = { now: Date.now(), initiator, origin: location.origin, config, rollbackPoint, ...config };
    try {
      this.#begin(engine, pass, JSON.stringify(options));
      if (!isDone(engine)) await pass.began?.();
      const asking = pass.asks ? new Asking(core, pass.plan, task) : undefined;
      const between: Between = { ...pass.between, ...(asking && { beforeWork: () => asking.beforeWork() }) };
      await new PassDriver(core, pass.states, reading, order, task, between).run();
      return { ...parse<Report>(engine.report()), retries: task.retries };
    } catch (error) {
      await noteStopped(this.#connection, engine, error);
      throw error;
    } finally {
      engine.endPass();
    }
  }

  #begin(engine: Engine, { kind, plan, states }: Prepared, options: string): void {
    try {
      check(engine.beginPass(kind, plan, JSON.stringify(states), options));
    } catch (error) {
      throw kind === 'migration' ? new FailedToBegin(error) : error;
    }
  }

  /** What only the host knows. */
  async #describe(report: Report, name: string, storage: Storage): Promise<Report> {
    const { kind, durable, warning } = storage;
    report.store = { ...report.store, kind, durable, name, bytes: await storage.size(name) };
    if (warning !== undefined) report.warnings = [...(report.warnings ?? []), warning];
    return report;
  }
}

export function noStore(store: string): FerriteError {
  return new FerriteError({ code: 'state', message: `There is no store "${store}" yet.`, hint: 'Call migrate() first.' });
}

/** The core refused the pass before anything was written. */
class FailedToBegin extends Error {
  constructor(readonly reason: unknown) {
    super('The pass did not begin.');
  }
}

function isDone(engine: Engine): boolean {
  return parse<{ kind: string }>(engine.step()).kind === 'done';
}

/** Persists what was committed in the background, one write at a time. */
class Keeper {
  readonly #storage: Storage;
  #writing: Promise<void> | undefined;
  #failure: unknown;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  committed(): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#storage.kind === 'opfs') return;
    this.#writing ??= this.#storage.persist()
      .catch((error: unknown) => { this.#failure = error; })
      .finally(() => { this.#writing = undefined; });
  }

  async finish(): Promise<void> {
    await this.#writing;
    await this.#storage.persist();
  }
}
