// The versions of the app's store: where it stands, up, down, repair.
import type { VersionStatus } from '../chain.js';
import type { Calls } from '../protocol.js';
import { check, parse } from './answer.js';
import type { Connection } from './connection.js';
import type { Engine } from './engine.js';

export class Versions {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** A store that is not there is at 0, and is not made by asking. */
  status(): Promise<VersionStatus> {
    return this.#alone(async (engine) => {
      const storage = await this.#connection.storage();
      const { store } = this.#connection.settings;
      if ((await storage.size(store)) > 0) await this.#connection.open();
      return this.#status(engine);
    });
  }

  move({ to, way }: Calls['moveVersion'][0]): Promise<VersionStatus> {
    return this.#changing((engine, chain) =>
      check(engine.applyChain(chain, JSON.stringify({ to, way }), Date.now())));
  }

  repair(): Promise<VersionStatus> {
    return this.#changing((engine, chain) => check(engine.repairChain(chain, Date.now())));
  }

  #changing(change: (engine: Engine, chain: string) => void): Promise<VersionStatus> {
    return this.#alone(async (engine) => {
      // A chain that is wrong makes no store.
      parse(engine.chainTraces(this.#chain));
      await this.#connection.openOrMake();
      try {
        change(engine, this.#chain);
      } finally {
        // The versions before the one that failed stay.
        await (await this.#connection.storage()).persist();
      }
      return this.#status(engine);
    });
  }

  get #chain(): string {
    return JSON.stringify(this.#connection.settings.chain ?? null);
  }

  #status(engine: Engine): VersionStatus {
    return parse<VersionStatus>(engine.chainStatus(this.#chain));
  }

  async #alone<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    await this.#connection.lockInTime();
    try {
      return await work((await this.#connection.core()).engine);
    } finally {
      await this.#connection.rest();
    }
  }
}
