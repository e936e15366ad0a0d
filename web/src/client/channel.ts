// The window's end of the protocol: starts the worker when it is first needed.
import { FerriteError, toFerriteError } from '../error.js';
import type { Call, Calls, Kind, Question, Response, Settings } from '../protocol.js';
import type { ErrorsAdded, Progress } from '../types.js';

/**
 * After that many ms a cancelled operation rejects although the worker has not answered: it may be building an index, or be
 * starting. It ends by itself there, and calls that come meanwhile wait for their turn.
 */
const CANCELLED_WITHIN_MS = 80;

interface Pending {
  resolve: (value: never) => void;
  reject: (error: unknown) => void;
  options: CallOptions;
}

export interface CallOptions {
  onProgress?: ((progress: Progress) => void) | undefined;
  onErrors?: ((errors: ErrorsAdded) => void) | undefined;
  /** Does what the worker asks for. */
  onAsk?: ((question: Question) => Promise<unknown>) | undefined;
  signal?: AbortSignal | undefined;
  /** What it has done so far may stay, so that nobody has to see its end when it is cancelled. */
  leaves?: boolean;
}

export class Channel {
  readonly #settings: Settings | undefined;
  readonly #workerUrl: string | URL | undefined;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #lastId = 0;

  /** Without settings only calls that need no store may be made. */
  constructor(settings: Settings | undefined, workerUrl: string | URL | undefined) {
    this.#settings = settings;
    this.#workerUrl = workerUrl;
  }

  get isOpen(): boolean {
    return this.#worker !== undefined;
  }

  async call<K extends Kind>(kind: K, fields: Calls[K][0], options: CallOptions = {}): Promise<Calls[K][1]> {
    const { signal } = options;
    if (signal?.aborted) throw cancelled();
    this.#worker ??= this.#start();
    const { id, answer } = this.#post(this.#worker, kind, fields, options);
    const cancel = (): void => this.#cancel(id);
    signal?.addEventListener('abort', cancel);
    try {
      return await answer;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Whatever is under way and can be cancelled rejects. */
  cancel(): void {
    for (const id of this.#pending.keys()) this.#cancel(id);
  }

  #cancel(id: number): void {
    this.#worker?.postMessage({ kind: 'cancel', target: id });
    if (!this.#pending.get(id)?.options.leaves) return;
    const reason = cancelled('What was committed stays; the next migrate() continues behind it.');
    setTimeout(() => this.#settle(id, ({ reject }) => reject(reason)), CANCELLED_WITHIN_MS);
  }

  #settle(id: number, how: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    if (this.#pending.delete(id)) how(pending!);
  }

  /** Ends the worker; what is under way rejects. */
  stop(reason: FerriteError): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    globalThis.removeEventListener?.('pagehide', this.#leave);
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }

  // Gives the file handles back at once; what is committed needs no farewell.
  readonly #leave = (): void => this.stop(cancelled());

  #start(): Worker {
    // Bundlers look for this expression as it stands.
    const worker = this.#workerUrl === undefined
      ? new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
      : new Worker(this.#workerUrl, { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Response>) => this.#receive(data);
    worker.onerror = (event) => this.stop(new FerriteError({
      code: 'unreachable',
      message: `The worker could not be started: ${event.message || 'worker.js was not found or refused'}`,
      hint: 'Serve worker.js beside index.js or set workerUrl.',
    }));
    globalThis.addEventListener?.('pagehide', this.#leave);
    if (this.#settings) this.#post(worker, 'open', { settings: this.#settings }).answer.catch(() => undefined);
    return worker;
  }

  #post<K extends Kind>(
    worker: Worker, kind: K, fields: Calls[K][0], options: CallOptions = {},
  ): { id: number; answer: Promise<Calls[K][1]> } {
    const id = ++this.#lastId;
    const answer = new Promise<Calls[K][1]>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, options });
      try {
        worker.postMessage({ id, kind, ...fields } as Call);
      } catch (cause) {
        this.#pending.delete(id);
        reject(new FerriteError({ code: 'invalid_argument', message: `An argument cannot be sent: ${String(cause)}` }, { cause }));
      }
    });
    return { id, answer };
  }

  async #answer(target: number, question: Question, { options, reject }: Pending): Promise<void> {
    try {
      this.#worker?.postMessage({ kind: 'answer', target, answer: await options.onAsk?.(question) });
    } catch (error) {
      // The callback's own error is what its caller wants to see.
      reject(error);
      const told = toFerriteError(error).toJSON();
      // A defect, but none of the worker's, which would be ended for one.
      if (told.code === 'internal') told.code = 'cancelled';
      this.#worker?.postMessage({ kind: 'noAnswer', target, error: told });
    }
  }

  #receive(response: Response): void {
    if (response.kind === 'error') return this.#fail(response.id, new FerriteError(response.error));
    const pending = this.#pending.get(response.id);
    if (!pending) return;
    if (response.kind === 'progress') return pending.options.onProgress?.(response.progress);
    if (response.kind === 'errors') return pending.options.onErrors?.(response.errors);
    if (response.kind === 'slot') {
      return whenIdle(() => this.#worker?.postMessage({ kind: 'slot', target: response.id }));
    }
    if (response.kind === 'ask') return void this.#answer(response.id, response.question, pending);
    this.#settle(response.id, ({ resolve }) => resolve(response.value as never));
  }

  #fail(id: number, error: FerriteError): void {
    this.#settle(id, ({ reject }) => reject(error));
    // Nobody knows what state it is in; the next call starts a new one.
    if (error.code === 'internal' || error.code === 'out_of_memory') this.stop(error);
  }
}

/** The worker does not wait for ever for it. */
function whenIdle(work: () => void): void {
  const { scheduler, requestIdleCallback } = globalThis as {
    scheduler?: { postTask?: (work: () => void, options: object) => Promise<unknown> };
    requestIdleCallback?: (work: () => void) => void;
  };
  if (scheduler?.postTask) void scheduler.postTask(work, { priority: 'background' });
  else if (requestIdleCallback) requestIdleCallback(work);
  else setTimeout(work);
}

function cancelled(hint = ''): FerriteError {
  return new FerriteError({ code: 'cancelled', message: 'The operation was cancelled.', hint });
}
