// The storage contract over real OPFS handles, in the system's Chromium.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { after, test } from 'node:test';

import { chromium } from 'playwright-core';

import { root } from '../support/load-module.mjs';

const types = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

// Serves the repository, and an empty page at "/".
async function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, 'http://localhost').pathname);
    try {
      const body = path === '/' ? '<!doctype html>' : await readFile(join(root, path));
      const type = path === '/' ? 'text/html' : types[extname(path)];
      response.writeHead(200, { 'content-type': type ?? 'text/plain' });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function runWorker(url) {
  return new Promise((resolve, reject) => {
    const results = [];
    const worker = new Worker(url, { type: 'module' });
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => {
      if (data.done) resolve(results);
      else results.push(data);
    };
  });
}

const server = await serve();
const browser = await chromium.launch({
  executablePath: process.env.FERRITE_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
after(async () => {
  await browser.close();
  server.close();
});

const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);
const results = await page.evaluate(
  runWorker,
  '/tests/contract/vfs/opfs-worker.mjs',
);

test('the contract is not empty', () => assert.ok(results.length > 10));
for (const { name, error } of results) {
  test(`contract on OPFS: ${name}`, () => assert.equal(error, null));
}
