// Every type that Chromium lets IndexedDB store, by name: each entry makes one
// value that tells the type's peculiarities.

const bytes = (...all) => Uint8Array.from(all);
const resizable = (size, max) => {
  const buffer = new ArrayBuffer(size, { maxByteLength: max });
  new Uint8Array(buffer).forEach((_, i, view) => { view[i] = i + 1; });
  return buffer;
};
const withNames = (target, entries) => {
  for (const [name, value] of entries) {
    Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return target;
};
const filled = (image) => {
  image.data.forEach((_, i, data) => { data[i] = i % 7; });
  return image;
};
const generate = (algorithm, extractable, usages) => crypto.subtle.generateKey(algorithm, extractable, usages);
const stacked = (error, stack) => {
  error.stack = stack;
  return error;
};

export const TYPES = {
  'undefined': () => undefined,
  'null': () => null,
  'Boolean': () => [true, false],
  'Number': () => [0, -0, NaN, Infinity, -Infinity, 1.5, 2 ** 53, -(2 ** 53), 2 ** 53 + 2, 5e-324, Number.MAX_VALUE],
  'BigInt': () => [0n, -1n, 255n, -256n, 2n ** 200n, -(2n ** 64n)],
  'String': () => ['', 'a', 'é€😀', 'a\u0000b', '\ufeffbom', '\ud800', 'x\udc00', '\udc00\ud800', 'x'.repeat(70000)],
  'Object, property order': () => withNames({}, [['b', 1], ['10', 2], ['a', 3], ['9', 4], ['-1', 5], ['', 6]]),
  'Object, names of the prototype': () => withNames({}, [['__proto__', { x: 1 }], ['constructor', 2], ['toString', 3], ['\ud800', 4]]),
  'Object without a prototype': () => Object.assign(Object.create(null), { a: 1 }),
  'Array': () => [1, [2, [3]], []],
  'Array, sparse': () => { const array = [1, , 3]; array[10] = 4; return array; },
  'Array, with a length only': () => { const array = []; array.length = 4294967295; return array; },
  'Array, with named properties': () => withNames([1, 2], [['name', 'x'], ['-1', 0], ['4294967295', 7]]),
  'Map': () => new Map([[{ k: 1 }, 1], [NaN, [2]], ['k', new Map()], [-0, 0]]),
  'Set': () => new Set([{ a: 1 }, 'x', NaN, undefined, new Set([1])]),
  'Date': () => [new Date(0), new Date(1), new Date(-1), new Date(1.7e12 + 1), new Date(8.64e15), new Date(-8.64e15), new Date(2 ** 51)],
  'Date, invalid': () => new Date(NaN),
  'RegExp': () => [/a\/b[/]\n/dgimsy, /\p{L}/u, /[\p{L}--a]/v, new RegExp(''), new RegExp('\n'), Object.assign(/x/g, { lastIndex: 3 })],
  'Boolean object': () => [Object(true), Object(false)],
  'Number object': () => [Object(-0), Object(NaN), Object(1.5)],
  'BigInt object': () => Object(12n),
  'String object': () => [Object('text'), Object('\ud800')],
  'Error': () => new Error('message'),
  'Error, of every name': () => [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((Type) => new Type(Type.name)),
  'Error with a cause': () => [new Error('a', { cause: { deep: [new TypeError('b', { cause: null })] } }), new Error('c', { cause: undefined })],
  'Error without a message': () => new Error(),
  'Error with a stack of its own': () => [stacked(new Error('x'), 'my stack'), stacked(new Error('x'), ''), stacked(new Error('x'), undefined)],
  'Error, aggregate': () => new AggregateError([new Error('inside')], 'aggregate'),
  'ArrayBuffer': () => [bytes(1, 2, 3).buffer, new ArrayBuffer(0)],
  'ArrayBuffer, resizable': () => [resizable(4, 8), resizable(0, 16), resizable(8, 8), resizable(0, 0)],
  ...Object.fromEntries([Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float16Array,
    Float32Array, Float64Array, BigInt64Array, BigUint64Array].map((View) => [View.name, () => {
    const buffer = bytes(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24).buffer;
    return [new View(buffer.slice()), new View(0), new View(buffer, 8, 1), new View(buffer, 8)];
  }])),
  'Float64Array of special numbers': () => Float64Array.of(NaN, -0, Infinity, -Infinity, 5e-324),
  'DataView': () => [new DataView(bytes(1, 2, 3).buffer), new DataView(bytes(1, 2, 3).buffer, 1, 1)],
  'Views of one buffer': () => {
    const buffer = bytes(1, 2, 3, 4).buffer;
    return { whole: new Uint8Array(buffer), part: new Uint16Array(buffer, 2), buffer, view: new DataView(buffer, 1) };
  },
  'Views that follow a length': () => {
    const grows = resizable(4, 8);
    const full = resizable(8, 8);
    return [
      new Uint8Array(grows), new Uint16Array(grows, 2), new DataView(grows, 1), new Uint8Array(grows, 0, 4), new DataView(grows, 0, 4),
      new Uint8Array(full), new Uint8Array(full, 0, 8), new Uint32Array(full, 4), new Uint32Array(full, 4, 1), new DataView(full),
      new DataView(full, 0, 8), new Uint32Array(resizable(3, 4)), new Uint32Array(resizable(3, 4), 0, 0), grows, full,
    ];
  },
  'Blob': () => [new Blob(['text'], { type: 'Text/Plain;charset=UTF-8' }), new Blob([]), new Blob([bytes(0, 255)])],
  'File': () => [
    new File(['abc'], 'a/b:c.txt', { type: 'text/plain', lastModified: 1234567890123 }), new File([], '', { lastModified: 0 }),
    new File([bytes(0)], 'é😀', { lastModified: 1 }),
  ],
  'Shared objects': () => { const one = { n: 1 }; const date = new Date(5); return [one, one, { one }, date, [date], new Map([[one, one]])]; },
  'Cycles': () => { const a = { list: [] }; a.list.push(a, a.list); a.map = new Map([[a, a]]); a.set = new Set([a]); a.error = new Error('e', { cause: a }); return a; },
  'Nested 500 deep': () => { let value = 1; for (let i = 0; i < 500; ++i) value = i % 2 ? [value] : { value }; return value; },
  'Nested 600 deep': () => { let value = 1; for (let i = 0; i < 600; ++i) value = [value]; return value; },
  'DOMRect': () => [new DOMRect(1, 2, 3, 4), new DOMRect(-0, NaN, Infinity, -1.5)],
  'DOMRectReadOnly': () => new DOMRectReadOnly(1, -0, NaN, 4),
  'DOMPoint': () => new DOMPoint(1, -0, NaN, 4),
  'DOMPointReadOnly': () => new DOMPointReadOnly(1, 2),
  'DOMQuad': () => new DOMQuad(new DOMPoint(1, 2, 3, 4), new DOMPoint(-0), new DOMPoint(NaN), new DOMPoint(0, 0, 0, 0)),
  'DOMMatrix': () => [new DOMMatrix([1, -0, NaN, 4, 5, 6]), new DOMMatrix(Array.from({ length: 16 }, (_, i) => i - 8)), new DOMMatrix()],
  'DOMMatrixReadOnly': () => [new DOMMatrixReadOnly([1, 2, 3, 4, 5, 6]), new DOMMatrixReadOnly(Array.from({ length: 16 }, (_, i) => i))],
  'ImageData': () => [filled(new ImageData(3, 2)), filled(new ImageData(1, 2, { colorSpace: 'display-p3' }))],
  'ImageData of half floats': () => filled(new ImageData(2, 2, { pixelFormat: 'rgba-float16' })),
  'ImageBitmap': () => createImageBitmap(filled(new ImageData(3, 2))),
  'DOMException': () => [new DOMException('message', 'AbortError'), new DOMException(), new DOMException('x', 'My own name')],
  'QuotaExceededError': () => [new QuotaExceededError('full', { quota: 1, requested: 2 }), new QuotaExceededError()],
  'FileList': () => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['abc'], 'a.txt', { type: 'text/plain', lastModified: 5 }));
    transfer.items.add(new File([], 'b', { lastModified: 6 }));
    return transfer.files;
  },
  'CryptoKey, extractable': async () => Promise.all([
    generate({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt']), generate({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign']),
    generate({ name: 'HMAC', hash: 'SHA-1', length: 40 }, true, ['verify']),
  ]),
  'CryptoKey, extractable pair': async () => ({
    ecdsa: await generate({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']),
    ecdh: await generate({ name: 'ECDH', namedCurve: 'P-384' }, true, ['deriveBits']),
    rsa: await generate({ name: 'RSA-OAEP', modulusLength: 1024, publicExponent: bytes(1, 0, 1), hash: 'SHA-256' }, true, ['encrypt', 'decrypt']),
    ed: await generate({ name: 'Ed25519' }, true, ['sign', 'verify']),
    x: await generate({ name: 'X25519' }, true, ['deriveKey']),
  }),
  'CryptoKey, not extractable': async () => [
    await generate({ name: 'AES-GCM', length: 128 }, false, ['encrypt', 'decrypt']),
    await generate({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']),
    await crypto.subtle.importKey('raw', bytes(1, 2, 3), 'PBKDF2', false, ['deriveBits']),
  ],
  'RTCCertificate': async () => ({ deep: [await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' })] }),
  'FileSystemFileHandle': async () => (await navigator.storage.getDirectory()).getFileHandle('snapshot-test', { create: true }),
  'FileSystemDirectoryHandle': () => navigator.storage.getDirectory(),
};

/** Those that only a structured copy in this browser holds, or a window: too slow to be in each of many shapes. */
const RARE = new Set([
  'ImageBitmap', 'FileList', 'RTCCertificate', 'Nested 500 deep', 'Nested 600 deep', 'CryptoKey, extractable pair', 'Array, with a length only',
]);

/** Values of the types, made once; RTCCertificate and the like are objects that many shapes share. */
export async function makePool() {
  const names = Object.keys(TYPES).filter((name) => !RARE.has(name));
  return Promise.all(names.map(async (name) => ({ name, value: await TYPES[name]() })));
}
