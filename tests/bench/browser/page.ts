// The benchmark's page: runs one contender at a time and says how long it took
// from the call until its data is durable, start-up of the contender included.
import { fill, PLAN } from './records.js';
import type { Span } from './traced.js';

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

interface Urls {
  /** Of another build's folder, for comparing two. */
  base?: string;
  workerUrl?: string;
  readerUrl?: string;
}

async function migrate({ base = '/ferrite/', ...urls }: Urls = {}, migrated = async () => {}): Promise<{ records: number }> {
  const { openFerrite } = (await import(`${base}index.js`)) as Ferrite;
  const ferrite = await openFerrite({ plan: PLAN as never, store: `${fresh()}.db`, ...urls });
  const report = await ferrite.migrate();
  await migrated();
  await ferrite.close();
  if (report.status !== 'verified') throw new Error(`the migration ended ${report.status}`);
  return { records: report.totals.records };
}

const today = (): number => performance.timeOrigin + performance.now();

/** A migration, and what both of its workers did when. */
async function traced(): Promise<Span[]> {
  const channel = new BroadcastChannel('ferrite-trace');
  const spans: Span[] = [];
  channel.onmessage = ({ data }) => {
    if (Array.isArray(data)) spans.push(...data as Span[]);
  };
  const from = today();
  await migrate({ workerUrl: './traced-worker.js', readerUrl: './traced-reader.js' }, async () => {
    spans.push({ worker: 'page', name: 'migrate()', from, ms: today() - from });
    channel.postMessage('collect');
    await new Promise((resolve) => setTimeout(resolve, 200));
  });
  channel.close();
  return spans;
}

export const bench = {
  fill,
  strategies: () => ask<string[]>('./read.js', { count: 0 }),
  read: (count: number, strategy: string) => timed(() => ask('./read.js', { count, strategy })),
  ferrite: (base?: string) => timed(() => migrate({ base: base ?? '/ferrite/' })),
  traced,
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
