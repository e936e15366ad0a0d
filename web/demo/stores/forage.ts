import localforage from "localforage";
import type { Entry } from "../data/dataset.js";
import { forage } from "../data/forage.js";
import { batches, type Shelf } from "./shelf.js";

localforage.config({ driver: localforage.INDEXEDDB });

const AT_ONCE = 50;

export const forageShelf: Shelf = {
  data: forage,
  async fill(scale, onWritten) {
    await localforage.clear();
    let written = 0;
    for (const batch of batches(forage.records(scale), AT_ONCE)) {
      await Promise.all(batch.map(({ key, value }) => localforage.setItem(key as string, value)));
      onWritten((written += batch.length));
    }
  },
  async *read(): AsyncGenerator<Entry> {
    for (const key of await localforage.keys()) yield { key, value: await localforage.getItem(key) };
  },
  count: () => localforage.length(),
};
