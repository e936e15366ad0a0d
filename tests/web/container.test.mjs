// Containers in a real browser, and what the native end makes of them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { readNatively, writeNatively } from '../support/container-tool.mjs';
import { openBrowser } from './support/browser.mjs';

let browser;
let page;

before(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  await page.evaluate(async () => {
    const container = await import('/ferrite/container.js');
    const fromBase64 = async (text) => (await fetch(`data:application/octet-stream;base64,${text}`)).blob();
    const toBase64 = (blob) => new Promise((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
      reader.readAsDataURL(blob);
    });
    const keys = {
      none: undefined,
      passphrase: { passphrase: 'Zürich 🔑' },
      raw: { raw: new Uint8Array(32).fill(9) },
      cryptoKey: await crypto.subtle.importKey('raw', new Uint8Array(32).fill(9), 'AES-GCM', false, ['encrypt', 'decrypt']),
    };
    window.write = async (plain, key, options = {}) => {
      const sink = new container.BlobSink();
      const { id } = await container.writeContainer(
        container.blobSource(await fromBase64(plain)), sink, { content: 'bundle', key: keys[key], ...options });
      return { id, bytes: await toBase64(sink.blob()) };
    };
    window.read = async (bytes, key) => {
      try {
        const reader = await container.ContainerReader.open(container.blobSource(await fromBase64(bytes)), keys[key]);
        const sink = new container.BlobSink();
        await container.readContainer(reader, sink);
        return { id: reader.id, bytes: await toBase64(sink.blob()) };
      } catch (error) {
        return { error: error.code };
      }
    };
  });
});
after(() => browser.close());

const natively = { none: undefined, passphrase: { passphrase: 'Zürich 🔑' }, raw: { raw: new Uint8Array(32).fill(9) } };
natively.cryptoKey = natively.raw;

const write = async (plain, key) => {
  const { id, bytes } = await page.evaluate(([text, name]) => window.write(text, name), [plain.toString('base64'), key]);
  return { id, bytes: Buffer.from(bytes, 'base64') };
};
const read = async (bytes, key) => {
  const answer = await page.evaluate(([text, name]) => window.read(text, name), [Buffer.from(bytes).toString('base64'), key]);
  return answer.error ? answer : { ...answer, bytes: Buffer.from(answer.bytes, 'base64') };
};

/** Bytes of which the first half can be compressed. */
const someBytes = (size) => Buffer.from(Uint8Array.from({ length: size }, (_, i) =>
  (i < size / 2 ? i % 11 : Math.imul(i, 2654435761) >>> 24)));

for (const key of Object.keys(natively)) {
  test(`the browser and the native program read each other's containers: ${key}`, async () => {
    for (const size of [0, 1, 1_000_000]) {
      const plain = someBytes(size);
      const written = await write(plain, key);
      if (size > 1) assert.ok(written.bytes.length < size, 'compressed');
      const there = readNatively(written.bytes, { key: natively[key] });
      assert.equal(there.error, undefined);
      assert.ok(there.bytes.equals(plain));
      assert.equal(there.id, written.id);

      const native = writeNatively(plain, { key: natively[key] });
      const here = await read(native.bytes, key);
      assert.equal(here.error, undefined);
      assert.ok(here.bytes.equals(plain));
      assert.equal(here.id, native.id);
    }
  });
}

test('the browser refuses what is damaged, and wrong keys', async () => {
  const plain = someBytes(300_000);
  for (const key of ['none', 'raw']) {
    const { bytes } = writeNatively(plain, { key: natively[key] });
    for (let part = 1; part < 50; ++part) {
      const at = Math.floor((bytes.length * part) / 50);
      const changed = Buffer.from(bytes);
      changed[at] ^= 1 << (part % 8);
      assert.equal((await read(changed, key)).error, 'container_damaged');
      assert.equal((await read(bytes.subarray(0, at), key)).error, 'container_damaged');
    }
  }
  const { bytes } = writeNatively(plain, { key: natively.passphrase });
  assert.equal((await read(bytes, 'none')).error, 'key_missing');
  assert.equal((await read(bytes, 'raw')).error, 'key_wrong');
  assert.equal((await read(writeNatively(plain).bytes, 'raw')).error, 'not_encrypted');
  assert.equal((await read(plain, 'none')).error, 'container_foreign');
});
