// Cleaning legacy data up.
import type { Duration } from '../clean-up/types.js';
import { FerriteError } from '../error.js';
import type { Calls } from '../protocol.js';
import type { Ferrite, RunOptions } from '../types.js';
import type { CallOptions, Channel } from './channel.js';
import { answerQuestion } from './questions.js';

type CleanUpCalls = Pick<Ferrite, 'canCleanUp' | 'cleanUp' | 'forgetLegacySnapshot'>;
type PassFields = Pick<Calls['cleanUp'][0], 'progressInterval' | 'snapshots' | 'retries'>;

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function millisecondsOf(duration: Duration): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(String(duration)) ?? [];
  const ms = unit ? Number(count) * UNITS[unit as keyof typeof UNITS] : duration;
  if (typeof ms === 'number' && ms >= 0 && ms <= Number.MAX_SAFE_INTEGER) return Math.ceil(ms);
  throw new FerriteError({
    code: 'invalid_argument', message: `The retention ${String(duration)} is no duration.`,
    hint: "Give milliseconds, or a text such as '12h' or '7d'.", path: '/retention',
  });
}

/** `pass` reads the storages that the plan names. */
export function cleanUpCalls(
  channel: Channel, pass: (run: RunOptions) => PassFields, call: (run: RunOptions) => CallOptions,
): CleanUpCalls {
  return {
    canCleanUp: async ({ retention = '7d', acceptFailed = false } = {}) => channel.call(
      'canCleanUp', { snapshots: pass({}).snapshots, retentionMs: millisecondsOf(retention), acceptFailed },
      { onAsk: answerQuestion }),
    // What a caller without types leaves out is no confirmation.
    cleanUp: async ({ confirm, retention = '7d', acceptFailed = false, ...run } = {} as never) => channel.call(
      'cleanUp', { ...pass(run), confirm, retentionMs: millisecondsOf(retention), acceptFailed },
      { ...call(run), onAsk: answerQuestion }),
    forgetLegacySnapshot: ({ confirm } = {} as never) => channel.call('forgetLegacySnapshot', { confirm }),
  };
}
