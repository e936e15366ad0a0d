// Makes the sources what a snapshot says they were.
import { FerriteError } from '../error.js';
import type { Calls } from '../protocol.js';
import { buildDatabase, makeWay, removeDatabase } from '../snapshot/build-database.js';
import { clearJournal, readJournal, writeJournal, type Journal } from '../snapshot/journal.js';
import { journalFor, resume, structuresOf } from '../snapshot/restore-plan.js';
import type { DatabaseStructure, Structures } from '../snapshot/structure.js';
import { sourceDatabases } from '../snapshot/survey.js';
import type { RestoreReport } from '../snapshot/types.js';
import type { StorageSnapshot } from '../sources/storage-snapshot.js';
import { BundleRecords } from './bundle-records.js';
import { compareWithBundle, type Comparison } from './comparison.js';
import { KeptRows } from './kept-rows.js';
import { OpenBundle } from './open-bundle.js';
import { withSnapshotLock } from './snapshot-lock.js';
import type { Task } from './task.js';
import type { AskWindow } from './whole-reading.js';

type Fields = Calls['restoreSource'][0];

export async function restoreSource(fields: Fields, task: Task, ask: AskWindow): Promise<RestoreReport> {
  task.preparing();
  return withSnapshotLock(fields.lockTimeout, async () => {
    const bundle = await OpenBundle.open(fields.bundle, fields.wasmUrl);
    try {
      return await new Restore(bundle, fields, task, ask).run();
    } finally {
      bundle.close();
    }
  });
}

class Restore {
  readonly #bundle: OpenBundle;
  readonly #fields: Fields;
  readonly #task: Task;
  readonly #ask: AskWindow;
  readonly #structures: Structures;
  #rows!: KeptRows;
  #records!: BundleRecords;
  #journal: Journal;
  #items: StorageSnapshot | undefined;

  constructor(bundle: OpenBundle, fields: Fields, task: Task, ask: AskWindow) {
    this.#bundle = bundle;
    this.#fields = fields;
    this.#task = task;
    this.#ask = ask;
    this.#structures = structuresOf(bundle.contents.structure);
    this.#journal = journalFor(bundle.contents.identity, this.#structures);
  }

  async run(): Promise<RestoreReport> {
    const { snapshot: { kept, id } } = this.#structures;
    this.#rows = await KeptRows.look(this.#bundle, kept, id);
    this.#records = new BundleRecords(this.#bundle, this.#rows);
    try {
      return await this.#restore();
    } finally {
      this.#rows.close();
    }
  }

  async #restore(): Promise<RestoreReport> {
    const { databases, absent } = this.#structures;
    this.#refuseLoss();
    const found = await readJournal();
    this.#journal = resume(found, this.#journal);
    const others = await this.#others();
    const toRemove = [...absent, ...(this.#fields.removeOthers ? others : [])];
    const { done } = this.#journal;
    // All of them, before the first is deleted.
    for (const name of [...databases.map(({ database }) => database), ...toRemove]) {
      if (!done.includes(name)) await makeWay(name, this.#fields.openTimeout);
    }
    this.#task.throwIfCancelled();
    await writeJournal(this.#journal);
    for (const database of databases) if (!done.includes(database.database)) await this.#build(database);
    for (const name of toRemove) await removeDatabase(name, this.#fields.openTimeout);
    await this.#writeLocalStorage();
    const comparison = await this.#verified(new Set(done));
    await clearJournal();
    return {
      status: 'restored',
      resumed: found?.bundle === this.#journal.bundle,
      databases: databases.map(({ database }) => database),
      removed: toRemove,
      others: this.#fields.removeOthers ? [] : others,
      localStorage: this.#journal.localStorage,
      records: comparison.records,
      hash: comparison.hash,
      leftOut: this.#leftOut,
      warnings: this.#leftOut > 0 ? ['Some records could not come back: the snapshot or this browser does not have their values.'] : [],
    };
  }

  get #leftOut(): number {
    return [...this.#rows.lost.values()].reduce((sum, count) => sum + count, 0);
  }

  #refuseLoss(): void {
    if (this.#leftOut === 0 || this.#fields.allowLoss) return;
    throw new FerriteError({
      code: 'record_unsupported',
      message: `${this.#leftOut} records hold values that the snapshot could not read or that only the browser it was taken in has.`,
      hint: 'Restore it in that browser, or say allowLoss: true to do without these records.',
    });
  }

  /** Databases that the snapshot of all of them does not know. */
  async #others(): Promise<string[]> {
    if (!this.#structures.snapshot.all) return [];
    const known = new Set(this.#journal.databases);
    return (await sourceDatabases(this.#fields.openTimeout)).filter((name) => !known.has(name));
  }

  async #build(structure: DatabaseStructure): Promise<void> {
    const { database, stores } = structure;
    this.#task.throwIfCancelled();
    this.#task.restoring(`indexedDB ${database}`, this.#journal.done.length, this.#journal.databases.length);
    const { openTimeout } = this.#fields;
    await this.#records.prepare(stores);
    await buildDatabase(structure, (store) => this.#records.batchesOf(store), openTimeout);
    await this.#records.putWindowRecords(structure, this.#structures.snapshot.id, this.#ask, openTimeout);
    this.#journal = { ...this.#journal, done: [...this.#journal.done, database] };
    await writeJournal(this.#journal);
  }

  async #writeLocalStorage(): Promise<void> {
    const { localStorage } = this.#structures;
    if (!localStorage) return;
    const items: StorageSnapshot = { keys: [], values: [] };
    for (const batch of this.#records.batchesOf(localStorage)) {
      for (const [key, value] of batch) {
        items.keys.push(key as string);
        items.values.push(value as string);
      }
    }
    this.#items = await this.#ask({ ask: 'writeLocalStorage', items });
  }

  /** Rejects when what was built is not what the bundle says. `earlier`: built by a call that was cut off. */
  async #verified(earlier: ReadonlySet<string>): Promise<Comparison> {
    let comparison = await this.#compare();
    // Somebody may have used them since.
    const stale = this.#structures.databases.filter(({ database }) => earlier.has(database) && comparison.differences.has(database));
    if (stale.length > 0) {
      for (const structure of stale) {
        await makeWay(structure.database, this.#fields.openTimeout);
        await this.#build(structure);
      }
      comparison = await this.#compare();
    }
    const { differences } = comparison;
    if (differences.size === 0) return comparison;
    throw new FerriteError({
      code: 'not_verified',
      message: `What was restored is not what the bundle holds. ${[...differences].map(([name, what]) => `${name}: ${what}.`).join(' ')}`,
      hint: 'Call restoreSource() again when no other tab writes to the sources.',
    });
  }

  #compare(): Promise<Comparison> {
    const snapshots = this.#items ? { localStorage: this.#items } : {};
    return compareWithBundle(this.#bundle, this.#structures, this.#rows.lost, { ...this.#fields, snapshots }, this.#task, this.#ask);
  }
}
