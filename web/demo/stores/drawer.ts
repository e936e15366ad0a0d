import type { Entry } from "../data/dataset.js";
import { plain } from "../data/plain.js";
import { PREFERENCES_KEY } from "../data/preferences.js";
import { SLICES_KEY } from "../data/slices.js";
import { batches, type Shelf } from "./shelf.js";

const BATCH = 64;

/** The drawer holds every localStorage key that no library on this page owns. */
const OWNED: readonly string[] = [SLICES_KEY, PREFERENCES_KEY];

export const drawerShelf: Shelf = {
  data: plain,
  async fill(scale, onWritten) {
    let written = 0;
    for (const batch of batches(plain.records(scale), BATCH)) {
      for (const { key, value } of batch) localStorage.setItem(key as string, value as string);
      onWritten((written += batch.length));
    }
  },
  async *read(): AsyncGenerator<Entry> {
    for (const key of ownKeys()) yield { key, value: localStorage.getItem(key) };
  },
  count: async () => ownKeys().length,
};

function ownKeys(): string[] {
  return Array.from({ length: localStorage.length }, (_, i) => localStorage.key(i)!).filter((key) => !OWNED.includes(key));
}
