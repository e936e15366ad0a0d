// How fast a migration may go, as its caller wants it.
import { FerriteError } from '../error.js';
import type { Pacing } from '../protocol.js';
import type { BatchSize } from './batch-sink.js';

/** Of the first batch, and of what is asked for before the core says: kFirst of core/src/pace.h. */
const FIRST_BYTES = 512 << 10;
const MOST_BYTES = 64 << 20;
const LONGEST_MS = 60_000;

function mustBe(name: keyof Pacing, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (value >= least && value <= most)) return;
  throw new FerriteError({
    code: 'invalid_argument',
    message: `${name} is ${String(value)}.`,
    hint: `It is a number from ${least} to ${most}.`,
  });
}

export function checkPacing({ batchSize, batchBytes, targetMs, delay }: Pacing): void {
  mustBe('batchSize', batchSize, 1, 2 ** 31);
  mustBe('batchBytes', batchBytes, 1, MOST_BYTES);
  mustBe('targetMs', targetMs, 0, LONGEST_MS);
  mustBe('delay', delay, 0, LONGEST_MS);
}

/** As the engine's beginPass takes it. */
export const engineOptions = ({ batchSize, batchBytes, targetMs }: Pacing): Record<string, number | undefined> => ({
  batchRecords: batchSize === undefined ? undefined : Math.floor(batchSize),
  batchBytes: batchBytes === undefined ? undefined : Math.floor(batchBytes),
  targetMs,
});

export const firstBatch = ({ batchSize = 0, batchBytes = FIRST_BYTES }: Pacing): BatchSize =>
  ({ maxBytes: Math.min(batchBytes, FIRST_BYTES), maxRecords: Math.floor(batchSize) });
