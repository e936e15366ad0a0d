// What the store says of the last verification, and reports as pages.
import { FerriteError } from '../error.js';
import type { DifferenceFilter, DifferencePage, DifferenceQuery, Report } from '../types.js';
import { check, parse } from './answer.js';
import type { Connection } from './connection.js';
import type { Engine } from './engine.js';
import { noStore } from './passes.js';

export class Findings {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async differences(query: DifferenceQuery): Promise<DifferencePage> {
    return this.#withStore((engine) => parse<DifferencePage>(engine.differences(JSON.stringify(query))));
  }

  async export(query: DifferenceFilter & { format?: 'json' | 'csv' }): Promise<Blob> {
    return this.#withStore((engine) => {
      check(engine.beginExport(JSON.stringify(query)));
      // A Blob may lie on the disk; one string of everything would not.
      const pieces: Blob[] = [];
      for (;;) {
        const [text] = parse<string[]>(engine.nextOfExport());
        if (text === undefined) break;
        pieces.push(new Blob([text]));
      }
      return new Blob(pieces, { type: query.format === 'csv' ? 'text/csv;charset=utf-8' : 'application/json' });
    });
  }

  async page(report: Report | undefined): Promise<Blob> {
    if (!report) throw new FerriteError({ code: 'state', message: 'There is no report yet.', hint: 'Call migrate() first.' });
    const html = (await this.#connection.core()).engine.reportPage(JSON.stringify(report));
    if (html.startsWith('{')) parse(html);
    return new Blob([html], { type: 'text/html;charset=utf-8' });
  }

  async #withStore<T>(work: (engine: Engine) => T): Promise<T> {
    await this.#connection.lockInTime();
    const storage = await this.#connection.storage();
    const { store } = this.#connection.settings;
    try {
      if ((await storage.size(store)) === 0) throw noStore(store);
      await this.#connection.open();
      return work((await this.#connection.core()).engine);
    } finally {
      await this.#connection.rest();
    }
  }
}
