// Where the next requests begin and end, known before any of them is answered.
import type { KeySet } from './key-set.js';

export interface Range {
  /** Keys before it, of records that are not to be read. */
  unread: readonly IDBValidKey[];
  /** Undefined: only those. */
  query: IDBKeyRange | undefined;
  /** The keys in it, where they are known. */
  keys: IDBValidKey[] | undefined;
  /** Most records to ask for; as many answered means: there may be more. */
  limit: number | undefined;
  /** No record lies behind it. */
  last: boolean;
}

export interface Ranges {
  /** A range of about that many records; undefined: none, or none yet. */
  next(records: number): Range | undefined;
  /** The source had no record at all behind the start. */
  readonly empty: boolean;
}

export const KEY_PAGE = 4000;

/**
 * So many records that need not be read are read all the same where they lie
 * between two that must: a request of its own costs more.
 */
const BRIDGED = 3;

/** Reads the keys ahead, page by page. Right for any key. */
export class ListedRanges implements Ranges {
  readonly #store: IDBObjectStore;
  readonly #page: number;
  readonly #more: () => void;
  readonly #unchanged: KeySet | undefined;
  #keys: IDBValidKey[] = [];
  #used = 0;
  #complete = false;
  #asking = false;

  /**
   * `page` keys are asked for at a time; `more` is called when next() may have something again; of `unchanged`
   * nothing but the key is wanted.
   */
  constructor(
    store: IDBObjectStore, after: IDBValidKey | undefined, page: number, more: () => void, unchanged?: KeySet,
  ) {
    this.#store = store;
    this.#page = page;
    this.#more = more;
    this.#unchanged = unchanged;
    this.#askKeys(after);
  }

  get empty(): boolean {
    return this.#complete && this.#keys.length === 0;
  }

  next(records: number): Range | undefined {
    const unread = this.#passUnread();
    const keys = this.#keys.slice(this.#used, this.#endOfRun(records));
    this.#used += keys.length;
    const left = this.#keys.length - this.#used;
    if (left < this.#page / 2 && this.#keys.length > 0) this.#askKeys(this.#keys[this.#keys.length - 1]);
    if (keys.length === 0 && unread.length === 0) return undefined;
    return {
      unread,
      query: keys.length > 0 ? IDBKeyRange.bound(keys[0], keys[keys.length - 1]) : undefined,
      keys,
      limit: undefined,
      last: this.#complete && left === 0,
    };
  }

  #isUnread(at: number): boolean {
    return this.#unchanged?.has(this.#keys[at]!) ?? false;
  }

  #passUnread(): IDBValidKey[] {
    let to = this.#used;
    while (to < this.#keys.length && this.#isUnread(to)) to += 1;
    const unread = this.#keys.slice(this.#used, to);
    this.#used = to;
    return unread;
  }

  /** Where the next records end that can be read by one request. */
  #endOfRun(records: number): number {
    const most = Math.min(this.#keys.length, this.#used + records);
    if (!this.#unchanged) return most;
    let end = this.#used;
    for (let at = end; at < most && at - end <= BRIDGED; ++at) {
      if (!this.#isUnread(at)) end = at + 1;
    }
    return end;
  }

  #askKeys(after: IDBValidKey | undefined): void {
    if (this.#asking || this.#complete) return;
    this.#asking = true;
    const query = after === undefined ? null : IDBKeyRange.lowerBound(after, true);
    const request = this.#store.getAllKeys(query, this.#page);
    request.onsuccess = () => {
      this.#asking = false;
      this.#complete = request.result.length < this.#page;
      this.#keys = this.#keys.slice(this.#used).concat(request.result);
      this.#used = 0;
      this.#more();
    };
  }
}

/**
 * For numeric keys: divides the numbers between the first and the last key
 * evenly. Spares reading the keys, a fifth of the time; where the keys are not
 * spread evenly a range holds more than its limit and the reader goes back to
 * ListedRanges.
 */
export class NumericRanges implements Ranges {
  readonly empty = false;
  readonly #perRecord: number;
  readonly #end: number;
  #from: number;
  #open: boolean;
  #finished = false;

  private constructor(first: number, end: number, total: number, after: number | undefined) {
    this.#perRecord = (end - first + 1) / Math.max(total, 1);
    this.#from = after ?? first;
    this.#open = after !== undefined;
    this.#end = end;
  }

  /** Calls `done` with undefined when the keys are not all finite numbers. */
  static probe(
    store: IDBObjectStore, after: IDBValidKey | undefined, total: number, done: (ranges: Ranges | undefined) => void,
  ): void {
    const firstRequest = store.openKeyCursor();
    const endRequest = store.openKeyCursor(null, 'prev');
    endRequest.onsuccess = () => {
      const first = firstRequest.result?.key;
      const end = endRequest.result?.key;
      const numeric = Number.isFinite(first) && Number.isFinite(end) && (after === undefined || typeof after === 'number');
      done(numeric ? new NumericRanges(first as number, end as number, total, after as number | undefined) : undefined);
    };
  }

  next(records: number): Range | undefined {
    if (this.#finished) return undefined;
    const limit = 2 * records + 16;
    const to = this.#from + Math.max(1, Math.floor(this.#perRecord * records));
    // Far from zero adding one may change nothing.
    const last = to >= this.#end || to <= this.#from;
    const query = last
      ? IDBKeyRange.lowerBound(this.#from, this.#open)
      : IDBKeyRange.bound(this.#from, to, this.#open, false);
    this.#from = to;
    this.#open = true;
    this.#finished = last;
    return { unread: [], query, keys: undefined, limit, last };
  }
}
