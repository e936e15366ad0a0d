import { type Dataset, type Entry, scaled } from "./dataset.js";
import { Random } from "./random.js";
import { GOODS, PORTS, TAGS } from "./words.js";

export interface Slices {
  cart: { lines: { sku: string; quantity: number }[]; coupon: string | null; openedAt: string };
  catalogue: { ids: string[]; byId: Record<string, { title: string; price: number; stock: number }> };
  filters: { query: string; tags: string[]; range: [number, number] };
  visits: { port: string; at: string }[];
}

export const PERSIST_KEY = "root";
export const SLICES_KEY = `persist:${PERSIST_KEY}`;
const PERSIST = { version: -1, rehydrated: true };

export function slices(scale: number): Slices {
  const random = new Random("slices", 0);
  const ids = Array.from({ length: scaled(300, scale) }, (_, i) => `item-${i + 1}`);
  return {
    cart: {
      lines: random.some(GOODS, 3, 5).map(([sku]) => ({ sku, quantity: random.int(1, 12) })),
      coupon: null,
      openedAt: random.date().toISOString(),
    },
    catalogue: {
      ids,
      byId: Object.fromEntries(ids.map((id, i) => {
        const [sku, title, price] = GOODS[i % GOODS.length]!;
        return [id, { title: `${title} · ${sku}/${i}`, price, stock: random.int(0, 400) }];
      })),
    },
    filters: { query: "⚓ \"rope\" \\ \ud800", tags: random.some(TAGS, 2, 3), range: [0, 129.5] },
    visits: Array.from({ length: 12 }, () => ({ port: random.pick(PORTS)[1], at: random.date().toISOString() })),
  };
}

function* records(scale: number): Generator<Entry> {
  for (const [key, value] of Object.entries({ ...slices(scale), _persist: PERSIST })) yield { key, value };
}

/** redux-persist's text: each slice is a JSON string inside one JSON object, its own slice last. */
function* stored(scale: number): Generator<Entry> {
  const strings = [...records(scale)].map(({ key, value }) => [key, JSON.stringify(value)]);
  yield { key: SLICES_KEY, value: JSON.stringify(Object.fromEntries(strings)) };
}

export const redux: Dataset = {
  name: "redux",
  library: "redux-persist",
  source: { localStorage: { key: SLICES_KEY } },
  total: () => 5,
  records,
  stored,
};
