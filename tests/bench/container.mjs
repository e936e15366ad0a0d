// How fast containers are written and read, natively and by Node, and how small
// they are. Run: node tests/bench/container.mjs FILE [rounds]
//
// FILE is a bundle or a store, not too small. The median of the rounds, in MB
// of plain bytes per second: of wall clock, and of CPU time, of which Node's
// counts its helper threads too.
import { readFileSync } from 'node:fs';
import { readNatively, writeNatively } from '../support/container-tool.mjs';
import { importTs } from '../web/support/import-ts.mjs';

const { blobSource, BlobSink, ContainerReader, readContainer, writeContainer } = await importTs('web/src/container/index.ts');
const plain = readFileSync(process.argv[2]);
const rounds = Number(process.argv[3] ?? 5);
const raw = { raw: new Uint8Array(32).fill(1) };

async function timed(work) {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const bytes = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { bytes, seconds: (performance.now() - began) / 1000, cpuSeconds: (user + system) / 1e6 };
}
const bytesOf = async (sink) => new Uint8Array(await sink.blob().arrayBuffer());
const inNode = {
  write: (bytes, { key, stored }) => timed(async () => {
    const sink = new BlobSink();
    await writeContainer(blobSource(new Blob([bytes])), sink, { content: 'store', key, compression: stored ? 'none' : 'deflate' });
    return bytesOf(sink);
  }),
  read: (bytes, { key }) => timed(async () => {
    const sink = new BlobSink();
    await readContainer(await ContainerReader.open(blobSource(new Blob([bytes])), key), sink);
    return bytesOf(sink);
  }),
};
const ends = { native: { write: writeNatively, read: readNatively }, node: inNode };
const forms = {
  'stored': { stored: true }, 'stored, encrypted': { stored: true, key: raw }, 'deflate': {}, 'deflate, encrypted': { key: raw },
};

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const rate = (runs, what) => (plain.length / 1e6 / median(runs.map((run) => run[what]))).toFixed(0).padStart(6);

console.log(`${(plain.length / 1e6).toFixed(1)} MB, MB/s of wall clock (of CPU time)`);
for (const [end, { write, read }] of Object.entries(ends)) {
  for (const [name, options] of Object.entries(forms)) {
    const written = [];
    const back = [];
    for (let i = 0; i < rounds; ++i) {
      written.push(await write(plain, options));
      back.push(await read(written[i].bytes, options));
      if (!plain.equals(back[i].bytes)) throw new Error('other bytes came back');
    }
    const ratio = (plain.length / written[0].bytes.length).toFixed(2);
    console.log(`${end.padEnd(7)} ${name.padEnd(19)} ratio ${ratio}  write ${rate(written, 'seconds')} (${rate(written, 'cpuSeconds')})` +
      `  read ${rate(back, 'seconds')} (${rate(back, 'cpuSeconds')})`);
  }
}
