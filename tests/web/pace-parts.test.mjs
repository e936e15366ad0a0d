// Parts that need no browser: the waits between retries, the log of progress.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importTs } from './support/import-ts.mjs';

const { Backoff } = await importTs('web/src/sources/backoff.ts');
const { ProgressLog } = await importTs('web/src/worker/progress-log.ts');

test('Waits double up to their limit, lie anywhere below it, and end', () => {
  const longest = new Backoff({ maxRetries: 7, retryDelay: 1000 }, () => 1);
  assert.deepEqual(
    Array.from({ length: 8 }, () => longest.next()), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, undefined]);
  longest.reset();
  assert.equal(longest.next(), 1000);
  const half = new Backoff({ maxRetries: 3, retryDelay: 1000 }, () => 0.5);
  assert.deepEqual([half.next(), half.next()], [500, 1000]);
  assert.equal(new Backoff({ maxRetries: 0, retryDelay: 1000 }).next(), undefined);
});

const progressAt = (current, stage = 'copy') => ({
  stage, source: 0, collection: 'c', current, total: 1e6, percentage: 0, failed: 0, bytes: current, itemsPerSecond: 1,
  timeRemaining: 1, successRate: 1, retries: 0, paused: false, memory: { wasm: 5, script: undefined },
});

test('The log of progress stays bounded, in order, and ends with the last report', () => {
  let now = 1000;
  const log = new ProgressLog(() => now);
  log.begin('migrate');
  for (let i = 0; i < 50_000; ++i) {
    now += 1;
    log.add(progressAt(i));
  }
  now += 1;
  log.add(progressAt(50_000, 'done'));
  const { kind, startedAt, samples } = log.export();
  assert.equal(kind, 'migrate');
  assert.equal(startedAt, 1000);
  assert.ok(samples.length > 250 && samples.length <= 601, `${samples.length} samples`);
  assert.ok(samples.every(({ ms }, i) => i === 0 || ms > samples[i - 1].ms));
  assert.deepEqual([samples[0].current, samples.at(-1).current, samples.at(-1).stage], [0, 50_000, 'done']);
  // Evenly: no gap is more than a few times the usual one.
  const gaps = samples.slice(1, -1).map(({ ms }, i) => ms - samples[i].ms);
  assert.ok(Math.max(...gaps) <= 3 * Math.min(...gaps), `gaps from ${Math.min(...gaps)} to ${Math.max(...gaps)}`);
  log.begin('verify');
  assert.deepEqual(log.export().samples, []);
});
