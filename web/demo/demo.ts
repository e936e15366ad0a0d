import type { Dataset, Entry } from "./data/dataset.js";
import { type Digest, digest } from "./data/digest.js";
import { DATASETS } from "./data/expected.js";
import { clearAll, shelves } from "./stores/shelves.js";

export interface Scale {
  /** 1 is the full season of 20 000 records in the order book. Without it: the last fill's, else the address's. */
  scale?: number;
}

export interface DemoState {
  phase: "opening" | "empty" | "filling" | "filled" | "failed";
  /** The collection being written. */
  collection: string;
  done: number;
  total: number;
  /** How many records each collection holds. */
  counts: Record<string, number>;
  milliseconds: number;
  error: string;
}

export interface Expected extends Pick<Dataset, "name" | "library" | "source"> {
  total: number;
  /** As the library reads it. */
  records(): Iterable<Entry>;
  /** As the browser's storage holds it. */
  stored(): Iterable<Entry>;
}

/** The page's hook for tests and for its own buttons. */
export class Demo extends EventTarget {
  state: DemoState = {
    phase: "opening", collection: "", done: 0, total: 0, counts: {}, milliseconds: 0, error: "",
  };
  /** Resolves once the page has looked at what is stored. */
  readonly ready: Promise<void>;
  readonly digest = digest;
  private scale: number;

  constructor(scale: number) {
    super();
    this.scale = scale;
    this.ready = this.look();
  }

  /** Replaces everything this origin stores through the app's libraries. Every record is in before it resolves. */
  async fill({ scale = this.scale }: Scale = {}): Promise<DemoState> {
    if (!(scale > 0)) throw new RangeError(`scale must be above 0, not ${scale}`);
    await this.ready;
    if (this.state.phase === "filling") throw new Error("A fill is running already.");
    this.scale = scale;
    const total = shelves.reduce((sum, { data }) => sum + data.total(scale), 0);
    this.change({ phase: "filling", done: 0, total, counts: {}, error: "" });
    const started = performance.now();
    try {
      await clearAll();
      let before = 0;
      for (const { data, fill } of shelves) {
        await fill(scale, (written) => this.change({
          collection: data.name,
          done: before + written,
          counts: { ...this.state.counts, [data.name]: written },
        }));
        before += data.total(scale);
      }
    } catch (error) {
      this.change({ phase: "failed", error: String(error) });
      throw error;
    }
    this.change({ phase: "filled", collection: "", milliseconds: performance.now() - started });
    return this.state;
  }

  /** What the libraries find in storage now, per collection. */
  async readBack(): Promise<Record<string, Digest>> {
    await this.ready;
    const digests: Record<string, Digest> = {};
    for (const { data, read } of shelves) digests[data.name] = await digest(read());
    return digests;
  }

  /** What a fill writes, per collection, known without reading storage. */
  expected({ scale = this.scale }: Scale = {}): Expected[] {
    return DATASETS.map(({ name, library, source, total, records, stored }) => ({
      name, library, source, total: total(scale), records: () => records(scale), stored: () => stored(scale),
    }));
  }

  private async look(): Promise<void> {
    const counts: Record<string, number> = {};
    for (const { data, count } of shelves) counts[data.name] = await count();
    this.change({ phase: counts.customers ? "filled" : "empty", counts });
  }

  private change(change: Partial<DemoState>): void {
    this.state = { ...this.state, ...change };
    this.dispatchEvent(new Event("change"));
  }
}
