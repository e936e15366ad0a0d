// Workers and WebAssembly, carried into the page in pieces: the page may not
// load them from the extension, and must not learn that it is there.

import type { AssetName } from './protocol.js';

const types: Record<AssetName, string> = { worker: 'text/javascript', reader: 'text/javascript', wasm: 'application/wasm' };

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

export class Assets {
  #parts = new Map<AssetName, Uint8Array<ArrayBuffer>[]>();
  #urls = new Map<AssetName, string>();

  add(name: AssetName, part: number, base64: string): void {
    const parts = part === 0 ? [] : (this.#parts.get(name) ?? []);
    parts[part] = bytesOf(base64);
    this.#parts.set(name, parts);
  }

  /** A blob: URL of the page's own origin. */
  url(name: AssetName): string {
    const url = this.#urls.get(name) ?? URL.createObjectURL(new Blob(this.#parts.get(name) ?? [], { type: types[name] }));
    this.#urls.set(name, url);
    return url;
  }

  dispose(): void {
    for (const url of this.#urls.values()) URL.revokeObjectURL(url);
    this.#urls.clear();
    this.#parts.clear();
  }
}
