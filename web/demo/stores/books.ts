import Dexie, { type EntityTable, type Table } from "dexie";
import { type Customer, customers } from "../data/customers.js";
import type { Dataset, Entry } from "../data/dataset.js";
import { type Note, notes } from "../data/notes.js";
import { type Order, orders } from "../data/orders.js";
import { batches, type Shelf } from "./shelf.js";

type Books = Dexie & {
  customers: EntityTable<Customer, "id">;
  orders: EntityTable<Order, "id">;
  notes: Table<Note, [number, number]>;
};

export const books = new Dexie("harbour") as Books;
books.version(1).stores({
  customers: "id, name, since, *tags, [address.country+address.city]",
  orders: "++id, customerId, placed, status, [customerId+placed], *skus",
  notes: "[orderId+line], orderId, kind, written",
});

const BATCH = 500;

/** Deleting the database, not just its records, is what starts the orders' key generator at 1 again. */
export async function clearBooks(): Promise<void> {
  await books.delete();
  await books.open();
}

function shelf(data: Dataset, table: Table<unknown, IDBValidKey>, insertable = (record: unknown) => record): Shelf {
  return {
    data,
    async fill(scale, onWritten) {
      let written = 0;
      for (const batch of batches(data.records(scale), BATCH)) {
        await table.bulkAdd(batch.map(({ value }) => insertable(value)));
        onWritten((written += batch.length));
      }
    },
    read: () => readTable(table),
    count: () => table.count(),
  };
}

async function* readTable(table: Table<unknown, IDBValidKey>): AsyncGenerator<Entry> {
  const keys = await table.toCollection().primaryKeys();
  for (const some of batches(keys, BATCH)) {
    const values = await table.bulkGet(some);
    for (const [i, key] of some.entries()) yield { key, value: values[i] };
  }
}

function withoutId(record: unknown): unknown {
  const { id, ...rest } = record as Order;
  return rest;
}

export const bookShelves: readonly Shelf[] = [
  shelf(customers, books.customers as Table),
  shelf(orders, books.orders as Table, withoutId),
  shelf(notes, books.notes as Table),
];
