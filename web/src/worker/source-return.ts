// Legacy data that was cleaned up goes back into its sources, from the snapshot
// that was taken before.
import type { BackupFolder, SavedSources } from '../backup/folder.js';
import { putBack, type StoreFound, type StoreReturn, type Way } from '../clean-up/put-back.js';
import { isClaimed, type Removal } from '../clean-up/removal.js';
import type { ItemChange } from '../clean-up/storage-exchange.js';
import type { SourceOutlook } from '../clean-up/types.js';
import { FerriteError } from '../error.js';
import { buildDatabase } from '../snapshot/build-database.js';
import { structuresOf } from '../snapshot/restore-plan.js';
import type { DatabaseStructure, Structures } from '../snapshot/structure.js';
import { openLegacyDatabase } from '../sources/legacy-database.js';
import { BundleRecords } from './bundle-records.js';
import { KeptRows } from './kept-rows.js';
import { OpenBundle } from './open-bundle.js';
import type { AskWindow } from './whole-reading.js';

export interface ReturnSettings {
  wasmUrl: string | undefined;
  openTimeout: number;
}

export class SourceReturn {
  readonly #saved: SavedSources;
  readonly #structures: Structures;
  readonly #records: BundleRecords;
  readonly #settings: ReturnSettings;
  readonly #ask: AskWindow;

  private constructor(saved: SavedSources, bundle: OpenBundle, rows: KeptRows, settings: ReturnSettings, ask: AskWindow) {
    this.#saved = saved;
    this.#structures = structuresOf(bundle.contents.structure);
    this.#records = new BundleRecords(bundle, rows);
    this.#settings = settings;
    this.#ask = ask;
  }

  /** `work` has the snapshot open and checked. Rejects when it cannot give back all that it was taken of. */
  static async with<T>(
    folder: BackupFolder, saved: SavedSources, settings: ReturnSettings, ask: AskWindow, work: (sources: SourceReturn) => Promise<T>,
  ): Promise<T> {
    if (saved.snapshot === '' || !await folder.hasSnapshot(saved.snapshot)) {
      throw new FerriteError({ code: 'state', message: 'The snapshot of the legacy data that was cleaned up is gone.' });
    }
    const bundle = await OpenBundle.open(await folder.snapshot(saved.snapshot), settings.wasmUrl);
    try {
      const { snapshot: { kept, id } } = structuresOf(bundle.contents.structure);
      const rows = await KeptRows.look(bundle, kept, id);
      try {
        if (rows.lost.size > 0) {
          throw new FerriteError({ code: 'record_unsupported', message: 'The snapshot holds values that this browser has no more.' });
        }
        return await work(new SourceReturn(saved, bundle, rows, settings, ask));
      } finally {
        rows.close();
      }
    } finally {
      bundle.close();
    }
  }

  /** What is missing and what is newer; nothing is changed. */
  look(): Promise<SourceOutlook> {
    return this.#each('look');
  }

  /** Puts back what is missing, and replaces what is newer when that is wanted; compares before it resolves. */
  async run(replaceNewer: boolean): Promise<SourceOutlook> {
    const done = await this.#each(replaceNewer ? 'replace' : 'add');
    const { missing, newer } = await this.#each('look');
    if (missing === 0 && (!replaceNewer || newer.length === 0)) return done;
    throw new FerriteError({
      code: 'not_verified', message: 'What was put back into the sources does not read as it was written.',
      hint: 'Close the app\'s other tabs, and call it again.',
    });
  }

  async #each(way: Way): Promise<SourceOutlook> {
    const outlook: SourceOutlook = { snapshot: this.#saved.snapshot, missing: 0, newer: [] };
    const add = ({ source }: Removal, { missing, newer }: StoreFound): void => {
      outlook.missing += missing;
      if (newer.length > 0) outlook.newer.push({ source, keys: newer });
    };
    for (const structure of this.#structures.databases) {
      const removals = this.#saved.removals.filter(({ source }) => 'store' in source && source.indexedDB === structure.database);
      if (removals.length === 0) continue;
      const found = await this.#database(structure, removals, way);
      removals.forEach((removal, i) => add(removal, found[i]!));
    }
    const items = this.#saved.removals.find(({ source }) => 'localStorage' in source);
    if (items) add(items, await this.#items(way));
    return outlook;
  }

  async #database(structure: DatabaseStructure, removals: readonly Removal[], way: Way): Promise<StoreFound[]> {
    const { database: name, stores } = structure;
    const opened = await openLegacyDatabase(name, this.#settings.openTimeout);
    if (opened.status === 'absent') return this.#build(structure, removals, way);
    if (opened.status !== 'ready') throw new FerriteError({ code: `source_${opened.status}`, message: opened.message });
    try {
      const wanted = removals.map((removal) => stores.find((each) => 'store' in removal.source && each.name === removal.source.store)!);
      const gone = wanted.find((each) => !opened.database.objectStoreNames.contains(each.name));
      if (gone) {
        throw new FerriteError({
          code: 'source_changed', message: `The database "${name}" has no store "${gone.name}" any more: its records cannot be put back.`,
        });
      }
      await this.#records.prepare(wanted);
      const returns = wanted.map((each, i): StoreReturn =>
        ({ structure: each, removal: removals[i]!, batches: () => this.#records.batchesOf(each) }));
      const found = await putBack(opened.database, returns, way);
      if (way !== 'look') await this.#putWindowRecords(name, wanted, removals);
      return found;
    } finally {
      opened.database.close();
    }
  }

  /** The whole database is gone. */
  async #build(structure: DatabaseStructure, removals: readonly Removal[], way: Way): Promise<StoreFound[]> {
    const { openTimeout } = this.#settings;
    if (way !== 'look') {
      await this.#records.prepare(structure.stores);
      await buildDatabase(structure, (store) => this.#records.batchesOf(store), openTimeout);
      await this.#putWindowRecords(structure.database, structure.stores);
    }
    return removals.map(({ records }) => ({ missing: records, newer: [] }));
  }

  async #putWindowRecords(database: string, stores: DatabaseStructure['stores'], removals?: readonly Removal[]): Promise<void> {
    const isMeant = (source: number, key: IDBValidKey): boolean => {
      const i = stores.findIndex((each) => each.source === source);
      return !removals || (i >= 0 && isClaimed(removals[i]!, key));
    };
    const { id } = this.#structures.snapshot;
    await this.#records.putWindowRecords({ database, stores }, id, this.#ask, this.#settings.openTimeout, isMeant);
  }

  async #items(way: Way): Promise<StoreFound> {
    const changes: ItemChange[] = [];
    for (const batch of this.#records.batchesOf(this.#structures.localStorage!)) {
      for (const [key, value] of batch) changes.push({ key: key as string, from: null, to: value as string });
    }
    const found = await this.#ask({ ask: 'exchangeItems', changes, onlyLook: way === 'look' });
    const newer = changes.filter((_, i) => found[i] === 'other');
    if (way === 'replace' && newer.length > 0) {
      await this.#ask({ ask: 'exchangeItems', changes: newer.map((change) => ({ ...change, from: undefined })), onlyLook: false });
    }
    return { missing: found.filter((each) => each === 'expected').length, newer: newer.map(({ key }) => key) };
  }
}
