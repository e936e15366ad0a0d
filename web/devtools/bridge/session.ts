// One panel's jobs and assets in the page.

import { planSources, sourceLabel } from '../../src/sources/plan-sources.js';
import { Assets } from './assets.js';
import { draft, recognize } from './draft.js';
import { Job } from './job.js';
import { lookAtPage } from './look-at-page.js';
import type { Call, Reply, Task } from './protocol.js';
import { run } from './run.js';

function collectionsOf(task: Task<'run'>): string[] {
  return task.plan ? planSources(task.plan).map(sourceLabel) : [];
}

export class Session {
  #jobs = new Map<number, Job>();
  #assets = new Assets();
  #lastJob = 0;

  answer(call: Call): Reply {
    switch (call.call) {
      case 'begin':
        return { job: this.#begin(call.task) };
      case 'poll':
        return this.#poll(call.job);
      case 'cancel':
        this.#jobs.get(call.job)?.cancel();
        return { ok: true };
      case 'asset':
        this.#assets.add(call.name, call.part, call.base64);
        return { ok: true };
      case 'dispose':
        for (const job of this.#jobs.values()) job.cancel();
        this.#assets.dispose();
        return { ok: true };
    }
  }

  #begin(task: Task): number {
    this.#jobs.set(++this.#lastJob, this.#job(task));
    return this.#lastJob;
  }

  #job(task: Task): Job {
    switch (task.kind) {
      case 'look':
        return new Job(lookAtPage);
      case 'recognize':
        return new Job(recognize(this.#assets));
      case 'draft':
        return new Job(draft(this.#assets));
      case 'run':
        return new Job((progress, signal) => run(task, this.#assets, progress, signal), collectionsOf(task));
    }
  }

  #poll(id: number): Reply {
    const job = this.#jobs.get(id);
    if (!job) return { state: 'failed', error: { code: 'state', message: 'The page does not know this job.' } };
    if (job.state.state !== 'busy') this.#jobs.delete(id);
    return job.state;
  }
}
