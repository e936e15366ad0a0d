// The worker's entry: one request in, one answer out.
import { FerriteError, toFerriteError } from '../error.js';
import type { StorageSnapshots } from '../sources/storage-snapshot.js';
import type { Call, Calls, Kind, Request, Response } from '../protocol.js';
import { Asking } from './asking.js';
import { Backups } from './backups.js';
import { CleanUps } from './clean-up.js';
import { Connection } from './connection.js';
import { FailedRecords } from './failed-records.js';
import { Findings } from './findings.js';
import { History } from './history.js';
import { inferPlan, recognizeLayouts } from './inspection.js';
import { Passes } from './passes.js';
import { ProgressLog } from './progress-log.js';
import { restoreSource } from './restore.js';
import type { SourceContext } from './source-rollback.js';
import { takeSnapshot } from './snapshot.js';
import { Statements } from './statements.js';
import { Task } from './task.js';
import { Turns } from './turns.js';
import { Versions } from './versions.js';

type Handlers = { [K in Kind]: (fields: Calls[K][0], id: number) => Promise<Calls[K][1]> };

const post = (response: Response): void => postMessage(response);

const turns = new Turns();
const tasks = new Map<number, Task>();
const slots = new Map<number, () => void>();
const asking = new Asking((id, question) => post({ id, kind: 'ask', question }));
const log = new ProgressLog();
let handlers: Partial<Handlers> = {
  inferPlan: (fields, id) => asTask('inferPlan', id, fields, (task) => inferPlan(fields, task)),
  recognizeLayouts: (fields, id) => asTask('recognizeLayouts', id, fields, (task) => recognizeLayouts(fields, task)),
  takeSnapshot: (fields, id) => asTask('takeSnapshot', id, fields, (task) =>
    takeSnapshot(fields, task, (question) => asking.ask(id, question))),
  restoreSource: (fields, id) => asTask('restoreSource', id, fields, (task) =>
    restoreSource(fields, task, (question) => asking.ask(id, question))),
};

async function asTask<T>(
  kind: Kind, id: number, { progressInterval }: { progressInterval: number }, work: (task: Task) => Promise<T>,
): Promise<T> {
  const task = new Task(progressInterval, {
    progress: (progress) => post({ id, kind: 'progress', progress }),
    ...((kind === 'migrate' || kind === 'validate') && { errors: (errors) => post({ id, kind: 'errors', errors }) }),
    slot: () => new Promise((resolve) => {
      slots.set(id, resolve);
      post({ id, kind: 'slot' });
    }),
    decide: (conflicts) => asking.ask(id, { ask: 'decideConflicts', conflicts }),
  }, log);
  tasks.set(id, task);
  try {
    return await turns.run(async () => {
      task.throwIfCancelled();
      log.begin(kind);
      return work(task);
    });
  } finally {
    tasks.delete(id);
    slots.delete(id);
    task.ended();
  }
}

/** A call that may put records back into the sources. */
function withSources<T>(
  kind: Kind, id: number, { snapshots }: { snapshots: StorageSnapshots }, work: (context: SourceContext) => Promise<T>,
): Promise<T> {
  return asTask(kind, id, { progressInterval: 100 }, (task) =>
    work({ task, snapshots, ask: (question) => asking.ask(id, question) }));
}

function handle(connection: Connection): Partial<Handlers> {
  const backups = new Backups(connection);
  const passes = new Passes(connection, backups);
  const cleanUps = new CleanUps(connection, passes, backups);
  const statements = new Statements(connection, turns);
  const versions = new Versions(connection);
  const findings = new Findings(connection);
  const records = new FailedRecords(connection);
  const history = new History(connection);

  return {
    open: async () => undefined,
    migrate: (fields, id) => asTask('migrate', id, fields, (task) => passes.migrate(fields, task)),
    prepare: (fields, id) => asTask('prepare', id, fields, (task) => passes.prepare(fields, task)),
    validate: (fields, id) => asTask('validate', id, fields, (task) => passes.validate(fields, task)),
    verify: (fields, id) => asTask('verify', id, fields, (task) => passes.verify(fields, task)),
    exportBundle: (fields, id) => asTask('exportBundle', id, fields, (task) => passes.exportBundle(fields, task)),
    failed: ({ query }) => turns.run(() => records.list(query)),
    correctFailed: ({ entry, value }) => turns.run(() => records.correct(entry, value)),
    discardFailed: ({ entry, confirm }) => turns.run(() => records.discard(entry, confirm)),
    retryFailed: (fields, id) => asTask('retryFailed', id, fields, (task) => records.retry(fields.filter, task)),
    differences: ({ query }) => turns.run(() => findings.differences(query)),
    exportDifferences: ({ query }) => turns.run(() => findings.export(query)),
    reportPage: ({ report }) => turns.run(async () => findings.page(report ?? await passes.lastReport())),
    conflicts: ({ options }) => turns.run(() => passes.conflicts(options)),
    resolveConflicts: ({ decisions }) => turns.run(() => passes.resolveConflicts(decisions)),
    exportStore: () => turns.run(() => passes.exportStore()),
    createBackup: (fields) => turns.run(() => backups.create(fields)),
    listBackups: () => turns.run(() => backups.list()),
    verifyBackup: (fields) => turns.run(() => backups.verify(fields)),
    restoreBackup: (fields, id) => withSources('restoreBackup', id, fields, (context) => backups.restore(fields, context)),
    deleteBackup: (fields) => turns.run(() => backups.delete(fields)),
    canRollback: (fields, id) => withSources('canRollback', id, fields, (context) => backups.canRollback(context)),
    rollback: (fields, id) => withSources('rollback', id, fields, (context) => backups.rollback(fields, context)),
    canCleanUp: (fields) => turns.run(() => cleanUps.look(fields)),
    cleanUp: (fields, id) => asTask('cleanUp', id, fields, (task) => cleanUps.run(fields, task, (question) => asking.ask(id, question))),
    forgetLegacySnapshot: ({ confirm }) => turns.run(() => cleanUps.forget(confirm)),
    report: () => turns.run(() => passes.lastReport()),
    versions: () => turns.run(() => versions.status()),
    moveVersion: (fields) => turns.run(() => versions.move(fields)),
    repairVersions: () => turns.run(() => versions.repair()),
    pause: async () => (await Promise.all([...tasks.values()].map((task) => task.pause()))).some(Boolean),
    resume: async () => tasks.forEach((task) => task.resume()),
    exportProgress: async () => log.export(),
    history: ({ request }) => turns.run(() => history.ask(request)),
    exportLogs: ({ request }) => turns.run(() => history.exportLogs(request)),
    connect: () => turns.run(() => connection.connect()),
    query: (fields) => statements.query(fields),
    run: (fields) => statements.run(fields),
    exec: (fields) => statements.exec(fields),
    begin: () => statements.begin(),
    end: (fields) => statements.end(fields),
    close: async () => {
      tasks.forEach((task) => task.cancel());
      await statements.abandon();
      await turns.run(() => connection.close());
    },
  };
}

async function answer(call: Call): Promise<unknown> {
  if (call.kind === 'open') {
    const connection = new Connection(call.settings);
    // Loading the engine and asking for the sources overlap.
    connection.core().catch(() => undefined);
    handlers = { ...handlers, ...handle(connection) };
    return undefined;
  }
  const handler = handlers[call.kind] as ((fields: Call, id: number) => Promise<unknown>) | undefined;
  if (!handler) throw new FerriteError({ code: 'state', message: 'The worker was not told which store to open.' });
  return handler(call, call.id);
}

onmessage = async ({ data }: MessageEvent<Request>) => {
  if (data.kind === 'cancel') return tasks.get(data.target)?.cancel();
  if (data.kind === 'slot') return slots.get(data.target)?.();
  if (data.kind === 'answer') return asking.answer(data.target, data.answer);
  if (data.kind === 'noAnswer') return asking.fail(data.target, data.error);
  const { id } = data;
  try {
    post({ id, kind: 'result', value: await answer(data) });
  } catch (error) {
    post({ id, kind: 'error', error: toFerriteError(error).toJSON() });
  }
};
