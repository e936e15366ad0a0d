// Both twins read the containers that the other one writes.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readNatively, writeNatively } from '../support/container-tool.mjs';
import { importTs } from '../web/support/import-ts.mjs';

const { applyContainer, blobSource, BlobSink, checkContainer, ContainerReader, readContainer, writeContainer } =
  await importTs('web/src/container/index.ts');

const GROUP = 256 << 10;

/** Bytes of which about half can be compressed. */
function someBytes(size, seed = 1) {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; ++i) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    bytes[i] = (i >> 16) % 2 === 0 ? i % 13 : seed >>> 24;
  }
  return bytes;
}

const source = (bytes) => blobSource(new Blob([bytes]));
const bytesOf = async (sink) => new Uint8Array(await sink.blob().arrayBuffer());

async function write(plain, options = {}) {
  const sink = new BlobSink();
  const written = await writeContainer(source(plain), sink, { content: 'store', ...options });
  return { ...written, bytes: await bytesOf(sink) };
}

async function read(container, key) {
  const reader = await ContainerReader.open(source(container), key);
  const sink = new BlobSink();
  await readContainer(reader, sink);
  return { id: reader.id, header: reader.header, plain: await bytesOf(sink) };
}

function memoryTarget(content) {
  let bytes = content.slice();
  return {
    get size() { return bytes.length; },
    get bytes() { return bytes; },
    read: (offset, length) => bytes.slice(offset, offset + length),
    write: (part, offset) => bytes.set(part, offset),
    truncate(size) {
      const cut = new Uint8Array(size);
      cut.set(bytes.subarray(0, size));
      bytes = cut;
    },
  };
}

async function apply(container, { plain, id }, key) {
  const target = memoryTarget(plain);
  await applyContainer(await ContainerReader.open(source(container), key), id, target);
  return target.bytes;
}

const keys = {
  'without a key': undefined,
  'by passphrase': { passphrase: 'correct horse — Zürich 🔑' },
  'by raw key': { raw: Uint8Array.from({ length: 32 }, (_, i) => i * 7) },
};
const same = (actual, expected) => assert.ok(Buffer.from(actual).equals(Buffer.from(expected)));

for (const [name, key] of Object.entries(keys)) {
  for (const compression of ['deflate', 'none']) {
    test(`whole files, ${name}, ${compression}`, async () => {
      for (const size of key?.passphrase ? [700_001] : [0, 1, GROUP, GROUP + 1, 700_001]) {
        const plain = someBytes(size);
        const native = writeNatively(plain, { key, stored: compression === 'none' });
        const back = await read(native.bytes, key);
        same(back.plain, plain);
        assert.equal(back.id, native.id);
        assert.equal(back.header.description, 'written natively: Zürich');
        assert.equal(back.header.compression, compression);

        const web = await write(plain, { key, compression, description: 'Ünï "quoted" \u0001' });
        const there = readNatively(web.bytes, { key });
        same(there.bytes, plain);
        assert.equal(there.id, web.id);
      }
    });
  }

  test(`what changed, ${name}`, async () => {
    const before = someBytes(5 * GROUP + 100);
    const after = new Uint8Array(7 * GROUP + 5);
    after.set(before);
    after[GROUP + 17] ^= 1;
    const base = await write(before);
    const web = await write(after, { key, base: { id: base.id, groups: base.groups } });
    const native = writeNatively(after, { key, base: { plain: before, id: base.id } });
    // The changed one, the one that the old end was in, and two new ones.
    for (const { bytes } of [web, native]) assert.equal((await checkContainer(source(bytes))).groups, 4);
    same(readNatively(web.bytes, { key, base: { plain: before, id: base.id } }).bytes, after);
    same(await apply(native.bytes, { plain: before, id: base.id }, key), after);
    same(await apply(web.bytes, { plain: before, id: base.id }, key), after);

    const other = readNatively(web.bytes, { key, base: { plain: before, id: '00'.repeat(32) } });
    assert.equal(other.error.code, 'container_base');
    await assert.rejects(apply(native.bytes, { plain: someBytes(5 * GROUP + 100, 2), id: base.id }, key), { code: 'container_base' });
    await assert.rejects(read(native.bytes, key), { code: 'container_base' });
  });
}

test('a CryptoKey that cannot be extracted is a raw key to the other twin', async () => {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
  const plain = someBytes(300_000);
  same(readNatively((await write(plain, { key })).bytes, { key: { raw } }).bytes, plain);
  same((await read(writeNatively(plain, { key: { raw } }).bytes, key)).plain, plain);
});

test('both twins make the same container of the same bytes, but for how they compress', async () => {
  const plain = someBytes(600_000);
  const native = writeNatively(plain, { stored: true });
  const web = await write(plain, {
    compression: 'none', createdAt: 1700000000000, description: 'written natively: Zürich', pageBytes: 4096,
  });
  same(web.bytes, native.bytes);
  assert.equal(web.id, native.id);
});

test('both twins refuse in the same words', async () => {
  const plain = someBytes(300_000);
  const key = keys['by raw key'];
  const wrong = { raw: new Uint8Array(32) };
  const encrypted = writeNatively(plain, { key }).bytes;
  const open = writeNatively(plain).bytes;
  const flipped = (bytes, at) => {
    const changed = Uint8Array.from(bytes);
    changed[at] ^= 1;
    return changed;
  };
  const expected = [
    ['key_wrong', encrypted, wrong],
    ['key_wrong', encrypted, { passphrase: 'x' }],
    ['key_missing', encrypted, undefined],
    ['not_encrypted', open, key],
    ['container_foreign', plain, undefined],
    ['container_foreign', new Uint8Array(0), undefined],
    ['container_foreign', flipped(open, 11), undefined],
    ['container_damaged', flipped(open, 5), undefined],
    ['container_damaged', flipped(open, 30), undefined],
    ['container_damaged', flipped(open, open.length - 1), undefined],
    ['container_damaged', open.subarray(0, open.length - 1), undefined],
    ['container_damaged', Buffer.concat([open, Buffer.from([0])]), undefined],
    ['container_damaged', flipped(encrypted, encrypted.length >> 1), key],
  ];
  for (const [code, bytes, given] of expected) {
    const native = readNatively(bytes, { key: given }).error;
    assert.equal(native.code, code);
    await assert.rejects(read(bytes, given), { code, message: native.message, hint: native.hint });
  }
});

test('a changed or cut container is refused wherever that is', async () => {
  for (const key of [undefined, keys['by raw key']]) {
    const { bytes } = await write(someBytes(9000), { key, groupBytes: 4096 });
    const step = Math.ceil(bytes.length / 250);
    for (let at = 0; at < bytes.length; at += step) {
      const changed = bytes.slice();
      changed[at] ^= 1 << (at % 8);
      await assert.rejects(read(changed, key), /FerriteError/, `byte ${at}`);
      await assert.rejects(read(bytes.subarray(0, at), key), { code: at < 4 ? 'container_foreign' : 'container_damaged' });
    }
  }
});

test('a signal ends it, and the progress is told', async () => {
  const plain = someBytes(5 * GROUP);
  const told = [];
  const controller = new AbortController();
  const onProgress = (done, total) => {
    told.push([done, total]);
    if (done === 2 * GROUP) controller.abort();
  };
  await assert.rejects(write(plain, { signal: controller.signal, onProgress }), { code: 'cancelled' });
  assert.deepEqual(told, [[GROUP, plain.length], [2 * GROUP, plain.length]]);
});
