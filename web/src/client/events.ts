// Named events of one Ferrite.
import { toFerriteError } from '../error.js';
import type { FerriteEvents, MigrateOptions, Progress, Report } from '../types.js';
import type { CallOptions } from './channel.js';

type Name = keyof FerriteEvents;

export class Events {
  readonly #listeners = new Map<Name, Set<(payload: never) => void>>();

  /** The function given takes the listener off again. */
  on<K extends Name>(name: K, listener: (payload: FerriteEvents[K]) => void): () => void {
    // Of its own, so that a function that listens twice is heard twice.
    const own = (payload: FerriteEvents[K]): void => listener(payload);
    const all = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, all.add(own));
    return () => all.delete(own);
  }

  emit<K extends Name>(name: K, payload: FerriteEvents[K]): void {
    for (const listener of [...this.#listeners.get(name) ?? []]) {
      try {
        (listener as (payload: FerriteEvents[K]) => void)(payload);
      } catch (error) {
        // The listener's defect, not the operation's: told as any uncaught error is.
        reportError(error);
      }
    }
  }

  /** What an operation tells goes to the listeners too. */
  of({ onProgress, signal }: Pick<CallOptions, 'onProgress' | 'signal'>): CallOptions {
    let stage: Progress['stage'] | undefined;
    return {
      signal,
      leaves: true,
      onProgress: (progress) => {
        if (progress.stage !== stage) this.emit('stageChanged', { stage: progress.stage, previous: stage });
        stage = progress.stage;
        this.emit('progressUpdate', progress);
        onProgress?.(progress);
      },
      onErrors: (errors) => this.emit('errorAdded', errors),
    };
  }

  async aroundMigration(
    plan: string, { dryRun = false, sampleSize = 0 }: MigrateOptions, work: () => Promise<Report>,
  ): Promise<Report> {
    this.emit('migrationStarted', { plan, dryRun, sampleSize });
    try {
      const report = await work();
      this.emit('migrationCompleted', report);
      return report;
    } catch (error) {
      this.emit('migrationFailed', toFerriteError(error));
      throw error;
    }
  }
}
