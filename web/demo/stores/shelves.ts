import { bookShelves, clearBooks } from "./books.js";
import { drawerShelf } from "./drawer.js";
import { forageShelf } from "./forage.js";
import { keyvalShelf } from "./keyval.js";
import { preferenceShelf } from "./preferences.js";
import type { Shelf } from "./shelf.js";
import { shopShelf } from "./shop.js";

export const shelves: readonly Shelf[] = [
  ...bookShelves, forageShelf, keyvalShelf, shopShelf, preferenceShelf, drawerShelf,
];

export async function clearAll(): Promise<void> {
  localStorage.clear();
  await clearBooks();
}
