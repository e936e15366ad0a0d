// Conflicts that wait for a decision: listed, asked about, decided.
import type { ConflictDecision, ConflictOptions, ConflictPage } from '../types.js';
import { parse } from './answer.js';
import type { Core } from './connection.js';
import type { Engine } from './engine.js';
import type { Task } from './task.js';

/** Of one question to the page. */
const ASKED_AT_ONCE = 200;

export function listConflicts(engine: Engine, options: ConflictOptions): ConflictPage {
  return parse<ConflictPage>(engine.conflicts(JSON.stringify(options)));
}

export function resolveConflicts(
  engine: Engine, planText: string, decisions: readonly ConflictDecision[],
): { decided: number; passed: number } {
  return parse(engine.resolveConflicts(planText, JSON.stringify(decisions), Date.now(), location.origin));
}

/** Asks the page about the pass's conflicts once, between its copy and the rest. */
export class Asking {
  readonly #core: Core;
  readonly #planText: string;
  readonly #task: Task;
  #isDone = false;

  constructor(core: Core, planText: string, task: Task) {
    this.#core = core;
    this.#planText = planText;
    this.#task = task;
  }

  /** Call it before each work() of the pass. */
  async beforeWork(): Promise<void> {
    if (this.#isDone || this.#task.stageOf(this.#core) !== 'relations') return;
    this.#isDone = true;
    for (let after: number | undefined = 0; after !== undefined;) {
      const page: ConflictPage = listConflicts(this.#core.engine, { after, limit: ASKED_AT_ONCE });
      // Those of earlier migrations may be of another plan.
      const asked = page.conflicts.filter(({ migration }) => migration === page.latest);
      if (asked.length > 0) {
        const answers = await this.#task.ask(asked);
        const made = asked.flatMap(({ id }, i) => {
          const decision = answers[i];
          return decision === undefined ? [] : [{ id, decision }];
        });
        resolveConflicts(this.#core.engine, this.#planText, made);
      }
      after = page.next;
    }
  }
}
