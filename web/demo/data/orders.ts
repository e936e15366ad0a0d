import { customerCount, customerId } from "./customers.js";
import { type Dataset, type Entry } from "./dataset.js";
import { Random } from "./random.js";
import { GOODS } from "./words.js";

export interface OrderLine {
  sku: string;
  title: string;
  quantity: number;
  price: number;
  options?: { colour: string; lengths: number[] };
}

export interface Order {
  customerId: string;
  placed: Date;
  status: "open" | "packed" | "delivered" | "returned";
  skus: string[];
  lines: OrderLine[];
  total: number;
  discount?: number | null;
  delivery: { method: "quay" | "launch" | "post"; slot: Date | null; signed?: undefined | string };
  history: [Date, string][];
  /** Given by the store's key generator, which appends it: it is the last property. */
  id: number;
}

export function orderCount(scale: number): number {
  return customerCount(scale) * 3;
}

export function order(index: number, customers: number): Order {
  const random = new Random("orders", index);
  const goods = random.some(GOODS, 1, 4);
  const lines = goods.map(([sku, title, price]): OrderLine => {
    const line = { sku, title, quantity: random.int(1, 24), price };
    if (!sku.startsWith("ROP")) return line;
    return { ...line, options: { colour: random.pick(["navy", "white"]), lengths: [random.int(5, 60), random.int(5, 60)] } };
  });
  const placed = random.date();
  const status = random.pick(["open", "packed", "delivered", "delivered", "delivered", "returned"] as const);
  const record: Omit<Order, "id"> = {
    customerId: customerId(random.int(0, customers - 1)),
    placed,
    status,
    skus: lines.map((line) => line.sku),
    lines,
    total: Math.round(lines.reduce((sum, line) => sum + line.quantity * line.price * 100, 0)) / 100,
    delivery: { method: random.pick(["quay", "launch", "post"] as const), slot: null },
    history: [[placed, "placed"]],
  };
  if (random.chance(0.2)) record.discount = random.chance(0.3) ? null : random.int(5, 30) / 100;
  if (status === "delivered" || status === "returned") {
    record.delivery.slot = new Date(placed.getTime() + random.int(4, 96) * 3_600_000);
    record.delivery.signed = random.chance(0.5) ? `${random.pick(["J.", "M.", "Å."])} ${random.int(1, 9)}` : undefined;
    record.history.push([record.delivery.slot, "delivered"]);
  }
  return { ...record, id: index + 1 };
}

function* records(scale: number): Generator<Entry> {
  const customers = customerCount(scale);
  for (let i = 0; i < orderCount(scale); i++) yield { key: i + 1, value: order(i, customers) };
}

/** The only records that depend on the scale: an order names a customer that exists at that scale. */
export const orders: Dataset = {
  name: "orders",
  library: "Dexie",
  source: { indexedDB: "harbour", store: "orders" },
  total: orderCount,
  records,
  stored: records,
};
