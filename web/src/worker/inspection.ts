// What is found out about an origin's storage: a plan, and who wrote it. Needs
// no store, and neither opens nor writes one.
import { FerriteError } from '../error.js';
import type { Calls, LookFields } from '../protocol.js';
import { sourceLabel } from '../sources/plan-sources.js';
import type { Survey } from '../sources/survey.js';
import type { InferredPlan, Layouts, Plan, PlanNote } from '../types.js';
import { check, parse } from './answer.js';
import type { Core } from './connection.js';
import { loadEngine } from './engine-alone.js';
import { PassDriver } from './pass-driver.js';
import { Reading } from './reading.js';
import type { Task } from './task.js';

export async function inferPlan(request: Calls['inferPlan'][0], task: Task): Promise<InferredPlan> {
  return inspect(request, task, async (core, reading, survey) => {
    const { name, sampleSize, openTimeout, snapshots, retries } = request;
    const { engine } = core;
    const options = { now: Date.now(), name, sampleSize };
    check(engine.beginPass('inference', '', JSON.stringify(survey.states), JSON.stringify(options)));
    await new PassDriver(core, survey.states, reading, { openTimeout, snapshots, retries }, task).run();
    const report = parse<Omit<InferredPlan, 'plan'> & { plan: Plan | null }>(engine.report());
    const notes = [...report.notes, ...survey.notes];
    if (!report.plan) throw nothingFound(notes);
    return { plan: report.plan, layouts: report.layouts, notes };
  });
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
