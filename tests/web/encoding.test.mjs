// The TypeScript encoder and decoder: against each other, against the bytes
// that core/doc/record-encoding.md gives, and against the native core.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';

import { root } from '../support/load-module.mjs';
import { RandomValues, reordered, seeded } from './support/random-values.mjs';
import { difference } from './support/same.mjs';
import { importTs } from './support/import-ts.mjs';

const { Encoder } = await importTs('web/src/encoding/encoder.ts');
const { decode, decodeSequence } = await importTs('web/src/encoding/decoder.ts');

// The file that this was read from stands in for what FileReaderSync reads.
const blobBytes = new WeakMap();
function blobOf(Type, text, ...rest) {
  const blob = new Type([text], ...rest);
  blobBytes.set(blob, new TextEncoder().encode(text).buffer);
  return blob;
}

/** Memory that moves and voids its views at every growth, as WebAssembly's. */
function movingMemory() {
  let memory = new Uint8Array(0);
  return (needed, used) => {
    const grown = new Uint8Array(needed);
    grown.set(memory.subarray(0, used));
    structuredClone(memory.buffer, { transfer: [memory.buffer] });
    return (memory = grown);
  };
}

const newEncoder = () => new Encoder(movingMemory(), {
  readBlob(blob) {
    if (!blobBytes.has(blob)) throw new Error('NotReadableError');
    return blobBytes.get(blob);
  },
});

function encode(...values) {
  const encoder = newEncoder();
  for (const value of values) encoder.value(value);
  return encoder.bytes.slice();
}

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const encodedText = (text) => hex(encode(text));

function assertRoundTrip(value, name) {
  assert.equal(difference(value, decode(encode(value))), '', name);
}

/** What the native core says: [{hash, form, sortable}]. */
function askCore(bytes) {
  const output = execFileSync(`${root}build/native-release/tests/encoding_tool`, {
    input: bytes, encoding: 'utf8', maxBuffer: 1 << 28,
  });
  return output.trimEnd().split('\n').map((line) => {
    const [hash, form, sortable] = line.split(' ');
    return { hash, form, sortable };
  });
}

const sparse = [1, , 3];
const matched = /b/.exec('abc');
const own__proto__ = JSON.parse('{"__proto__":{"polluted":true}}');

const documented = [
  ['undefined', undefined, 'f7'],
  ['null', null, 'f6'],
  ['true', true, 'f5'],
  ['false', false, 'f4'],
  ['0', 0, '00'],
  ['23', 23, '17'],
  ['24', 24, '1818'],
  ['1000000000000', 1e12, '1b000000e8d4a51000'],
  ['2^53', 2 ** 53, '1b0020000000000000'],
  ['-1', -1, '20'],
  ['-1000', -1000, '3903e7'],
  ['-(2^53)', -(2 ** 53), '3b001fffffffffffff'],
  ['2^53 + 2', 2 ** 53 + 2, 'fb4340000000000001'],
  ['-0', -0, 'f98000'],
  ['NaN', NaN, 'f97e00'],
  ['Infinity', Infinity, 'f97c00'],
  ['-Infinity', -Infinity, 'f9fc00'],
  ['1.1', 1.1, 'fb3ff199999999999a'],
  ['text', 'IETF', '6449455446'],
  ['text beyond ASCII', '水', '63e6b0b4'],
  ['a character beyond the BMP', '😀', '64f09f9880'],
  ['a lone surrogate', 'a\ud800', 'd901114461eda080'],
  ['0n', 0n, 'c240'],
  ['2^64 as BigInt', 18446744073709551616n, 'c249010000000000000000'],
  ['-1n', -1n, 'c340'],
  ['-(2^64) - 1 as BigInt', -18446744073709551617n, 'c349010000000000000000'],
  ['a Date of whole seconds', new Date(1363896240000), 'c11a514b67b0'],
  ['a Date with milliseconds', new Date(1363896240500), 'c1fb41d452d9ec200000'],
  ['a Date beyond 2^51', new Date(2 ** 51), 'd81b82644461746' + '51b0008000000000000'],
  ['an invalid Date', new Date(NaN), 'c1f97e00'],
  ['an object in its order', { b: 1, a: [2, 3] }, 'a2616201616182' + '0203'],
  ['an array', [1, [2]], '82018102'],
  ['an array with a hole', sparse, 'd81b83654172726179' + '03a261300161' + '3203'],
  ['a Map', new Map([[1, 'a']]), 'd90103a1016161'],
  ['a Set', new Set([1, 'a']), 'd9010282016161'],
  ['a RegExp', /a/g, 'd9524a8261616167'],
  ['an ArrayBuffer', Uint8Array.of(1, 2).buffer, '420102'],
  ['a resizable ArrayBuffer', new ArrayBuffer(1, { maxByteLength: 2 }), 'd81b836b4172726179427566666572410002'],
  ['a Uint8Array', Uint8Array.of(1), 'd8404101'],
  ['a Float64Array', Float64Array.of(1), 'd85648000000000000f03f'],
  ['a view of a part', new Uint8Array(Uint8Array.of(1, 2).buffer, 1), 'd81b846a55696e74384172726179' + '4201020101'],
  ['a view that follows its buffer\'s length', new Uint8Array(new ArrayBuffer(1, { maxByteLength: 2 })),
    'd81b836a55696e74384172726179' + 'd81b836b4172726179427566666572410002' + '00'],
  ['a DataView', new DataView(Uint8Array.of(1).buffer), 'd81b846844617461566965774101' + '0001'],
  ['a Boolean object', Object(true), 'd81b8267426f6f6c65616ef5'],
  ['a Number object', Object(1), 'd81b82664e756d62657201'],
  ['a String object', Object('a'), 'd81b8266537472696e676161'],
  ['a BigInt object', Object(1n), 'd81b8266426967496e74c24101'],
];

describe('Encoder', () => {
  for (const [name, value, bytes] of documented) {
    test(`writes ${name} as the document says`, () => assert.equal(encodedText(value), bytes));
  }

  test('writes an object that is met twice once', () => {
    const shared = { a: 1 };
    assert.equal(encodedText([shared, shared]), '82d81ca1616101d81d00');
    const cycle = [];
    cycle.push(cycle);
    assert.equal(encodedText(cycle), 'd81c81d81d00');
    const view = Uint8Array.of(7);
    assert.equal(encodedText([view, view.buffer]), '82d81b846a55696e74384172726179d81c410700' + '01d81d00');
  });

  test('forgets what was shared when the record ends', () => {
    const shared = { a: 1 };
    const encoder = newEncoder();
    encoder.pair(1, [shared, shared]);
    encoder.pair(2, shared);
    assert.equal(hex(encoder.bytes), '820182d81ca1616101d81d00' + '8202a1616101');
  });

  test('finds what is shared among many objects', () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({ i }));
    assertRoundTrip([many, many[3], many[900], [...many].reverse()]);
  });

  test('writes what cannot be carried as Unsupported', () => {
    const unsupported = (type) => encodedText(['Unsupported', type]).replace(/^82/, 'd81b82');
    assert.equal(encodedText(new (class DOMRect { get [Symbol.toStringTag]() { return 'DOMRect'; } })()), unsupported('DOMRect'));
    assert.equal(encodedText(() => 1), unsupported('function'));
    assert.equal(encodedText(new Blob(['unreadable'])), unsupported('Blob'));
  });

  test('tells the values that it wrote as Unsupported, in that order', () => {
    const encoder = newEncoder();
    const [one, two] = ['One', 'Two'].map((name) => ({ __proto__: { [Symbol.toStringTag]: name } }));
    encoder.value({ two, list: [one, two] });
    assert.deepEqual(encoder.unsupported, [two, one]);
    const given = [];
    const substitutes = { One: { is: 1 }, Two: { is: 2 } };
    const back = decode(encoder.bytes.slice(), (type) => (given.push(type), substitutes[type]));
    assert.deepEqual(given, ['Two', 'One']);
    assert.equal(difference(back, { two: substitutes.Two, list: [substitutes.One, substitutes.Two] }), '');
    encoder.value({ a: 1 });
    assert.deepEqual(encoder.unsupported, []);
    let deep = [];
    for (let i = 1; i < 513; ++i) deep = [deep];
    encoder.value(deep);
    assert.equal(encoder.unsupported.length, 1);
    assert.equal(encoder.unsupported[0], deep);
    assert.throws(() => decode(encode(one)), RangeError);
  });

  test('tells views that follow a length from those that do not, and leaves their bytes alone', () => {
    for (const [size, max] of [[4, 8], [8, 8], [5, 6], [3, 4], [0, 4], [0, 0], [7, 7]]) {
      const buffer = new ArrayBuffer(size, { maxByteLength: max });
      new Uint8Array(buffer).forEach((_, i, bytes) => { bytes[i] = i + 1; });
      for (const View of [Uint8Array, Int16Array, Uint32Array, Float64Array, DataView]) {
        const element = View.BYTES_PER_ELEMENT ?? 1;
        for (const offset of [0, 4, 8].filter((at) => at <= size && at % element === 0)) {
          const fixed = new View(buffer, offset, Math.floor((size - offset) / element));
          // Node 20 makes no view that follows over a part of an element; browsers do, and snapshot.test.mjs has them.
          const following = (size - offset) % element === 0 ? [new View(buffer, offset)] : [];
          for (const view of [fixed, ...following]) {
            const back = decode(encode(view));
            const lengths = (of) => [max, Math.max(0, size - 1), 0, size].map((length) => {
              of.buffer.resize(length);
              try { return [of.byteLength, of.byteOffset].join(); } catch { return 'out of bounds'; }
            });
            assert.equal(hex(new Uint8Array(back.buffer)), hex(new Uint8Array(buffer)));
            assert.deepEqual(lengths(back), lengths(structuredClone(view)), `${View.name} at ${offset} of ${size}, at most ${max}`);
          }
        }
      }
    }
  });

  test('replaces a record that is nested too deep, and only that record', () => {
    const nested = (depth) => {
      let value = [];
      for (let i = 1; i < depth; ++i) value = [value];
      return value;
    };
    assertRoundTrip(nested(512));
    const [tooDeep, next] = [nested(513), { next: true }];
    assert.equal(hex(encode(tooDeep, next)), hex(encode(nested(100000), next)));
    assert.match(hex(encode(tooDeep)), /^d81b826b556e737570706f72746564/);
  });

  test('goes back to an earlier position', () => {
    const encoder = newEncoder();
    encoder.value('kept');
    const position = encoder.position;
    encoder.value({ dropped: 'x'.repeat(200000) });
    encoder.reset(position);
    encoder.value(1);
    assert.equal(hex(encoder.bytes), '646b65707401');
  });

  test('asks for memory anew when a batch begins or the memory has moved', () => {
    const grow = movingMemory();
    let asked = 0;
    const encoder = new Encoder((needed, used) => (++asked, grow(needed, used)));
    encoder.value('a');
    grow(10, 0);
    encoder.reset(0);
    encoder.value('b');
    assert.equal(asked, 2);
    assert.equal(hex(encoder.bytes), '6162');
    grow(100000, encoder.position);
    encoder.value('c');
    assert.equal(asked, 3);
    assert.equal(hex(encoder.bytes), '61626163');
  });

  test('keeps writing the right names when shapes and dictionaries change', () => {
    const records = [];
    for (let i = 0; i < 10000; ++i) records.push({ [`k${i}`]: i, [`k${i % 7}`]: 1, same: { [`k${i % 3}`]: 2 } });
    const encoder = newEncoder();
    for (const record of records) encoder.value(record);
    assert.equal(difference(records, decodeSequence(encoder.bytes)), '');
  });
});

describe('Decoder', () => {
  for (const [name, value] of documented) {
    test(`gives ${name} back`, () => assertRoundTrip(value));
  }

  test('gives back arrays with named properties, own __proto__, errors and their causes', () => {
    assertRoundTrip([matched.slice(), Object.assign([1, 2], { index: 1, input: 'abc' }), Object.assign([, 1], { 2.5: 1 })]);
    assertRoundTrip(own__proto__);
    const error = new RangeError('no', { cause: new TypeError('why') });
    assertRoundTrip(error);
    assert.equal(decode(encode(error)).cause.name, 'TypeError');
    const own = new Error('self');
    own.cause = own;
    assert.equal(decode(encode(own)).cause.message, 'self');
  });

  test('gives back a Blob and a File', async () => {
    const file = blobOf(File, 'héllo', 'a.txt', { type: 'text/plain', lastModified: 17 });
    const [blob, again] = decode(encode([blobOf(Blob, 'x', { type: 'a/b' }), file]));
    assert.equal(Object.getPrototypeOf(blob), Blob.prototype);
    assert.deepEqual([blob.type, await blob.text()], ['a/b', 'x']);
    assert.equal(Object.getPrototypeOf(again), File.prototype);
    assert.deepEqual([again.name, again.type, again.lastModified, await again.text()], ['a.txt', 'text/plain', 17, 'héllo']);
  });

  test('gives every millisecond of a Date back', () => {
    const random = seeded(5);
    for (let i = 0; i < 20000; ++i) assertRoundTrip(new Date(Math.floor((random() - 0.5) * 2 ** 52)));
    for (let i = 0; i < 2000; ++i) assertRoundTrip(new Date(2 ** 51 - i));
  });

  test('gives a sequence back', () => {
    assert.deepEqual(decodeSequence(encode(1, 'a', [2])), [1, 'a', [2]]);
    assert.deepEqual(decodeSequence(new Uint8Array(0)), []);
  });

  test('refuses what is cut short or followed by something', () => {
    const bytes = encode({ a: [1, 'text', new Date(1), new Map([[1, 2]])], b: Uint8Array.of(1, 2) });
    for (let end = 0; end < bytes.length; ++end) assert.throws(() => decode(bytes.subarray(0, end)), RangeError);
    assert.throws(() => decode(encode(1, 2)), RangeError);
    assert.throws(() => decode(Uint8Array.of(0x9f, 0xff)), RangeError);
  });
});

describe('Both directions', () => {
  test('give 2000 random values back', () => {
    const values = new RandomValues(1);
    for (let i = 0; i < 2000; ++i) assertRoundTrip(values.record(), `value ${i}`);
  });
});

describe('Both twins', () => {
  test('read each value, and hash it alike whatever the order of its properties', () => {
    const values = new RandomValues(2);
    const random = seeded(3);
    const encoder = newEncoder();
    const count = 2000;
    for (let i = 0; i < count; ++i) {
      const value = values.record();
      encoder.value(value);
      encoder.value(reordered(value, random));
      encoder.value([i, value]);
    }
    const answers = askCore(encoder.bytes);
    assert.equal(answers.length, 3 * count);
    for (let i = 0; i < count; ++i) assert.equal(answers[3 * i].hash, answers[3 * i + 1].hash, `value ${i}`);
    assert.equal(new Set(answers.filter((_, i) => i % 3 === 2).map(({ hash }) => hash)).size, count);
  });

  test('agree on the one form of each value', () => {
    const unordered = documented.find(([name]) => name === 'an object in its order')[1];
    const others = documented.map(([, value]) => value).filter((value) => value !== unordered);
    const answers = askCore(encode(unordered, ...others));
    assert.deepEqual(answers.map(({ form }) => form), ['rewritten', ...others.map(() => 'canonical')]);
    assert.equal(new Set(answers.map(({ hash }) => hash)).size, answers.length);
  });

  test('order keys as IndexedDB does', () => {
    const values = new RandomValues(4);
    const keys = Array.from({ length: 1500 }, () => values.key());
    const sortable = askCore(encode(...keys)).map((answer) => answer.sortable);
    for (let i = 0; i < keys.length; ++i) {
      for (const j of [i, (i * 7 + 1) % keys.length, (i * 31 + 5) % keys.length, (i + 1) % keys.length]) {
        const order = sortable[i] < sortable[j] ? -1 : sortable[i] > sortable[j] ? 1 : 0;
        assert.equal(order, compareKeys(keys[i], keys[j]), `keys ${i} and ${j}`);
      }
    }
  });

  test('agree on what is no key', () => {
    const none = [undefined, null, true, NaN, 1n, {}, new Date(NaN), new Map(), [1, [NaN]], /a/];
    assert.deepEqual(askCore(encode(...none)).map(({ sortable }) => sortable), none.map(() => '-'));
  });
});

/** indexedDB.cmp, by the specification's "compare two keys". */
function compareKeys(a, b) {
  const rank = (key) => (typeof key === 'number' ? 1 : key instanceof Date ? 2 : typeof key === 'string' ? 3
    : key instanceof ArrayBuffer ? 4 : 5);
  if (rank(a) !== rank(b)) return Math.sign(rank(a) - rank(b));
  switch (rank(a)) {
    case 1: return a < b ? -1 : a > b ? 1 : 0;
    case 2: return Math.sign(a.getTime() - b.getTime());
    case 3: return a < b ? -1 : a > b ? 1 : 0;
    case 4: return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  for (let i = 0; i < Math.min(a.length, b.length); ++i) {
    const order = compareKeys(a[i], b[i]);
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}
