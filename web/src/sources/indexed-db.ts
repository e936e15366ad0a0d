// Reads an object store as fast as the browser gives it.
//
// What bounds a migration is the way of the records out of IndexedDB. So
// several requests of 100 to 200 KB are in flight, and the next one goes out
// before a result is looked at; ranges.ts knows where each begins and ends.
//
// A transaction is used for a stretch of time and then let go, so that the
// app's own writes are not held up for the length of a migration.
import { FerriteError } from '../error.js';
import type { Source, SourceState } from '../types.js';
import type { Backoff } from './backoff.js';
import { unchangedKeys } from './change-index.js';
import { numericKeyReader } from './key-path.js';
import type { KeySet } from './key-set.js';
import { openLegacyDatabase } from './legacy-database.js';
import { sourceLabel } from './plan-sources.js';
import { KEY_PAGE, ListedRanges, NumericRanges, type Range, type Ranges } from './ranges.js';
import { UNREADABLE, type Sink, type SourceReader } from './source.js';

const DEPTH = 4;
const REQUEST_BYTES = 150_000;
const FIRST_RECORDS = 4;
const MOST_RECORDS = 1000;
const SAMPLE_KEY_PAGE = 200;
const STRETCH_MS = 2000;
const RETRIES = 5;

/**
 * May pass when the database is opened again. Others (DataError, NotFoundError,
 * NotReadableError of a damaged record) stay as they are.
 */
function isLostConnection(error: unknown): boolean {
  const { name, message } = (error ?? {}) as Partial<Error>;
  return name === 'InvalidStateError' || name === 'AbortError' || name === 'TransactionInactiveError'
    || /connection|server lost|closing|shutting down/i.test(message ?? '');
}

/** The stretch ends here and the next one goes on behind the last key, in another way. */
class Again extends Error {}

export class IndexedDbReader implements SourceReader {
  readonly #source: Extract<Source, { store: string }>;
  readonly #openTimeout: number;
  readonly #keyOf: ReturnType<typeof numericKeyReader>;
  #database: IDBDatabase | undefined;
  #numeric: boolean;
  #perRequest = FIRST_RECORDS;
  /** Above 0: that many records are read one by one, to find the unreadable one. */
  #single = 0;
  /** The last key that was handed over. */
  #after: IDBValidKey | undefined;
  #ended = false;
  /** Records to pass over behind it before anything is read. */
  #skip = 0;
  /** What it was told about the records that are as they were, until it was looked up in the index. */
  #since: string | undefined;
  #unchanged: KeySet | undefined;
  /** Keys that are listed at a time. */
  #keyPage = KEY_PAGE;

  /** A store that takes its keys from its records holds no null; so it is a value that a worker cannot read. */
  readonly #nullIsLost: boolean;

  readonly #backoff: Backoff;
  readonly #retrying: (delay: number) => void;

  /**
   * `retrying` is called before each wait for a lost connection, in ms. `keepsNull`: the caller looks itself at what is
   * null. `since`, an earlier watermark of the source: of records that were not changed since the keys are enough.
   */
  constructor(
    readonly state: SourceState, openTimeout: number, backoff: Backoff, retrying: (delay: number) => void,
    { keepsNull, since }: { keepsNull: boolean; since: string | undefined },
  ) {
    this.#nullIsLost = !keepsNull && (state.info.keyPath ?? null) !== null;
    this.#backoff = backoff;
    this.#retrying = retrying;
    this.#source = state.source as Extract<Source, { store: string }>;
    this.#since = since;
    this.#openTimeout = openTimeout;
    this.#keyOf = numericKeyReader(state.info.keyPath);
    this.#numeric = this.#keyOf !== undefined;
  }

  async read(after: IDBValidKey | undefined, sink: Sink, skip = 0): Promise<void> {
    this.#after = after;
    this.#skip = skip;
    // Who passes over records wants a few of what follows.
    if (skip > 0) this.#keyPage = SAMPLE_KEY_PAGE;
    this.#ended = false;
    let failures = 0;
    while (!this.#ended) {
      const before = this.#after;
      await sink.room();
      try {
        const database = await this.#connect();
        await this.#findUnchanged(database);
        if (this.#skip > 0) await this.#passOver(database);
        if (!this.#ended) await this.#stretch(database, sink);
        failures = 0;
        this.#backoff.reset();
      } catch (error) {
        if (error instanceof FerriteError) throw error;
        failures = this.#after === before ? failures + 1 : 1;
        if (failures === 1) this.#backoff.reset();
        await this.#recover(error, failures, sink);
      }
    }
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  /** Once for all that is read, so that what is written meanwhile is read or is the next run's. */
  async #findUnchanged(database: IDBDatabase): Promise<void> {
    if (this.#since === undefined) return;
    const store = database.transaction(this.#source.store).objectStore(this.#source.store);
    this.#unchanged = await unchangedKeys(store, this.#since, this.state.watermark).catch((error: unknown) => {
      if (isLostConnection(error)) throw error;
      return undefined;
    });
    this.#since = undefined;
    if (this.#unchanged) this.#numeric = false;
  }

  async #connect(): Promise<IDBDatabase> {
    if (this.#database) return this.#database;
    const opened = await openLegacyDatabase(this.#source.indexedDB, this.#openTimeout);
    if (opened.status === 'unreadable' && isLostConnection({ message: opened.message })) {
      throw new DOMException(opened.message, 'AbortError');
    }
    if (opened.status !== 'ready') {
      throw new FerriteError({
        code: opened.status === 'absent' ? 'source_changed' : `source_${opened.status}`,
        message: opened.message,
        hint: opened.status === 'blocked' ? 'Close the other tabs of this app and try again.' : '',
      });
    }
    this.#database = opened.database;
    this.#database.onversionchange = this.#database.onclose = () => this.close();
    this.#checkUnchanged(this.#database);
    return this.#database;
  }

  #checkUnchanged(database: IDBDatabase): void {
    const { store } = this.#source;
    const keyPath = database.objectStoreNames.contains(store)
      ? JSON.stringify(database.transaction(store).objectStore(store).keyPath) : undefined;
    if (keyPath === JSON.stringify(this.state.info.keyPath)) return;
    throw new FerriteError({
      code: 'source_changed',
      message: `${sourceLabel(this.#source)} was replaced while it was read.`,
      hint: 'Start again when no other tab upgrades the database.',
    });
  }

  /** Goes on behind the last of the records to be passed over, of which only the keys are touched. */
  #passOver(database: IDBDatabase): Promise<void> {
    return new Promise((resolve, reject) => {
      const store = database.transaction(this.#source.store).objectStore(this.#source.store);
      const request = store.openKeyCursor(this.#after === undefined ? null : IDBKeyRange.lowerBound(this.#after, true));
      let isThere = this.#skip === 1;
      request.onsuccess = () => {
        const cursor = request.result;
        if (cursor && !isThere) {
          isThere = true;
          return cursor.advance(this.#skip - 1);
        }
        if (cursor) this.#after = cursor.key;
        else this.#ended = true;
        this.#skip = 0;
        resolve();
      };
      request.onerror = () => reject(isLostConnection(request.error) ? request.error : this.#givingUp(request.error));
    });
  }

  /** Reads in one transaction until the end of the store or of the stretch. */
  #stretch(database: IDBDatabase, sink: Sink): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(this.#source.store);
      const store = transaction.objectStore(this.#source.store);
      const until = performance.now() + STRETCH_MS;
      let ranges: Ranges | undefined;
      let inFlight = 0;

      const guarded = (action: () => void) => (): void => {
        try {
          action();
        } catch (error) {
          reject(error);
          try {
            transaction.abort();
          } catch {
            // It is over already: that may be what was thrown.
          }
        }
      };
      const ask = (): void => {
        const wanted = this.#single > 0 ? 1 : DEPTH;
        // A connection that was asked to make way asks for nothing more.
        while (this.#database && sink.hasRoom && inFlight < wanted && performance.now() < until) {
          const range = ranges!.next(this.#single > 0 ? 1 : this.#perRequest);
          if (!range) break;
          inFlight += 1;
          // Without a query too, since what is asked for is answered in order.
          const request: IDBRequest = range.query
            ? store.getAll(range.query, range.limit) : store.getKey(range.unread[0]!);
          request.onsuccess = guarded(() => {
            inFlight -= 1;
            ask();
            this.#handOver(range, range.query ? request.result : [], sink);
          });
          request.onerror = () => reject(request.error);
        }
        if (ranges!.empty) this.#ended = true;
      };
      const list = (): void => {
        ranges = new ListedRanges(store, this.#after, this.#keyPage, guarded(ask), this.#unchanged);
      };

      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new DOMException('aborted', 'AbortError'));
      if (!this.#numeric) return list();
      NumericRanges.probe(store, this.#after, this.state.records, (found) => guarded(() => {
        ranges = found;
        this.#numeric = found !== undefined;
        if (found) ask();
        else list();
      })());
    });
  }

  #handOver(range: Range, values: unknown[], sink: Sink): void {
    if (range.unread.length > 0) {
      sink.take({ keys: range.unread, values: undefined, length: range.unread.length });
      this.#after = range.unread[range.unread.length - 1];
    }
    if (values.length > 0) {
      const keys = range.keys ?? values.map(this.#keyOf!);
      if (keys.length !== values.length) throw new Again('keys and values differ');
      this.#give(keys, values, sink);
    }
    if (values.length === range.limit) {
      this.#numeric = false;
      throw new Again('the keys are not spread evenly');
    }
    this.#ended = range.last;
  }

  #give(keys: IDBValidKey[], values: unknown[], sink: Sink): void {
    if (this.#nullIsLost && values.includes(null)) values = values.map((value) => value ?? UNREADABLE);
    const bytes = sink.take({ keys, values, length: values.length });
    this.#after = keys[keys.length - 1];
    this.#single = Math.max(0, this.#single - values.length);
    const wanted = Math.round(REQUEST_BYTES / Math.max(1, bytes / values.length));
    this.#perRequest = Math.max(1, Math.min(wanted, 4 * this.#perRequest, MOST_RECORDS));
  }

  /** Makes the next stretch go on behind the last key, or gives up. */
  async #recover(error: unknown, failures: number, sink: Sink): Promise<void> {
    if (error instanceof Again) {
      if (failures > RETRIES) throw this.#givingUp(error);
    } else if (isLostConnection(error)) {
      this.close();
      const delay = this.#backoff.next();
      if (delay === undefined) throw this.#givingUp(error);
      this.#retrying(delay);
      await new Promise((resolve) => setTimeout(resolve, delay));
    } else if (this.#single === 0) {
      // One of the records cannot be read back; which one is seen by reading them singly, all of them.
      this.#numeric = false;
      this.#unchanged = undefined;
      this.#single = DEPTH * this.#perRequest;
    } else if (failures > RETRIES) {
      throw this.#givingUp(error);
    } else if (failures === 2) {
      // Before a record is given up: it may be the connection after all.
      this.close();
    } else if (failures > 2) {
      const key = await this.#keyBehind();
      if (key !== undefined) this.#give([key], [UNREADABLE], sink);
    }
  }

  async #keyBehind(): Promise<IDBValidKey | undefined> {
    const store = (await this.#connect()).transaction(this.#source.store).objectStore(this.#source.store);
    const request = store.getAllKeys(this.#after === undefined ? null : IDBKeyRange.lowerBound(this.#after, true), 1);
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result[0]);
      request.onerror = () => reject(this.#givingUp(request.error));
    });
  }

  #givingUp(cause: unknown): FerriteError {
    return new FerriteError({
      code: 'source_unreadable',
      message: `${sourceLabel(this.#source)} cannot be read: ${String(cause)}`,
      hint: 'What was committed stays; the next migrate() continues behind it.',
    }, { cause });
  }
}
