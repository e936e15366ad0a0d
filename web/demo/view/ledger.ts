import type { Customer } from "../data/customers.js";
import type { Note } from "../data/notes.js";
import type { Order } from "../data/orders.js";
import { books } from "../stores/books.js";
import { day, element, money, picture } from "./element.js";

const ORDERS = 10;
const NOTES = 5;
const FLAGS = 12;

/** The app's own lists, read through Dexie and its indexes. */
export async function showLedger(orders: HTMLElement, notes: HTMLElement, customers: HTMLElement): Promise<void> {
  const latest = await books.orders.orderBy("placed").reverse().limit(ORDERS).toArray();
  const buyers = await books.customers.bulkGet(latest.map(({ customerId }) => customerId));
  orders.replaceChildren(latest.length === 0 ? nothing("No orders yet.") : orderTable(latest, buyers));

  const photos = await books.notes.where("kind").equals("photo").limit(2).toArray();
  const written = await books.notes.orderBy("written").reverse().limit(NOTES - photos.length).toArray();
  const list = [...written, ...photos];
  notes.replaceChildren(list.length === 0 ? nothing("Nobody has written anything.") : noteList(list));

  const flagged = await books.customers.filter(({ photo }) => photo !== undefined).limit(FLAGS).toArray();
  customers.replaceChildren(...(flagged.length === 0 ? [nothing("No customers yet.")] : flagged.map(flag)));
}

function orderTable(orders: readonly Order[], buyers: readonly (Customer | undefined)[]): HTMLElement {
  const rows = orders.map((order, i) => element("tr", {},
    element("td", {}, buyers[i]?.name ?? order.customerId),
    element("td", { className: "date-column" }, day.format(order.placed)),
    element("td", {}, element("span", { className: `pill ${order.status}` }, order.status)),
    element("td", { className: "number" }, money.format(order.total))));
  const head = element("tr", {},
    element("th", {}, "Customer"),
    element("th", { className: "date-column" }, "Placed"),
    element("th", {}, "Status"),
    element("th", { className: "number" }, "Total"));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
}

function noteList(notes: readonly Note[]): HTMLElement {
  const items = notes.map((note) => {
    const by = [note.author ?? "unsigned", day.format(note.written), `order ${note.orderId}`].join(" · ");
    const text = element("div", {}, element("p", {}, note.text), element("small", {}, by));
    const image = note.attachment?.type.startsWith("image/") ? [picture(note.attachment)] : [];
    return element("li", {}, ...image, text);
  });
  return element("ul", { className: "notes" }, ...items);
}

function flag(customer: Customer): HTMLElement {
  const since = customer.since.getUTCFullYear();
  return element("div", { className: "flag" }, picture(customer.photo!),
    element("div", {}, element("b", {}, customer.name),
      element("small", {}, `${customer.address?.city ?? "at sea"} · since ${since}`)));
}

function nothing(text: string): HTMLElement {
  return element("p", { className: "nothing" }, text);
}
