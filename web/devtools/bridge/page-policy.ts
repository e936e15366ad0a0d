// Whether the page's Content-Security-Policy lets Ferrite work in it. A worker
// that is refused says nothing of the reason, so it is tried beforehand.

import type { PanelError } from '../../panel/panel-state.js';

interface Findings {
  wasm: boolean;
  blobFetch: boolean;
}

const patience = 3000;

const probe = `onmessage = async ({ data }) => {
  let wasm = true;
  try { new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); } catch { wasm = false; }
  const blobFetch = await fetch(data).then(() => true, () => false);
  postMessage({ wasm, blobFetch });
};`;

class PolicyError extends Error implements PanelError {
  readonly code = 'page_policy';
  readonly hint: string;

  constructor(what: string, directive: string) {
    super(`The page’s Content-Security-Policy forbids ${what}.`);
    this.hint = `Add ${directive} to the page’s policy while you try it, or let the page open Ferrite itself and offer it as globalThis.ferrite.`;
  }
}

function tryWorker(url: string): Promise<Findings> {
  return new Promise((resolve, reject) => {
    const refused = new PolicyError('workers from blob: URLs', 'worker-src blob:');
    try {
      const worker = new Worker(url, { type: 'module' });
      worker.onerror = () => reject(refused);
      worker.onmessage = ({ data }: MessageEvent<Findings>) => {
        worker.terminate();
        resolve(data);
      };
      worker.postMessage(url);
    } catch {
      // Also where the page demands Trusted Types.
      reject(refused);
    }
    setTimeout(() => reject(refused), patience);
  });
}

export async function requirePolicy(): Promise<void> {
  const url = URL.createObjectURL(new Blob([probe], { type: 'text/javascript' }));
  try {
    const { wasm, blobFetch } = await tryWorker(url);
    if (!wasm) throw new PolicyError('WebAssembly', "script-src 'wasm-unsafe-eval'");
    if (!blobFetch) throw new PolicyError('fetching blob: URLs', 'connect-src blob:');
  } finally {
    URL.revokeObjectURL(url);
  }
}
