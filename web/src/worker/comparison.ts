// Whether the sources are what a snapshot says: how they are built, and every
// record of them.
import type { WholeFields } from '../protocol.js';
import { describeDatabase } from '../snapshot/describe.js';
import { deleteDatabase } from '../snapshot/kept-objects.js';
import { CHECK, keptDatabase } from '../snapshot/own-databases.js';
import type { DatabaseStructure, Structures } from '../snapshot/structure.js';
import { withoutSources } from '../snapshot/survey.js';
import type { SourceState } from '../types.js';
import { check, parse } from './answer.js';
import type { OpenBundle } from './open-bundle.js';
import type { Task } from './task.js';
import { readAll, type AskWindow } from './whole-reading.js';

export interface Comparison {
  /** Sentences, one for each database or storage that differs. */
  differences: Map<string, string>;
  records: number;
  hash: string;
  expectedHash: string;
}

interface Report {
  hash: string;
  expectedHash: string;
  sources: { records: number; missing: number; different: number; extra: number; keys: string[] }[];
}

/** Sources as they are called here: the bundle has Unicode names only. */
function statesOf({ contents: { sources } }: OpenBundle, { databases }: Structures): SourceState[] {
  const states = sources.map(({ source, records }): SourceState =>
    ({ source, records, status: records > 0 ? 'ready' : 'empty', info: { keyPath: null } }));
  for (const { database, stores } of databases) {
    for (const { name, keyPath, source } of stores) {
      const state = states[source]!;
      state.source = { indexedDB: database, store: name };
      state.info = { keyPath };
    }
  }
  return states;
}

async function structureDifference(wanted: DatabaseStructure, ms: number): Promise<string | undefined> {
  const { structure } = await describeDatabase(wanted.database, ms);
  const [is, was] = [structure, wanted].map((row) => JSON.stringify(withoutSources(row)));
  return is === was ? undefined : `it is built otherwise: ${is} instead of ${was}`;
}

/** `lost`: records that could not come back, by source. localStorage is among `fields.snapshots`. */
export async function compareWithBundle(
  bundle: OpenBundle, structures: Structures, lost: ReadonlyMap<number, number>, fields: WholeFields, task: Task, ask: AskWindow,
): Promise<Comparison> {
  const { engine } = bundle.core;
  const differences = new Map<string, string>();
  for (const database of structures.databases) {
    const difference = await structureDifference(database, fields.openTimeout);
    if (difference !== undefined) differences.set(database.database, difference);
  }
  const id = structures.snapshot.id + CHECK;
  const none = { records: 0, hash: '', expectedHash: '' };
  if (differences.size > 0) return { differences, ...none };
  try {
    check(engine.beginPass('comparison', '', '[]', JSON.stringify({ now: Date.now() })));
    await readAll(bundle.core, id, statesOf(bundle, structures), fields, task, ask);
    const report = parse<Report>(engine.report());
    addDifferences(report, structures, lost, differences);
    const { hash, expectedHash, sources } = report;
    return { differences, hash, expectedHash, records: sources.slice(0, -1).reduce((sum, { records }) => sum + records, 0) };
  } finally {
    engine.endPass();
    await deleteDatabase(keptDatabase(id));
  }
}

function addDifferences(
  { sources, hash, expectedHash }: Report, { databases, localStorage, snapshot }: Structures, lost: ReadonlyMap<number, number>,
  differences: Map<string, string>,
): void {
  const look = (name: string, source: number, what: string): void => {
    const { missing, different, extra, keys } = sources[source]!;
    const expected = lost.get(source) ?? 0;
    if (missing === expected && different + extra === 0) return;
    differences.set(name, `${what}: ${missing - expected} records missing, ${different} different, ${extra} more; keys ${keys.join(', ')}`);
  };
  for (const { database, stores } of databases) {
    for (const { name, source } of stores) look(database, source, `in the store "${name}"`);
  }
  if (localStorage) look('localStorage', localStorage.source, 'in localStorage');
  if (lost.size > 0) return;
  look('', snapshot.kept, 'among the values that were kept');
  if (differences.size === 0 && hash !== expectedHash) differences.set('', `the content hash is ${hash} instead of ${expectedHash}`);
}
