// What a rollback or restore of the store means for the sources: legacy data
// that was cleaned up since the state it goes back to returns first, so that at
// every moment the store or the sources have everything.
import type { BackupFolder, SavedSources } from '../backup/folder.js';
import type { Removal } from '../clean-up/removal.js';
import type { RestoredSources, SourceOutlook } from '../clean-up/types.js';
import { FerriteError } from '../error.js';
import { sourceLabel } from '../sources/plan-sources.js';
import type { StorageSnapshots } from '../sources/storage-snapshot.js';
import { ask as askCore, findMark, isInForce, type Mark } from './clean-up-mark.js';
import type { Connection } from './connection.js';
import { takeSnapshot } from './snapshot.js';
import { withSnapshotLock } from './snapshot-lock.js';
import { SourceReturn } from './source-return.js';
import type { Task } from './task.js';
import type { AskWindow } from './whole-reading.js';

/** What it needs of the call. */
export interface SourceContext {
  task: Task;
  ask: AskWindow;
  snapshots: StorageSnapshots;
}

export interface Returned {
  sources: RestoredSources;
  /** What was replaced. */
  newer?: SavedSources;
}

export function newerReason({ newer }: SourceOutlook): string {
  const each = newer.map(({ source, keys }) => `${sourceLabel(source)} (${keys.length})`);
  return `Since the clean-up, the legacy app has written under keys of records that were removed: ${each.join(', ')}.`;
}

export class SourceRollback {
  readonly #connection: Connection;
  readonly #folder: BackupFolder;
  readonly #context: SourceContext;

  constructor(connection: Connection, folder: BackupFolder, context: SourceContext) {
    this.#connection = connection;
    this.#folder = folder;
    this.#context = context;
  }

  /** Of the open store; undefined when nothing is to be returned to what was there at `to`, the present by default. */
  async outlook(to = 0): Promise<SourceOutlook | undefined> {
    const mark = await this.#mark();
    if (!isInForce(mark) || mark.startedAt <= to) return undefined;
    return this.#with(savedBy(mark), (sources) => sources.look());
  }

  /** Likewise; the store's mark says "restoring" from then on. */
  async run(replaceNewer: boolean, to = 0): Promise<Returned | undefined> {
    const mark = await this.#mark();
    if (!isInForce(mark) || mark.startedAt <= to) return undefined;
    return this.#return(savedBy(mark), replaceNewer, async (newer) => {
      const { engine } = await this.#connection.core();
      askCore(engine, 'restoring', newer ? { newer } : {});
    }, mark.newer);
  }

  /** What a rollback replaced in the sources comes back. */
  undo(saved: SavedSources): Promise<Returned> {
    return this.#return(saved, true, async () => undefined);
  }

  /** The store stays as it is after all, and the sources have everything. */
  async settle(): Promise<void> {
    const { engine } = await this.#connection.core();
    if (findMark(engine)?.status === 'restoring') askCore(engine, 'restored');
  }

  async #return(
    saved: SavedSources, replaceNewer: boolean, begin: (newer: SavedSources | undefined) => Promise<void>, before?: SavedSources,
  ): Promise<Returned> {
    const looked = await this.#with(saved, (sources) => sources.look());
    const replaced = looked.newer.reduce((sum, { keys }) => sum + keys.length, 0);
    if (replaced > 0 && !replaceNewer) {
      throw new FerriteError({ code: 'state', message: newerReason(looked), hint: 'Say replaceNewer: true to put them aside.' });
    }
    // One that was cut off has saved them.
    const newer = replaced > 0 ? await this.#save(saved.removals, looked) : before;
    await begin(newer);
    const { missing } = await this.#with(saved, (sources) => sources.run(replaceNewer));
    return { sources: { snapshot: saved.snapshot, records: missing, replaced }, ...(newer && { newer }) };
  }

  /** Keeps what is in the sources instead of what was removed. */
  async #save(removals: readonly Removal[], { newer }: SourceOutlook): Promise<SavedSources> {
    const { task, ask, snapshots } = this.#context;
    const { openTimeout, lockTimeout, wasmUrl, readerUrl } = this.#connection.settings;
    const isReplaced = (removal: Removal): boolean => newer.some(({ source }) => sourceLabel(source) === sourceLabel(removal.source));
    const concerned = removals.filter(isReplaced);
    const databases = [...new Set(concerned.flatMap(({ source }) => ('store' in source ? [source.indexedDB] : [])))];
    const items = newer.find(({ source }) => 'localStorage' in source);
    const snapshot = await takeSnapshot({
      databases, openTimeout, lockTimeout, wasmUrl, readerUrl, progressInterval: 100, retries: { maxRetries: 3, retryDelay: 1000 },
      snapshots: items ? { localStorage: pick(snapshots, items.keys as string[]) } : {},
    }, task, ask);
    await this.#folder.putSnapshot(snapshot.id, snapshot.bundle);
    return { snapshot: snapshot.id, removals: concerned };
  }

  #with<T>(saved: SavedSources, work: (sources: SourceReturn) => Promise<T>): Promise<T> {
    const { settings } = this.#connection;
    return withSnapshotLock(settings.lockTimeout, () => SourceReturn.with(this.#folder, saved, settings, this.#context.ask, work));
  }

  async #mark(): Promise<Mark | undefined> {
    return findMark((await this.#connection.core()).engine);
  }
}

const savedBy = ({ id, sources }: Mark): SavedSources => ({ snapshot: id, removals: sources });

/** Of localStorage, those of the keys that are there. */
export function pick({ localStorage: items }: StorageSnapshots, keys: readonly string[]): { keys: string[]; values: string[] } {
  const wanted = new Set(keys);
  const picked = { keys: [] as string[], values: [] as string[] };
  items?.keys.forEach((key, i) => {
    if (!wanted.has(key)) return;
    picked.keys.push(key);
    picked.values.push(items.values[i]!);
  });
  return picked;
}
