// What the core decides about a list of backups: core/include/ferrite/backup.h.
import { parse } from '../worker/answer.js';
import type { Engine } from '../worker/engine.js';
import type { StoredBackup } from './folder.js';
import type { Retention } from './types.js';

function ask<T extends object>(engine: Engine, backups: readonly StoredBackup[], question: object): T {
  const list = backups.map(({ id, base, createdAt, bytes, plainBytes, state }) =>
    ({ id, base, createdAt, bytes, plainBytes, good: state === 'good' }));
  return parse<T>(engine.backups(JSON.stringify({ ...question, backups: list })));
}

const pick = (backups: readonly StoredBackup[], ids: readonly string[]): StoredBackup[] =>
  ids.map((id) => backups.find((backup) => backup.id === id)!);

/** The full one first, the wanted one last; `id` may be a prefix. */
export const chainOf = (engine: Engine, backups: readonly StoredBackup[], id: string): StoredBackup[] =>
  pick(backups, ask<{ ids: string[] }>(engine, backups, { do: 'chain', id }).ids);

export function baseOfNext(engine: Engine, backups: readonly StoredBackup[]): StoredBackup | undefined {
  const { id } = ask<{ id?: string }>(engine, backups, { do: 'base' });
  return backups.find((backup) => backup.id === id);
}

export const expired = (engine: Engine, backups: readonly StoredBackup[], limits: Retention, now: number): StoredBackup[] =>
  pick(backups, ask<{ ids: string[] }>(engine, backups, { do: 'expired', ...limits, now }).ids);

export const dependentsOf = (engine: Engine, backups: readonly StoredBackup[], id: string): string[] =>
  ask<{ ids: string[] }>(engine, backups, { do: 'dependents', id }).ids;
