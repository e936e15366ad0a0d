// History, logs and audit of the store that is there.
import type { HistoryAnswer, HistoryRequest } from '../history-types.js';
import { parse } from './answer.js';
import type { Connection } from './connection.js';
import type { Engine } from './engine.js';
import { noStore } from './passes.js';

const CHANGES = new Set(['import', 'cleanUp', 'log', 'logLevel']);
/** The most that the core gives in one page. */
const PAGE_ROWS = 1000;

interface LogPage {
  csv?: string;
  rows?: object[];
  next?: unknown[];
}

export class History {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  ask(request: HistoryRequest): Promise<HistoryAnswer> {
    return this.#withStore(async (engine) => {
      const answer = this.#answer<HistoryAnswer>(engine, request);
      if (CHANGES.has(request.do)) await (await this.#connection.storage()).persist();
      return answer;
    });
  }

  /** Page by page: no more than one of them is text in memory. */
  exportLogs(request: HistoryRequest): Promise<Blob> {
    const isCsv = request.format === 'csv';
    return this.#withStore(async (engine) => {
      const parts: Blob[] = isCsv ? [] : [new Blob(['['])];
      let after: unknown[] | undefined;
      do {
        const page = this.#answer<LogPage>(engine, { sort: 'id', ...request, limit: PAGE_ROWS, after });
        const separator = after && page.rows?.length ? ',\n' : '';
        parts.push(new Blob([page.csv ?? separator + (page.rows ?? []).map((row) => JSON.stringify(row)).join(',\n')]));
        after = page.next;
      } while (after);
      if (!isCsv) parts.push(new Blob([']\n']));
      return new Blob(parts, { type: isCsv ? 'text/csv' : 'application/json' });
    });
  }

  #answer<T extends object>(engine: Engine, request: HistoryRequest): T {
    const actor = { who: 'app', origin: location.origin };
    return parse<T>(engine.history(JSON.stringify(request), Date.now(), JSON.stringify(actor)));
  }

  async #withStore<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    await this.#connection.lockInTime();
    try {
      const { store } = this.#connection.settings;
      if ((await (await this.#connection.storage()).size(store)) === 0) throw noStore(store);
      await this.#connection.open();
      return await work((await this.#connection.core()).engine);
    } finally {
      await this.#connection.rest();
    }
  }
}
