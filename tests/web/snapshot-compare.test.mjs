// The comparison that the snapshot tests rest on: it finds nothing between a
// value and its structured clone, and it finds each of these differences.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { openBrowser } from './support/browser.mjs';

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  await page.evaluate(async () => {
    window.compare = await import('/snapshot-compare.js');
    window.types = (await import('/snapshot-types.js')).TYPES;
  });
});
after(() => browser.close());

/** Pairs of values that differ in one thing, as the page makes them. */
const PAIRS = {
  'the sign of zero': () => [0, -0],
  'NaN and undefined': () => [NaN, undefined],
  'null and undefined': () => [{ a: null }, { a: undefined }],
  'a member that is undefined': () => [{ a: undefined }, {}],
  'the order of members': () => [{ a: 1, b: 2 }, { b: 2, a: 1 }],
  'a lone surrogate': () => ['\ud800', '\ufffd'],
  'a prototype': () => [Object.create(null), {}],
  'a member that is not enumerable': () => [{ a: 1 }, Object.defineProperty({}, 'a', { value: 1, writable: true, configurable: true })],
  'a member that is not writable': () => [{ a: 1 }, Object.defineProperty({}, 'a', { value: 1, enumerable: true, configurable: true })],
  'a symbol': () => [{}, { [Symbol('s')]: 1 }],
  'a hole and undefined': () => [[, 1], [undefined, 1]],
  'an array\'s length': () => { const longer = [1]; longer.length = 3; return [[1], longer]; },
  'a name of an array': () => [Object.assign([1], { x: 1 }), [1]],
  'an array and an object': () => [[], {}],
  'a Number object': () => [Object(1), 1],
  'another Number object': () => [Object(0), Object(-0)],
  'a BigInt': () => [1n, 2n],
  'a BigInt and a Number': () => [1n, 1],
  'a Date': () => [new Date(0), new Date(1)],
  'an invalid Date': () => [new Date(NaN), new Date(0)],
  'flags of a RegExp': () => [/a/g, /a/i],
  'lastIndex': () => [/a/g, Object.assign(/a/g, { lastIndex: 1 })],
  'the order of a Map': () => [new Map([[1, 1], [2, 2]]), new Map([[2, 2], [1, 1]])],
  'a Map\'s value': () => [new Map([['a', { x: 1 }]]), new Map([['a', { x: 2 }]])],
  'a Map\'s key': () => [new Map([[{ x: 1 }, 0]]), new Map([[{ x: 2 }, 0]])],
  'a Map and its entries as a Set': () => [new Map([[1, 1]]), new Set([1])],
  'a Set\'s member': () => [new Set([1, 2]), new Set([1, 3])],
  'one of two that were shared': () => { const one = {}; return [[one, one], [{}, {}]]; },
  'what is shared with what': () => { const [a, b, c, d] = [{}, {}, {}, {}]; return [[a, b, a], [c, d, d]]; },
  'a cycle and its unrolling': () => { const a = {}; a.a = a; const b = { a: {} }; b.a.a = b.a; return [a, b]; },
  'sharing below a Map': () => { const one = {}; return [new Map([[one, one]]), new Map([[{}, {}]])]; },
  'a buffer that two views share': () => {
    const one = new ArrayBuffer(2);
    return [[new Uint8Array(one), new Int8Array(one)], [new Uint8Array(2), new Int8Array(2)]];
  },
  'bytes': () => [Uint8Array.of(1), Uint8Array.of(2)],
  'bytes outside of a view': () => [new Uint8Array(Uint8Array.of(1, 2).buffer, 1), new Uint8Array(Uint8Array.of(0, 2).buffer, 1)],
  'the type of a view': () => [new Uint8Array(2), new Uint8ClampedArray(2)],
  'the offset of a view': () => [new Uint8Array(new ArrayBuffer(2), 0, 1), new Uint8Array(new ArrayBuffer(2), 1, 1)],
  'a resizable buffer': () => [new ArrayBuffer(2), new ArrayBuffer(2, { maxByteLength: 2 })],
  'the maximum of a buffer': () => [new ArrayBuffer(2, { maxByteLength: 4 }), new ArrayBuffer(2, { maxByteLength: 8 })],
  'a length that is followed': () => [new Uint8Array(new ArrayBuffer(2, { maxByteLength: 4 })), new Uint8Array(new ArrayBuffer(2, { maxByteLength: 4 }), 0, 2)],
  'a length that is followed in a full buffer': () =>
    [new Uint8Array(new ArrayBuffer(2, { maxByteLength: 2 })), new Uint8Array(new ArrayBuffer(2, { maxByteLength: 2 }), 0, 2)],
  'a DataView\'s length that is followed': () => [new DataView(new ArrayBuffer(2, { maxByteLength: 4 })), new DataView(new ArrayBuffer(2, { maxByteLength: 4 }), 0, 2)],
  'a Blob\'s bytes': () => [new Blob(['a']), new Blob(['b'])],
  'a Blob\'s type': () => [new Blob(['a'], { type: 'a/b' }), new Blob(['a'])],
  'a Blob and a File': () => [new Blob(['a']), new File(['a'], '')],
  'a File\'s name': () => [new File([], 'a', { lastModified: 1 }), new File([], 'b', { lastModified: 1 })],
  'a File\'s time': () => [new File([], 'a', { lastModified: 1 }), new File([], 'a', { lastModified: 2 })],
  'an Error\'s message': () => { const [a, b] = [new Error('a'), new Error('b')]; b.stack = a.stack; return [a, b]; },
  'an Error\'s stack': () => { const [a, b] = [new Error('a'), new Error('a')]; b.stack = 'x'; return [a, b]; },
  'an Error\'s type': () => { const [a, b] = [new Error('a'), new TypeError('a')]; b.stack = a.stack; return [a, b]; },
  'an Error\'s cause': () => { const [a, b] = [new Error('a', { cause: 1 }), new Error('a', { cause: 2 })]; b.stack = a.stack; return [a, b]; },
  'a cause that is undefined': () => { const [a, b] = [new Error('a', { cause: undefined }), new Error('a')]; b.stack = a.stack; return [a, b]; },
  'a message that is not there': () => { const [a, b] = [new Error(''), new Error()]; b.stack = a.stack; Object.defineProperty(a, 'message', { value: '' }); return [a, b]; },
  'a DOMRect': () => [new DOMRect(1), new DOMRect(2)],
  'a DOMRectReadOnly': () => [new DOMRect(1), new DOMRectReadOnly(1)],
  'the sign in a DOMPoint': () => [new DOMPoint(0), new DOMPoint(-0)],
  'a DOMQuad': () => [new DOMQuad(new DOMPoint(1)), new DOMQuad(new DOMPoint(2))],
  'dimensions of a DOMMatrix': () => [new DOMMatrix(), new DOMMatrix([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1])],
  'a DOMMatrix': () => [new DOMMatrix([1, 0, 0, 1, 0, 0]), new DOMMatrix([1, 0, 0, 1, 0, 1])],
  'a picture': () => { const image = new ImageData(1, 1); image.data[0] = 1; return [image, new ImageData(1, 1)]; },
  'a colour space': () => [new ImageData(1, 1), new ImageData(1, 1, { colorSpace: 'display-p3' })],
  'a DOMException': () => [new DOMException('a', 'AbortError'), new DOMException('a', 'DataError')],
  'a QuotaExceededError': () => [new QuotaExceededError('a', { quota: 1, requested: 2 }), new QuotaExceededError('a', { quota: 1, requested: 3 })],
  'a bitmap': async () => { const image = new ImageData(1, 1); image.data.fill(255); return [await createImageBitmap(image), await createImageBitmap(new ImageData(1, 1))]; },
  'a key': async () => { const make = () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']); return [await make(), await make()]; },
  'a key that is not extractable': async () => { const make = () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']); return [await make(), await make()]; },
  'usages of a key': async () => {
    const bytes = new Uint8Array(16);
    const make = (usages) => crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, usages);
    return [await make(['encrypt']), await make(['encrypt', 'decrypt'])];
  },
  'a certificate': async () => { const make = () => RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' }); return [await make(), await make()]; },
};

describe('The comparison of values', () => {
  for (const [name, make] of Object.entries(PAIRS)) {
    test(`finds ${name}`, async () => {
      const found = await page.evaluate(async (source) => {
        const [a, b] = await (0, eval)(`(${source})`)();
        const { prepare, difference } = window.compare;
        await prepare([a, b]);
        return { between: difference(a, b), back: difference(b, a), itself: difference(a, a) };
      }, make.toString());
      assert.notEqual(found.between, '');
      assert.notEqual(found.back, '');
      assert.equal(found.itself, '');
    });
  }

  test('finds nothing between a stored value of any type and the same read again', async () => {
    const found = await page.evaluate(async () => {
      const answer = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const request = indexedDB.open('compare', 1);
      request.onupgradeneeded = () => request.result.createObjectStore('values');
      const database = await answer(request);
      const store = (mode) => database.transaction('values', mode).objectStore('values');
      const lines = [];
      for (const [name, make] of Object.entries(window.types)) {
        const value = await make();
        await answer(store('readwrite').put(value, name));
        const [a, b] = [await answer(store('readonly').get(name)), await answer(store('readonly').get(name))];
        await window.compare.prepare([a, b]);
        lines.push([name, window.compare.difference(a, b)]);
      }
      database.close();
      return lines.filter(([, line]) => line !== '');
    });
    assert.deepEqual(found, []);
  });
});

describe('The comparison of states', () => {
  const states = {
    'a version': (state) => { state.databases[0].version += 1; },
    'a name': (state) => { state.databases[0].name = 'other'; },
    'a database more': (state) => { state.databases.push({ name: 'z', version: 1, stores: [] }); },
    'a key path': (state) => { state.databases[0].stores[0].keyPath = 'id'; },
    'autoIncrement': (state) => { state.databases[0].stores[0].autoIncrement = false; },
    'the next key': (state) => { state.databases[0].stores[0].next = 7; },
    'a store less': (state) => { state.databases[0].stores.pop(); },
    'a record less': (state) => { state.databases[0].stores[0].records.pop(); },
    'a record\'s key': (state) => { state.databases[0].stores[0].records[0].key = -0; },
    'a record\'s value': (state) => { state.databases[0].stores[0].records[0].value = { a: 2 }; },
    'an index\'s kind': (state) => { state.databases[0].stores[0].indexes[0].unique = true; },
    'an index\'s order': (state) => { state.databases[0].stores[0].indexes[0].entries.reverse(); },
    'an item': (state) => { state.items[0][1] = 'other'; },
    'an item more': (state) => { state.items.push(['k', 'v']); },
  };
  for (const [name, change] of Object.entries(states)) {
    test(`finds ${name}`, async () => {
      const found = await page.evaluate(async (source) => {
        const make = () => ({
          databases: [{
            name: 'd', version: 1,
            stores: [{
              name: 's', keyPath: null, autoIncrement: true, next: 3, records: [{ key: 0, value: { a: 1 } }],
              indexes: [{ name: 'i', path: 'a', unique: false, multiEntry: false, entries: [{ key: 1, primaryKey: 1 }, { key: 2, primaryKey: 2 }] }],
            }],
          }],
          items: [['a', 'b']],
        });
        const changed = make();
        (0, eval)(`(${source})`)(changed);
        return { same: await window.compare.differences(make(), make()), other: await window.compare.differences(make(), changed) };
      }, change.toString());
      assert.deepEqual(found.same, []);
      assert.notDeepEqual(found.other, []);
    });
  }
});
