// The ledger from the page: list, correct, discard, retry.
import { decode } from '../encoding/decoder.js';
import { Encoder } from '../encoding/encoder.js';
import { FerriteError } from '../error.js';
import { findStore, isCompleted, planText } from '../marker.js';
import type { Calls } from '../protocol.js';
import type { FailedEntry, FailedPage, FailedQuery, Plan, Report } from '../types.js';
import { check, parse } from './answer.js';
import { breath } from './breath.js';
import type { Connection, Core } from './connection.js';
import { noStore } from './passes.js';
import { noteStopped } from './stopped.js';
import type { Task } from './task.js';

/** As core/include/ferrite/ledger.h has it. */
interface Page {
  total: number;
  records: (Omit<FailedEntry, 'value' | 'bytes' | 'original'> & { value: ArrayBuffer; original?: ArrayBuffer })[];
}

/** Messages are let in after that long, so that a cancellation is heard. */
const BREATH_MS = 8;

/** What its bytes say, under a name; nothing when they are no value. */
function decoded(name: 'value' | 'original', bytes: Uint8Array): { value?: unknown; original?: unknown } {
  try {
    return { [name]: decode(bytes) };
  } catch {
    return {};
  }
}

export class FailedRecords {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  list(query: FailedQuery): Promise<FailedPage> {
    return this.#inStore(async ({ module, engine }) => {
      check(engine.failed(JSON.stringify(query)));
      const at = engine.outputAddress();
      const page = decode(module.HEAPU8.slice(at, at + engine.outputLength())) as Page;
      const records = page.records.map(({ value, original, ...entry }): FailedEntry => {
        const bytes = new Uint8Array(value);
        return {
          ...entry, bytes, ...decoded('value', bytes),
          ...(original ? decoded('original', new Uint8Array(original)) : {}),
        };
      });
      return { total: page.total, records };
    });
  }

  correct(entry: number, value: unknown): Promise<void> {
    return this.#inStore(async ({ module, engine }) => {
      const encoder = new Encoder((needed) => {
        const at = engine.input(needed);
        return module.HEAPU8.subarray(at, at + needed);
      });
      encoder.value(value);
      check(engine.correctFailed(entry, encoder.position, Date.now(), location.origin));
      await this.#persist();
    });
  }

  async discard(entry: number, confirm: boolean): Promise<void> {
    if (confirm !== true) {
      throw new FerriteError({
        code: 'invalid_argument',
        message: 'Discarding a record needs to be confirmed.',
        hint: 'Call discardFailed(id, { confirm: true }).',
      });
    }
    return this.#inStore(async ({ engine }) => {
      check(engine.discardFailed(entry, Date.now(), location.origin));
      await this.#persist();
    });
  }

  retry(filter: Calls['retryFailed'][0]['filter'], task: Task): Promise<Report> {
    return this.#inStore(async (core) => {
      const { engine } = core;
      const { store } = this.#connection.settings;
      const plan = planText(await this.#plan());
      const storage = await this.#connection.storage();
      const options = { now: Date.now(), origin: location.origin, config: filter, ...filter };
      try {
        check(engine.beginPass('retry', plan, '[]', JSON.stringify(options)));
        await this.#drive(core, task);
        const report = parse<Report>(engine.report());
        await this.#persist();
        const { kind, durable } = storage;
        report.store = { ...report.store, kind, durable, name: store, bytes: await storage.size(store) };
        const { status } = report;
        if (isCompleted(status)) {
          await storage.writeMarker(store, { marker: 1, plan, status, report });
        }
        return report;
      } catch (error) {
        await noteStopped(this.#connection, engine, error);
        throw error;
      } finally {
        engine.endPass();
      }
    });
  }

  /** Of a chain, the plan that filled the store, or the newest one as its correction. */
  async #plan(): Promise<Plan> {
    const { plans, store } = this.#connection.settings;
    const filledBy = plans.length > 1 ? (await findStore(store)).marker?.plan : undefined;
    const plan = plans.find((each) => planText(each) === filledBy) ?? plans.at(-1);
    if (plan) return plan;
    throw new FerriteError({ code: 'state', message: 'A retry needs a plan, and none is given.' });
  }

  async #drive(core: Core, task: Task): Promise<void> {
    const { engine } = core;
    task.begins(core);
    let listened = performance.now();
    while (parse<{ kind: string }>(engine.step()).kind !== 'done') {
      if (performance.now() - listened >= BREATH_MS) {
        await breath();
        listened = performance.now();
      }
      if (task.isToPause) await task.stand();
      task.throwIfCancelled();
      check(engine.work(Date.now()));
      task.advance(core, []);
    }
    task.advance(core, [], true);
  }

  async #inStore<T>(work: (core: Core) => Promise<T>): Promise<T> {
    await this.#connection.lockInTime();
    const storage = await this.#connection.storage();
    const { store } = this.#connection.settings;
    try {
      if ((await storage.size(store)) === 0) throw noStore(store);
      await this.#connection.open();
      return await work(await this.#connection.core());
    } finally {
      await this.#connection.rest();
    }
  }

  async #persist(): Promise<void> {
    await (await this.#connection.storage()).persist();
  }
}
