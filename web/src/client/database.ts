import type { ResultSet } from '../protocol.js';
import type { Database, Row, SqlExecutor } from '../types.js';
import type { Channel } from './channel.js';

function toRows({ columns, rows }: ResultSet): Row[] {
  return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])) as Row);
}

function executor(channel: Channel, transaction: number | undefined): SqlExecutor {
  return {
    all: async (sql, parameters) => toRows(await channel.call('query', { sql, parameters, maxRows: 0, transaction })),
    get: async (sql, parameters) => toRows(await channel.call('query', { sql, parameters, maxRows: 1, transaction }))[0],
    run: (sql, parameters) => channel.call('run', { sql, parameters, transaction }),
    exec: (sql) => channel.call('exec', { sql, transaction }),
  };
}

export function createDatabase(channel: Channel): Database {
  return {
    ...executor(channel, undefined),
    async transaction(work) {
      const transaction = await channel.call('begin', {});
      const end = (commit: boolean): Promise<void> => channel.call('end', { transaction, commit });
      let result;
      try {
        result = await work(executor(channel, transaction));
      } catch (error) {
        // The work's own error is the one to tell.
        await end(false).catch(() => undefined);
        throw error;
      }
      await end(true);
      return result;
    },
  };
}
