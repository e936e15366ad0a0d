import { toFerriteError } from '../error.js';
import type { Connection } from './connection.js';
import type { Engine } from './engine.js';

/** Says in the history why the pass ends. The error itself is what the caller wants to hear. */
export async function noteStopped(connection: Connection, engine: Engine, error: unknown): Promise<void> {
  const { code, message } = toFerriteError(error);
  try {
    engine.endPass();
    const actor = { who: 'app', origin: location.origin };
    engine.history(JSON.stringify({ do: 'stop', code, message }), Date.now(), JSON.stringify(actor));
    await (await connection.storage()).persist();
  } catch {
    // The next start finds it interrupted.
  }
}
