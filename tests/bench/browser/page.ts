// The benchmark's page: runs one contender at a time and says how long it took
// from the call until its data is durable, start-up of the contender included.
import type { Report } from '../../../web/src/types.js';
import { fill, PLAN } from './records.js';

type Ferrite = typeof import('../../../web/src/index.js');

export interface Timing {
  ms: number;
  records: number;
}

function ask<T>(script: string, message: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { type: 'module' });
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = (event) => {
      worker.terminate();
      resolve(event.data as T);
    };
    worker.postMessage(message);
  });
}

async function timed(run: () => Promise<{ records: number }>): Promise<Timing> {
  const start = performance.now();
  const { records } = await run();
  return { ms: performance.now() - start, records };
}

let serial = 0;
const fresh = (): string => `bench-${++serial}`;

async function migrate(): Promise<{ records: number; report: Report }> {
  const path = '/ferrite/index.js';
  const { openFerrite } = (await import(path)) as Ferrite;
  const ferrite = await openFerrite({ plan: PLAN as never, store: `${fresh()}.db` });
  const report = await ferrite.migrate();
  await ferrite.close();
  if (report.status !== 'verified') throw new Error(`the migration ended ${report.status}`);
  return { records: report.totals.records, report };
}

export const bench = {
  fill,
  strategies: () => ask<string[]>('./read.js', { count: 0 }),
  read: (count: number, strategy: string) => timed(() => ask('./read.js', { count, strategy })),
  ferrite: () => timed(migrate),
  sahpool: () => timed(() => ask('./sahpool.js', { name: fresh() })),
  sqljs: () => timed(() => ask('./sqljs.js', {})),
  async clear(): Promise<void> {
    const root = await navigator.storage.getDirectory();
    for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys()) {
      await root.removeEntry(name, { recursive: true }).catch(() => undefined);
    }
  },
};

Object.assign(globalThis, { bench });
