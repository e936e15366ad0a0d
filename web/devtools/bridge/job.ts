// Work that goes on in the page while the panel polls.

import { CollectionTracker } from '../../panel/collection-tracker.js';
import type { PanelError } from '../../panel/panel-state.js';
import type { Progress } from '../../src/types.js';
import type { JobState } from './protocol.js';

export type Work = (onProgress: (progress: Progress) => void, signal: AbortSignal) => Promise<unknown>;

export class Job {
  state: JobState = { state: 'busy', running: undefined };
  #abort = new AbortController();

  /** `collections`: labels of the sources a run moves, in order. */
  constructor(work: Work, collections: readonly string[] = []) {
    const tracker = new CollectionTracker(collections);
    const onProgress = (progress: Progress): void => {
      tracker.observe(progress);
      this.state = { state: 'busy', running: { progress, collections: tracker.collections } };
    };
    work(onProgress, this.#abort.signal).then(
      (value) => { this.state = { state: 'done', value }; },
      (error: unknown) => { this.state = { state: 'failed', error: errorFields(error) }; },
    );
  }

  cancel(): void {
    this.#abort.abort();
  }
}

/** A FerriteError's fields; it may be another copy's class than ours. */
function errorFields(error: unknown): PanelError {
  const { name, code, message, hint, path } = (error ?? {}) as Record<string, unknown>;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  if (name === 'AbortError') return { code: 'cancelled', message: 'The operation was cancelled.' };
  return {
    code: text(code) || 'internal',
    message: text(message) || String(error),
    hint: text(hint),
    path: text(path),
  };
}
