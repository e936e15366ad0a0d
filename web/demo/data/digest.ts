import type { Entry } from "./dataset.js";
import { serialise } from "./serialise.js";

export interface Digest {
  count: number;
  /** SHA-256, in hex, over the sorted SHA-256 of each record: the order of the records does not matter. */
  digest: string;
}

const AT_ONCE = 256;

export async function digest(entries: Iterable<Entry> | AsyncIterable<Entry>): Promise<Digest> {
  const hashes: string[] = [];
  let batch: Promise<string>[] = [];
  for await (const { key, value } of entries) {
    batch.push(serialise([key, value]).then(sha256));
    if (batch.length < AT_ONCE) continue;
    hashes.push(...(await Promise.all(batch)));
    batch = [];
  }
  hashes.push(...(await Promise.all(batch)));
  return { count: hashes.length, digest: await sha256(hashes.sort().join("")) };
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
