import { persist } from "zustand/middleware";
import { createStore } from "zustand/vanilla";
import type { Entry } from "../data/dataset.js";
import {
  DEFAULTS, PREFERENCES_KEY, PREFERENCES_VERSION, preferences, type Preferences, zustand,
} from "../data/preferences.js";
import type { Shelf } from "./shelf.js";

export const preferenceStore = createStore<Preferences>()(
  persist(() => DEFAULTS, { name: PREFERENCES_KEY, version: PREFERENCES_VERSION }),
);

const inStorage = async () => preferenceStore.persist.getOptions().storage!.getItem(PREFERENCES_KEY);

export const preferenceShelf: Shelf = {
  data: zustand,
  async fill(scale, onWritten) {
    preferenceStore.setState(preferences(), true);
    onWritten(zustand.total(scale));
  },
  async *read(): AsyncGenerator<Entry> {
    const value = await inStorage();
    if (value !== null) yield { key: PREFERENCES_KEY, value };
  },
  count: async () => ((await inStorage()) === null ? 0 : 1),
};
