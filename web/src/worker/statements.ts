// SQL for the app, one statement or transaction at a time.
import { decode } from '../encoding/decoder.js';
import { FerriteError } from '../error.js';
import type { Calls, ResultSet } from '../protocol.js';
import type { RunResult, SqlParameters } from '../types.js';
import { check } from './answer.js';
import type { Connection, Core } from './connection.js';
import { writeParameters } from './parameters.js';
import type { Turns } from './turns.js';

/** SQLite's own way of telling two columns "id" apart in a subquery. */
function distinct(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let n = 1; seen.has(unique); ++n) unique = `${name}:${n}`;
    seen.add(unique);
    return unique;
  });
}

export class Statements {
  readonly #connection: Connection;
  readonly #turns: Turns;
  #transaction: { id: number; release: () => void } | undefined;
  #lastTransaction = 0;

  constructor(connection: Connection, turns: Turns) {
    this.#connection = connection;
    this.#turns = turns;
  }

  query({ sql, parameters, maxRows, transaction }: Calls['query'][0]): Promise<ResultSet> {
    return this.#inTurn(transaction, async (core) => {
      this.#execute(core, sql, parameters, maxRows);
      return this.#results(core);
    });
  }

  run({ sql, parameters, transaction }: Calls['run'][0]): Promise<RunResult> {
    return this.#inTurn(transaction, async (core) => {
      this.#execute(core, sql, parameters, 0);
      const id = BigInt(core.engine.lastInsertId());
      const lastInsertId = BigInt.asIntN(54, id) === id ? Number(id) : id;
      return { changes: core.engine.changes(), lastInsertId };
    });
  }

  exec({ sql, transaction }: Calls['exec'][0]): Promise<void> {
    return this.#inTurn(transaction, async ({ engine }) => check(engine.exec(sql)));
  }

  /** Holds the turn until end(). */
  async begin(): Promise<number> {
    const release = await this.#turns.take();
    try {
      await this.#connection.connect();
      const { engine } = await this.#connection.core();
      check(engine.exec('BEGIN IMMEDIATE'));
    } catch (error) {
      release();
      throw error;
    }
    this.#transaction = { id: ++this.#lastTransaction, release };
    return this.#lastTransaction;
  }

  async end({ transaction, commit }: Calls['end'][0]): Promise<void> {
    const { release } = this.#mustBeOpen(transaction);
    const { engine } = await this.#connection.core();
    try {
      if (commit) check(engine.exec('COMMIT'));
    } finally {
      // A failed COMMIT leaves the transaction open; a failed ROLLBACK says there is none.
      engine.exec('ROLLBACK');
      this.#transaction = undefined;
      try {
        await this.#persist();
      } finally {
        release();
      }
    }
  }

  /** Rolls back what the app left open. */
  async abandon(): Promise<void> {
    if (this.#transaction) await this.end({ transaction: this.#transaction.id, commit: false });
  }

  #mustBeOpen(id: number): { release: () => void } {
    if (this.#transaction?.id === id) return this.#transaction;
    throw new FerriteError({
      code: 'state',
      message: 'The transaction is over.',
      hint: 'Use the executor only inside the function given to transaction(), and await every call.',
    });
  }

  async #inTurn<T>(transaction: number | undefined, work: (core: Core) => Promise<T>): Promise<T> {
    if (transaction !== undefined) {
      this.#mustBeOpen(transaction);
      return work(await this.#connection.core());
    }
    return this.#turns.run(async () => {
      await this.#connection.connect();
      const result = await work(await this.#connection.core());
      await this.#persist();
      return result;
    });
  }

  async #persist(): Promise<void> {
    await (await this.#connection.storage()).persist();
  }

  #execute(core: Core, sql: string, parameters: SqlParameters | undefined, maxRows: number): void {
    const length = writeParameters(core, parameters);
    check(core.engine.query(sql, length, maxRows));
  }

  #results({ module, engine }: Core): ResultSet {
    const at = engine.outputAddress();
    const [names = [], ...rows] = decode(module.HEAPU8.subarray(at, at + engine.outputLength())) as [string[], ...unknown[][]];
    return { columns: distinct(names), rows };
  }
}
