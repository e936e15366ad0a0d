import { type Dataset, type Entry, scaled } from "./dataset.js";
import { portrait } from "./portrait.js";
import { Random } from "./random.js";
import { PORTS, REMARKS } from "./words.js";

/** Weather sheets: out-of-line string keys, and a different native type from one sheet to the next. */
const SHEETS: readonly ((random: Random) => unknown)[] = [
  (random) => ({ port: random.pick(PORTS)[1], at: random.date(), wind: random.int(0, 40), gust: undefined }),
  (random) => portrait(random),
  (random) => random.date(),
  (random) => random.bytes(random.int(0, 96)),
  (random) => new Float64Array([random.real(), -0, NaN, Infinity]),
  (random) => new Map<unknown, unknown>([[random.pick(PORTS)[1], random.int(0, 9)], [random.date(), [null]]]),
  (random) => new Set<unknown>([random.int(0, 99), random.pick(REMARKS), NaN]),
  (random) => BigInt(random.next()) * BigInt(random.next()) * (random.chance(0.5) ? -1n : 1n),
  (random) => random.pick(REMARKS),
  (random) => random.real(),
  (random) => random.chance(0.5),
  (random) => Array.from({ length: random.int(0, 6) }, () => ({ level: random.int(-300, 300) / 100 })),
];

function sheet(index: number): Entry {
  const random = new Random("forage", index);
  const make = SHEETS[index % SHEETS.length]!;
  return { key: `weather/${String(index).padStart(4, "0")}`, value: make(random) };
}

/** One of every kind of value that structured cloning carries, and keys that careless code trips over. */
function specimens(): Entry[] {
  const at = new Date(Date.UTC(2021, 5, 21, 3, 32, 1, 7));
  const shared = { berth: 12 };
  const cycle: Record<string, unknown> = { name: "ring" };
  cycle.self = cycle;
  cycle.parts = [cycle, shared, shared];
  const sparse: unknown[] = [1, , undefined, null];
  sparse.length = 6;
  const values: Record<string, unknown> = {
    null: null,
    "number/nan": NaN,
    "number/minus-zero": -0,
    "number/infinity": Infinity,
    "number/minus-infinity": -Infinity,
    "number/max-safe": Number.MAX_SAFE_INTEGER,
    "number/past-2^53": 2 ** 53 + 2,
    "number/tiny": 5e-324,
    "number/huge": Number.MAX_VALUE,
    "bigint/zero": 0n,
    "bigint/int64-min": -(2n ** 63n),
    "bigint/uint64-past": 2n ** 64n,
    "bigint/long": 3n ** 200n,
    "bigint/minus-long": -(7n ** 150n),
    "string/empty": "",
    "string/nul": "before\0after",
    "string/lone-surrogate": "high \ud800 low \udc00 end",
    "string/emoji": "⚓🛟👩‍✈️",
    "date/epoch": new Date(0),
    "date/before-epoch": new Date(-1),
    "date/last": new Date(8.64e15),
    "date/invalid": new Date(NaN),
    regexp: /^(?<port>[a-z]+)\/\d{2}$/giu,
    "error/type": withFixedStack(new TypeError("no such berth \u2693")),
    "binary/empty": new ArrayBuffer(0),
    "binary/buffer": Uint8Array.from([0, 1, 254, 255]).buffer,
    "binary/int8": Int8Array.of(-128, 127),
    "binary/uint8-clamped": Uint8ClampedArray.of(0, 255),
    "binary/int16": Int16Array.of(-32768, 32767),
    "binary/uint16": Uint16Array.of(0, 65535),
    "binary/int32": Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
    "binary/uint32": Uint32Array.of(2 ** 32 - 1),
    "binary/float32": Float32Array.of(0.5, -0, NaN, -Infinity),
    "binary/bigint64": BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
    "binary/biguint64": BigUint64Array.of(2n ** 64n - 1n),
    "binary/view": new DataView(Uint8Array.from([9, 8, 7, 6, 5]).buffer, 1, 3),
    "binary/window": Uint8Array.from([0, 10, 20, 30, 40]).subarray(1, 4),
    "blob/empty": new Blob([]),
    "blob/typed": new Blob([Uint8Array.from([0xff, 0x00, 0x80])], { type: "application/x-tide" }),
    file: new File(["tide;high\n04:40;2.1\n"], "tides – june.csv", { type: "text/csv", lastModified: at.getTime() }),
    "map/nested": new Map<unknown, unknown>([[{ k: 1 }, new Map([["x", -0]])], [NaN, undefined], [at, new Set([at])]]),
    "set/empty": new Set(),
    "array/sparse": sparse,
    "array/empty": [],
    "object/empty": {},
    "object/undefined-field": { kept: undefined, nothing: null },
    "object/awkward-names": Object.fromEntries([
      ["__proto__", "own property"], ["constructor", 1], ["", "empty"], ["10", "ten"], ["9", "nine"], ["\ud800", "lone"], ["a\0b", "nul"],
    ]),
    "object/dollar": { $type: "Date", $key: "x", "/": "slash", "~": "tilde" },
    cycle,
    shared: [shared, shared],
  };
  const entries = Object.entries(values).map(([name, value]): Entry => ({ key: `specimen/${name}`, value }));
  const keys = ["", " ", "\0", "__proto__", "42", "⚓", "\ud83d", "it's \"quoted\"; --", "é", "e\u0301"];
  return entries.concat(keys.map((key, i): Entry => ({ key, value: { awkward: i } })));
}

/** An engine's own stack names the page's address and port, which would make the data differ from run to run. */
function withFixedStack(error: Error): Error {
  error.stack = `${error.name}: ${error.message}\n    at berth (harbour.js:1:1)`;
  return error;
}

const FIXED = specimens().length;

function* records(scale: number): Generator<Entry> {
  yield* specimens();
  for (let i = 0; i < scaled(400, scale); i++) yield sheet(i);
}

/** localForage keeps a null as undefined in the store and hands it out as null again. */
function* stored(scale: number): Generator<Entry> {
  for (const { key, value } of records(scale)) yield { key, value: value === null ? undefined : value };
}

export const forage: Dataset = {
  name: "forage",
  library: "localForage",
  source: { indexedDB: "localforage", store: "keyvaluepairs" },
  total: (scale) => FIXED + scaled(400, scale),
  records,
  stored,
};
