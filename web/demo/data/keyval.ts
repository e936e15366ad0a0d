import { type Dataset, type Entry, scaled } from "./dataset.js";
import { portrait } from "./portrait.js";
import { Random } from "./random.js";
import { PORTS, REMARKS } from "./words.js";

/** Every kind of key that IndexedDB orders. Binary keys are ArrayBuffers because that is how they are read back. */
const KEYS: readonly ((index: number, random: Random) => IDBValidKey)[] = [
  (index) => `draft-${index}`,
  (index) => index,
  (index) => -index - 0.5,
  (index, random) => new Date(random.date().getTime() + index),
  (index, random) => ["tide", random.pick(PORTS)[1], index],
  (index, random) => Uint8Array.from([index & 0xff, index >>> 8, ...random.bytes(6)]).buffer,
];

function draft(index: number): Entry {
  const random = new Random("keyval", index);
  const key = KEYS[index % KEYS.length]!(index, random);
  const value = random.pick<() => unknown>([
    () => ({ text: random.pick(REMARKS), saved: random.date(), lines: [random.int(1, 9), null] }),
    () => random.pick(REMARKS),
    () => random.int(-1e9, 1e9),
    () => portrait(random),
    () => random.bytes(random.int(1, 40)),
  ])();
  return { key, value };
}

const SPECIMENS: readonly (() => Entry)[] = [
  () => ({ key: "", value: "empty key" }),
  () => ({ key: "undefined", value: undefined }),
  () => ({ key: "\0", value: "\0" }),
  () => ({ key: "lone \udfff", value: "lone \ud800" }),
  () => ({ key: Infinity, value: "last number" }),
  () => ({ key: -Infinity, value: "first number" }),
  () => ({ key: new Date(-62_135_596_800_000), value: new Date(0) }),
  () => ({ key: [], value: [] }),
  () => ({ key: [[], ["nested", [1, new Date(0), new ArrayBuffer(0)]]], value: { deep: [[[[0]]]] } }),
  () => ({ key: new ArrayBuffer(0), value: new ArrayBuffer(0) }),
  () => ({ key: "1", value: "the string, not the number" }),
];

function* records(scale: number): Generator<Entry> {
  for (const make of SPECIMENS) yield make();
  for (let i = 0; i < scaled(240, scale); i++) yield draft(i);
}

export const keyval: Dataset = {
  name: "keyval",
  library: "idb-keyval",
  source: { indexedDB: "keyval-store", store: "keyval" },
  total: (scale) => SPECIMENS.length + scaled(240, scale),
  records,
  stored: records,
};
