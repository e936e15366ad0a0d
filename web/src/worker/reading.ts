// The engine's end of the reading worker: batches of one source, in order.
import { FerriteError } from '../error.js';
import type { KeptNotes } from '../snapshot/kept-objects.js';
import { sourceId } from '../sources/plan-sources.js';
import type { Survey } from '../sources/survey.js';
import type { SourceState } from '../types.js';
import type { BatchSize } from './batch-sink.js';
import { isBegun, type LookOrder, type ReaderRequest, type ReaderResponse, type ReadOrder, type SurveyOrder } from './reader-protocol.js';

export interface Batch {
  bytes: Uint8Array;
  /** The source has no record behind it. */
  last: boolean;
}

export class Reading {
  readonly #worker: Worker;
  #id = 0;
  /** Where the order that is being carried out began. */
  #source: string | undefined;
  #fromStart = false;
  #untouched = false;
  #batches: Batch[] = [];
  /** Nothing can be read any more. */
  #failure: FerriteError | undefined;
  /** The order that is being carried out has failed; the next one may not. */
  #orderFailure: FerriteError | undefined;
  #wake: (() => void) | undefined;
  #states: SourceState[] | undefined;
  #survey: Survey | undefined;
  #settled: KeptNotes | undefined;

  /** `retried` is called when a lost connection is tried again. */
  constructor(url: string | undefined, readonly retried: () => void = () => undefined) {
    this.#worker = url !== undefined
      ? new Worker(url, { type: 'module' })
      // Bundlers look for this expression as it stands.
      : new Worker(new URL('./reader.js', import.meta.url), { type: 'module' });
    this.#worker.onmessage = ({ data }: MessageEvent<ReaderResponse>) => this.#receive(data);
    this.#worker.onerror = (event) => this.#fail(new FerriteError({
      code: 'unreachable',
      message: `The reading worker could not be started: ${event.message || 'reader.js was not found or refused'}`,
      hint: 'Serve reader.js beside worker.js or set readerUrl.',
    }));
  }

  /** Looks at the sources and, when `first` has records, begins to read it. */
  async look(order: Omit<LookOrder, 'id'>): Promise<SourceState[]> {
    this.#id += 1;
    this.#send({ kind: 'look', id: this.#id, ...order });
    while (!this.#states) await this.#news();
    const state = this.#states[order.first];
    if (state && isBegun(state)) {
      this.#source = sourceId(state.source);
      this.#fromStart = this.#untouched = true;
    }
    return this.#states;
  }

  /** Looks at all of the origin's storage. */
  async survey(order: Omit<SurveyOrder, 'id'>): Promise<Survey> {
    this.#id += 1;
    this.#send({ kind: 'survey', id: this.#id, ...order });
    while (!this.#survey) await this.#news();
    return this.#survey;
  }

  /** Resolves when all that a snapshot keeps of what was read so far is written. */
  async settle(): Promise<KeptNotes> {
    this.#settled = undefined;
    this.#id += 1;
    this.#send({ kind: 'settle', id: this.#id });
    while (!this.#settled) await this.#news();
    return this.#settled;
  }

  /** Begins to read a source; one that was just begun at the same place goes on. */
  begin(order: Omit<ReadOrder, 'id'>): void {
    const source = sourceId(order.state.source);
    const fromStart = order.after === undefined && order.skip === 0 && order.since === undefined;
    if (this.#untouched && this.#source === source && this.#fromStart && fromStart) return;
    this.#id += 1;
    this.#source = source;
    this.#fromStart = fromStart;
    this.#untouched = true;
    this.#batches = [];
    this.#orderFailure = undefined;
    this.#send({ kind: 'read', id: this.#id, ...order });
  }

  /** The batches behind it are to be of that size. */
  async next({ maxBytes, maxRecords }: BatchSize): Promise<Batch> {
    this.#untouched = false;
    for (;;) {
      const batch = this.#failure || this.#orderFailure ? undefined : this.#batches.shift();
      if (batch) {
        this.#send({ kind: 'used', id: this.#id, maxBytes, maxRecords });
        return batch;
      }
      await this.#news();
    }
  }

  async #news(): Promise<void> {
    const failure = (): FerriteError | undefined => this.#failure ?? this.#orderFailure;
    if (!failure()) await new Promise<void>((resolve) => { this.#wake = resolve; });
    const found = failure();
    if (found) throw found;
  }

  /** Wakes who waits, to reject with that. */
  interrupt(reason: FerriteError): void {
    this.#fail(reason);
  }

  /** Lets its transactions end and reads nothing until it is let go. */
  hold(held: boolean): void {
    this.#send({ kind: 'hold', held });
  }

  close(): void {
    this.#worker.terminate();
  }

  #send(request: ReaderRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(response: ReaderResponse): void {
    if (response.kind === 'settled') {
      this.#settled = response.notes;
      return this.#wake?.();
    }
    if (response.kind === 'states') {
      this.#states = response.states;
      return this.#wake?.();
    }
    if (response.kind === 'survey') {
      this.#survey = response.survey;
      return this.#wake?.();
    }
    if (response.id !== this.#id) return;
    if (response.kind === 'retry') return this.retried();
    if (response.kind === 'error') {
      this.#orderFailure ??= new FerriteError(response.error);
      return this.#wake?.();
    }
    this.#batches.push({ bytes: new Uint8Array(response.memory, 0, response.length), last: response.last });
    this.#wake?.();
  }

  #fail(reason: FerriteError): void {
    this.#failure ??= reason;
    this.#wake?.();
  }
}
