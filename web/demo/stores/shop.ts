import { combineReducers, createStore, type Reducer, type UnknownAction } from "redux";
import { getStoredState, persistReducer, persistStore } from "redux-persist";
import storage from "redux-persist/es/storage";
import type { Entry } from "../data/dataset.js";
import { PERSIST_KEY, redux, type Slices, slices } from "../data/slices.js";
import type { Shelf } from "./shelf.js";

const EMPTY: Slices = {
  cart: { lines: [], coupon: null, openedAt: "" },
  catalogue: { ids: [], byId: {} },
  filters: { query: "", tags: [], range: [0, 0] },
  visits: [],
};

const LOADED = "shop/loaded";

function slice<K extends keyof Slices>(name: K): Reducer<Slices[K]> {
  return (state = EMPTY[name], action: UnknownAction) =>
    action.type === LOADED ? (action.slices as Slices)[name] : state;
}

const config = { key: PERSIST_KEY, storage };
const reducer = combineReducers({
  cart: slice("cart"),
  catalogue: slice("catalogue"),
  filters: slice("filters"),
  visits: slice("visits"),
});

const shop = createStore(persistReducer(config, reducer as Reducer));
const persistor = persistStore(shop);

const rehydrated = new Promise<void>((resolve) => {
  const look = () => {
    if (!persistor.getState().bootstrapped) return;
    unsubscribe();
    resolve();
  };
  const unsubscribe = persistor.subscribe(look);
  look();
});

async function storedSlices(): Promise<Record<string, unknown>> {
  return ((await getStoredState(config)) ?? {}) as Record<string, unknown>;
}

export const shopShelf: Shelf = {
  data: redux,
  async fill(scale, onWritten) {
    // A state that arrives before rehydration would be overwritten by it.
    await rehydrated;
    shop.dispatch({ type: LOADED, slices: slices(scale) });
    await persistor.flush();
    onWritten(redux.total(scale));
  },
  async *read(): AsyncGenerator<Entry> {
    for (const [key, value] of Object.entries(await storedSlices())) yield { key, value };
  },
  count: async () => Object.keys(await storedSlices()).length,
};
