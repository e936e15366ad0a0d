// Records per second of the TypeScript encoder and decoder in Node.
import { importTs } from '../web/support/import-ts.mjs';

const { Encoder } = await importTs('web/src/encoding/encoder.ts');
const { decodeSequence } = await importTs('web/src/encoding/decoder.ts');

const records = Array.from({ length: 2000 }, (_, i) => structuredClone({
  id: i,
  customer: `Customer ${100000 + i}`,
  email: `customer${100000 + i}@example.com`,
  status: 'delivered',
  total: i * 0.37 + 0.001,
  created: new Date(1700000000000 + i * 1234567),
  address: { zip: '12345', city: 'Springfield', street: '742 Evergreen Terrace' },
  tags: ['new', 'priority', 'export'],
  notes: 'Leave the parcel with the neighbour when nobody opens.',
  paid: i % 2 === 0,
}));
const flat = records.map(({ tags, address, ...rest }) => ({ ...rest, ...address, tag: tags[0], other: tags.join(' ') }));

let memory = new Uint8Array(1 << 20);
const encoder = new Encoder((needed, used) => {
  if (memory.length < needed) {
    const grown = new Uint8Array(needed);
    grown.set(memory.subarray(0, used));
    memory = grown;
  }
  return memory;
});

function encode(batch) {
  encoder.reset();
  for (let i = 0; i < batch.length; ++i) encoder.pair(i, batch[i]);
}

function measure(name, batch, step) {
  let best = Infinity;
  for (let round = 0; round < 60; ++round) {
    const start = performance.now();
    for (let repeat = 0; repeat < 5; ++repeat) step(batch);
    best = Math.min(best, performance.now() - start);
  }
  const each = best / 5 / batch.length;
  console.log(`${name.padEnd(36)} ${(each * 1000).toFixed(2)} µs/record  ${(1 / each / 1000).toFixed(2)} M/s`);
}

for (const [name, batch] of [['flat', flat], ['nested, with an array and a Date', records]]) {
  measure(`encode ${name}`, batch, encode);
  encode(batch);
  console.log(`  ${Math.round(encoder.position / batch.length)} bytes each`);
  const bytes = encoder.bytes;
  measure(`decode ${name}`, batch, () => decodeSequence(bytes));
  measure(`JSON.stringify ${name}`, batch, (all) => JSON.stringify(all));
}
