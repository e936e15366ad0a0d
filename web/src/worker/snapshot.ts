// Takes a snapshot: a bundle from which the sources can be built again.
import { FerriteError } from '../error.js';
import type { Calls } from '../protocol.js';
import { deleteDatabase, OBJECTS, openKept, sweepKept, type KeptNotes } from '../snapshot/kept-objects.js';
import { readJournal } from '../snapshot/journal.js';
import { keptDatabase } from '../snapshot/own-databases.js';
import { readable } from '../snapshot/readable.js';
import { change } from '../snapshot/request.js';
import { changesBetween, surveyOrigin } from '../snapshot/survey.js';
import type { KeptValues, Snapshot } from '../snapshot/types.js';
import { chooseStorage } from '../storage/choose-storage.js';
import { copyFile } from '../storage/storage.js';
import type { Report, SourceState } from '../types.js';
import { check, parse } from './answer.js';
import { VFS } from './connection.js';
import { loadEngine } from './engine-alone.js';
import { withSnapshotLock } from './snapshot-lock.js';
import type { Task } from './task.js';
import { readAll, type AskWindow } from './whole-reading.js';

type Fields = Calls['takeSnapshot'][0];

const PATH = 'ferrite-snapshot.bundle';

export async function takeSnapshot(fields: Fields, task: Task, ask: AskWindow): Promise<Snapshot> {
  task.preparing();
  return withSnapshotLock(fields.lockTimeout, async () => {
    await refuseHalfState();
    await sweepKept();
    const id = crypto.randomUUID();
    try {
      return await take(id, fields, task, ask);
    } catch (error) {
      await deleteDatabase(keptDatabase(id));
      throw error;
    }
  });
}

async function refuseHalfState(): Promise<void> {
  if (!await readJournal()) return;
  throw new FerriteError({
    code: 'state',
    message: 'A restore was cut off: what is in the sources is not what the app left there.',
    hint: 'Call restoreSource() with the same bundle first.',
  });
}

async function take(id: string, fields: Fields, task: Task, ask: AskWindow): Promise<Snapshot> {
  const { databases, openTimeout, snapshots: { localStorage: items } } = fields;
  const storage = await chooseStorage({ storage: 'auto', store: PATH });
  await storage.remove(PATH);
  try {
    await storage.open(PATH);
    const core = await loadEngine(fields.wasmUrl, storage.files);
    const survey = await surveyOrigin(id, databases, items, openTimeout);
    task.throwIfCancelled();
    const options = { now: Date.now(), path: PATH, vfs: VFS, structure: survey.structure.map((row) => JSON.stringify(row)) };
    check(core.engine.beginPass('bundle', '', JSON.stringify(readable(survey.states)), JSON.stringify(options)));
    const notes = await readAll(core, id, survey.states, fields, task, ask);
    const report = parse<Report>(core.engine.report());
    core.engine.endPass();
    const bundle = copyFile(storage.files.get(PATH)!);
    await letGoOfRows(id, notes);
    const changed = changesBetween(survey, await surveyOrigin(id, databases, undefined, openTimeout));
    return resultOf(id, bundle, report, notes, changed, survey.states);
  } finally {
    storage.close(PATH);
    await storage.remove(PATH);
  }
}

/** The rows are in the file and need not be kept in the browser. */
async function letGoOfRows(id: string, { counts }: KeptNotes): Promise<void> {
  if (!counts.some(({ how }) => how === 'copied' || how === 'window')) return deleteDatabase(keptDatabase(id));
  const database = await openKept(id);
  try {
    await change(database, [OBJECTS], (transaction) => transaction.objectStore(OBJECTS).clear(), 'strict');
  } finally {
    database.close();
  }
}

function resultOf(
  id: string, bundle: Blob, report: Report, { counts, lost }: KeptNotes, changed: string[], states: readonly SourceState[],
): Snapshot {
  const kept = counts.map(({ source, ...rest }): KeptValues => {
    const from = states[source]?.source;
    return from ? { source: from, ...rest } : rest;
  });
  const sources = report.sources.slice(0, -1).map(({ records, bytes }, i) => ({ source: states[i]!.source, records, bytes }));
  const inBrowser = kept.some(({ how }) => how === 'copied' || how === 'window');
  return {
    id, bundle, kept, changed, sources,
    records: sources.reduce((sum, { records }) => sum + records, 0),
    lost: lost.map(({ source, key, type }) => ({ source: states[source]!.source, key, type })),
    warnings: [
      ...(inBrowser ? ['Some values cannot be held by a file: they are kept in this browser, and only here the bundle can be restored whole.'] : []),
      ...(lost.length > 0 ? ['Some values could not be read: records that hold them cannot be restored.'] : []),
      ...(changed.length > 0 ? ['The sources were written to meanwhile: stores are not all of one moment.'] : []),
    ],
  };
}
