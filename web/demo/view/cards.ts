import type { Dataset, Source } from "../data/dataset.js";
import type { Digest } from "../data/digest.js";
import { DATASETS } from "../data/expected.js";
import type { DemoState } from "../demo.js";
import { element, whole } from "./element.js";

const LABELS: Record<string, string> = {
  forage: "weather sheets", keyval: "drafts", redux: "state slices", zustand: "preference set", plain: "settings",
};

/** Two cards of double width make the rows of four come out even. */
const WIDE = new Set(["Dexie", "localStorage"]);

/** One card per library, with a counter for each of its collections. */
export class Cards {
  private readonly cards = new Map<string, HTMLElement>();
  private readonly shelves = new Map<string, HTMLElement>();

  constructor(host: HTMLElement) {
    const libraries = new Map<string, Dataset[]>();
    for (const data of DATASETS) libraries.set(data.library, [...(libraries.get(data.library) ?? []), data]);
    for (const [library, datasets] of libraries) host.append(this.card(library, datasets));
  }

  show(state: DemoState): void {
    for (const [name, shelf] of this.shelves) {
      const count = state.counts[name] ?? 0;
      shelf.classList.toggle("empty", count === 0);
      shelf.querySelector("dd")!.textContent = whole.format(count);
      if (state.phase === "filling") shelf.querySelector("code")?.remove();
    }
    const busy = DATASETS.find(({ name }) => name === state.collection)?.library;
    for (const [library, card] of this.cards) card.classList.toggle("active", library === busy);
  }

  showDigests(digests: Record<string, Digest>): void {
    for (const [name, { digest }] of Object.entries(digests)) {
      const shelf = this.shelves.get(name)!;
      shelf.querySelector("code")?.remove();
      shelf.append(element("code", { title: `Digest of what the library reads: ${digest}` }, `✓ ${digest.slice(0, 8)}`));
    }
  }

  private card(library: string, datasets: readonly Dataset[]): HTMLElement {
    const list = element("dl", { className: "shelves" });
    for (const { name } of datasets) {
      const shelf = element("div", { className: "shelf empty" }, element("dd", {}, "0"), element("dt", {}, LABELS[name] ?? name));
      this.shelves.set(name, shelf);
      list.append(shelf);
    }
    const card = element("article", { className: WIDE.has(library) ? "card wide" : "card" },
      element("header", {}, element("h3", {}, library), element("span", { className: "where" }, place(datasets[0]!.source))), list);
    this.cards.set(library, card);
    return card;
  }
}

function place(source: Source): string {
  if ("indexedDB" in source) return `IndexedDB · ${source.indexedDB}`;
  return source.localStorage === true ? "every key without a library" : `localStorage · ${source.localStorage.key}`;
}
