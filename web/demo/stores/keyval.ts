import { clear, entries, keys, setMany } from "idb-keyval";
import type { Entry } from "../data/dataset.js";
import { keyval } from "../data/keyval.js";
import { batches, type Shelf } from "./shelf.js";

const BATCH = 40;

export const keyvalShelf: Shelf = {
  data: keyval,
  async fill(scale, onWritten) {
    await clear();
    let written = 0;
    for (const batch of batches(keyval.records(scale), BATCH)) {
      await setMany(batch.map(({ key, value }) => [key, value]));
      onWritten((written += batch.length));
    }
  },
  async *read(): AsyncGenerator<Entry> {
    for (const [key, value] of await entries()) yield { key, value };
  },
  count: async () => (await keys()).length,
};
