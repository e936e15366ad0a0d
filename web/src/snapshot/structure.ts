// How the sources are built, beside their records: what a bundle of version 3
// keeps in bundle_structure (core/doc/bundle.md).
import type { KeyGenerator } from './key-generator.js';

export interface IndexStructure {
  name: string;
  keyPath: string | string[];
  unique: boolean;
  multiEntry: boolean;
}

export interface StoreStructure {
  name: string;
  keyPath: string | string[] | null;
  autoIncrement: boolean;
  /** With autoIncrement only. */
  keyGenerator?: KeyGenerator;
  indexes: IndexStructure[];
  /** Where its records are: bundle_source.id. */
  source: number;
}

export interface DatabaseStructure {
  database: string;
  version: number;
  stores: StoreStructure[];
}

/** One that was asked for and did not exist. */
export interface AbsentDatabase {
  database: string;
  absent: true;
}

export interface StorageStructure {
  localStorage: true;
  source: number;
}

/** Always the first row. */
export interface SnapshotStructure {
  snapshot: 1;
  /** Names the IndexedDB database that keeps what the file cannot hold. */
  id: string;
  /** The source of what stands in for values that the record encoding cannot hold. */
  kept: number;
  /** Every database of the origin was asked for. */
  all: boolean;
}

export type Structure = SnapshotStructure | DatabaseStructure | AbsentDatabase | StorageStructure;

export interface Structures {
  snapshot: SnapshotStructure;
  databases: DatabaseStructure[];
  absent: string[];
  localStorage: StorageStructure | undefined;
}

/** Undefined when the bundle is no snapshot. */
export function parseStructure(rows: readonly string[]): Structures | undefined {
  const all = rows.map((row) => JSON.parse(row) as Structure);
  const snapshot = all.find((row) => 'snapshot' in row);
  if (!snapshot) return undefined;
  return {
    snapshot,
    databases: all.filter((row): row is DatabaseStructure => 'version' in row),
    absent: all.flatMap((row) => ('absent' in row ? [row.database] : [])),
    localStorage: all.find((row) => 'localStorage' in row),
  };
}
