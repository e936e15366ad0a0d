// Microseconds a record in the shipped module under Node, without a browser:
// the benchmark's records (tests/bench/browser/records.ts) into a file in
// memory, in one cold run, as a page has it.
//   node [V8 flags] tests/bench/engine.mjs [--records 100000] [--module build/wasm/ferrite.js]
// --liftoff-only gives baseline code only, --no-liftoff
// optimised code only, no flags what a browser does.
import { parseArgs } from 'node:util';
import { loadModule } from '../support/load-module.mjs';
import { importTs } from '../web/support/import-ts.mjs';

const { values: options } = parseArgs({
  options: {
    records: { type: 'string', default: '100000' },
    module: { type: 'string', default: 'build/wasm/ferrite.js' },
  },
});
const count = Number(options.records);
const BATCH_BYTES = 1 << 20;

const { Encoder } = await importTs('web/src/encoding/encoder.ts');
const { note, PLAN } = await importTs('tests/bench/browser/records.ts');

/** The synchronous access handle of a file in memory that grows in large steps. */
class GrowingHandle {
  #bytes = new Uint8Array(1 << 26);
  #size = 0;

  read(view, { at }) {
    const part = this.#bytes.subarray(at, Math.min(at + view.byteLength, this.#size));
    view.set(part);
    return part.byteLength;
  }

  write(view, { at }) {
    const end = at + view.byteLength;
    if (end > this.#bytes.byteLength) {
      const grown = new Uint8Array(2 * end);
      grown.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = grown;
    }
    this.#bytes.set(view, at);
    this.#size = Math.max(this.#size, end);
    return view.byteLength;
  }

  truncate(size) { this.#size = size; }
  getSize() { return this.#size; }
  flush() {}
  close() {}
}

function* batches() {
  let memory = new Uint8Array(2 * BATCH_BYTES);
  const encoder = new Encoder(() => memory);
  for (let id = 1; id <= count; ++id) {
    encoder.pair(id, note(id));
    if (encoder.position < BATCH_BYTES && id < count) continue;
    yield encoder.bytes.slice();
    encoder.reset();
  }
}

function check(answer) {
  if (answer !== '') throw new Error(answer);
}

const all = [...batches()];
const begun = performance.now();
const module = await loadModule(options.module);
const loaded = performance.now();
module.ferriteFiles = new Map([['bench.db', new GrowingHandle()], ['bench.db-journal', new GrowingHandle()]]);
const engine = new module.Engine();
check(engine.openStore(JSON.stringify({ path: 'bench.db', vfs: 'ferrite-opfs', create: true })));
const source = PLAN.tables[0].from;
const states = [{ source, status: 'ready', records: count, info: { keyPath: 'id' } }];
check(engine.beginPass('migration', JSON.stringify(PLAN), JSON.stringify(states), '{"now":1}'));
const started = performance.now();
for (const [i, batch] of all.entries()) {
  module.HEAPU8.set(batch, engine.input(batch.length));
  check(engine.apply(batch.length, i + 1 === all.length, 1));
}
const applied = performance.now();
while (JSON.parse(engine.step()).kind === 'work') check(engine.work(1));
const scanned = performance.now();
const { status, tables } = JSON.parse(engine.report());
const each = (ms) => (ms * 1000 / count).toFixed(2);
console.log(`load ${(loaded - begun).toFixed(0)} ms, open ${(started - loaded).toFixed(0)} ms, apply ${each(applied - started)} µs, ` +
  `scan ${each(scanned - applied)} µs a record, ${status} ${JSON.stringify(tables?.[0]?.hash ?? tables?.[0])}`);
