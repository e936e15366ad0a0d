// What taking a snapshot and comparing a restored one have in common: all
// sources are read, and what the encoding cannot hold is kept.
import type { FerriteError } from '../error.js';
import type { Answers, Question, WholeFields } from '../protocol.js';
import type { KeptNotes } from '../snapshot/kept-objects.js';
import type { SourceState } from '../types.js';
import type { Core } from './connection.js';
import { PassDriver } from './pass-driver.js';
import { Reading } from './reading.js';
import { SnapshotReading } from './snapshot-reading.js';
import type { Task } from './task.js';

export type AskWindow = <K extends Question['ask']>(question: Extract<Question, { ask: K }>) => Promise<Answers[K]>;

/** Drives the pass that was begun; `id` names the database of what is kept, `states` are by bundle_source.id. */
export async function readAll(
  core: Core, id: string, states: readonly SourceState[],
  { openTimeout, readerUrl, retries, snapshots }: WholeFields, task: Task, ask: AskWindow,
): Promise<KeptNotes> {
  const reading = new Reading(readerUrl, task.retried);
  const interrupt = (): void => reading.interrupt(task.signal.reason as FerriteError);
  task.signal.addEventListener('abort', interrupt);
  try {
    const batches = new SnapshotReading(reading, id, states, (records) =>
      ask({ ask: 'copyRecords', snapshot: id, records, openTimeout }));
    await new PassDriver(core, states, batches, { openTimeout, snapshots, retries }, task).run();
    return batches.notes;
  } finally {
    task.signal.removeEventListener('abort', interrupt);
    reading.close();
  }
}
