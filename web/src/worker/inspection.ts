// What is found out about an origin's storage: a plan, and who wrote it. Needs
// no store, and neither opens nor writes one.
import { FerriteError, toFerriteError } from '../error.js';
import type { Calls, LookFields } from '../protocol.js';
import { sourceLabel } from '../sources/plan-sources.js';
import type { Survey } from '../sources/survey.js';
import type { InferredPlan, Layouts, Plan, PlanNote, SourceState } from '../types.js';
import { check, parse } from './answer.js';
import type { Core } from './connection.js';
import { loadEngine } from './engine-alone.js';
import { PassDriver } from './pass-driver.js';
import { Reading } from './reading.js';
import type { Task } from './task.js';

export async function inferPlan(request: Calls['inferPlan'][0], task: Task): Promise<InferredPlan> {
  return inspect(request, task, async (core, reading, survey) => {
    let states: SourceState[] | undefined = survey.states;
    while (states) states = await infer(core, states, reading, request, task);
    const report = parse<Omit<InferredPlan, 'plan'> & { plan: Plan | null }>(core.engine.report());
    const notes = [...report.notes, ...survey.notes];
    if (!report.plan) throw nothingFound(notes);
    return { plan: report.plan, layouts: report.layouts, notes };
  });
}

/**
 * Drives an inference to its end. When a source could be counted and cannot be read, gives the states that say so: with
 * them it is to be begun anew, and leaves that source out with a note.
 */
async function infer(
  core: Core, states: SourceState[], reading: Reading, request: Calls['inferPlan'][0], task: Task,
): Promise<SourceState[] | undefined> {
  const { engine } = core;
  const { name, sampleSize, openTimeout, snapshots, retries } = request;
  check(engine.beginPass('inference', '', JSON.stringify(states), JSON.stringify({ now: Date.now(), name, sampleSize })));
  try {
    await new PassDriver(core, states, reading, { openTimeout, snapshots, retries }, task).run();
    return undefined;
  } catch (error) {
    const { code, message } = toFerriteError(error);
    const status = code === 'source_blocked' ? 'blocked' : 'unreadable';
    if (status === 'unreadable' && code !== 'source_unreadable') throw error;
    const { source } = parse<{ source: number }>(engine.step());
    return states.map((state, i) => (i === source ? { ...state, status, message } : state));
  }
}

export async function recognizeLayouts(request: Calls['recognizeLayouts'][0], task: Task): Promise<Layouts> {
  return inspect(request, task, async ({ engine }, _, survey) => {
    const answer = engine.recognizeLayouts(JSON.stringify(survey.facts), JSON.stringify(request.presets));
    return { ...parse<Omit<Layouts, 'notes'>>(answer), notes: [...survey.notes, ...unseen(survey)] };
  });
}

async function inspect<T>(
  { databases, openTimeout, snapshots, readerUrl, wasmUrl }: LookFields, task: Task,
  work: (core: Core, reading: Reading, survey: Survey) => Promise<T>,
): Promise<T> {
  task.preparing();
  const reading = new Reading(readerUrl);
  const interrupt = (): void => reading.interrupt(task.signal.reason as FerriteError);
  task.signal.addEventListener('abort', interrupt);
  try {
    const [core, survey] = await Promise.all([
      loadEngine(wasmUrl), reading.survey({ databases, openTimeout, snapshots }),
    ]);
    task.throwIfCancelled();
    return await work(core, reading, survey);
  } finally {
    task.signal.removeEventListener('abort', interrupt);
    reading.close();
  }
}

function unseen({ states }: Survey): PlanNote[] {
  return states
    .filter(({ status }) => status === 'blocked' || status === 'unreadable')
    .map(({ source, status, message }) => ({ path: '', text: `${sourceLabel(source)} is ${status}. ${message ?? ''}` }));
}

/** A plan has at least one table. */
function nothingFound(notes: PlanNote[]): FerriteError {
  return new FerriteError({
    code: 'source_missing',
    message: 'There are no records here to make a plan for.',
    hint: notes.map(({ text }) => text).join(' '),
  });
}
