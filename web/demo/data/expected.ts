import { customers } from "./customers.js";
import type { Dataset } from "./dataset.js";
import { forage } from "./forage.js";
import { keyval } from "./keyval.js";
import { notes } from "./notes.js";
import { orders } from "./orders.js";
import { plain } from "./plain.js";
import { zustand } from "./preferences.js";
import { redux } from "./slices.js";

/** Everything the app writes, as data. Loads no library and touches no storage, so it also runs under Node. */
export const DATASETS: readonly Dataset[] = [customers, orders, notes, forage, keyval, redux, zustand, plain];

export { digest } from "./digest.js";
export { serialise } from "./serialise.js";
