// The chain of versions as an app hands it over (core/doc/versions.md), where a
// store stands in it, and the plans that it brings.
import { FerriteError } from './error.js';
import type { ColumnType, Plan, PlanScalar } from './types.js';

interface Commented { $comment?: string }

export interface Chain extends Commented {
  ferrite: 1;
  name: string;
  /** Ascending. */
  versions: ChainVersion[];
}

export interface ChainVersion extends Commented {
  version: number;
  name: string;
  /** Moves what an app of this version wrote. */
  plan?: Plan;
  /** From the version before. */
  up?: ChainStep[];
  /** Back to it; implied where `up` is made of rename and add alone. */
  down?: ChainStep[];
}

export type ChainColumn = ColumnType | ({ type: ColumnType; default?: PlanScalar; notNull?: boolean } & Commented);

export type ChainStep = Commented & (
  | { sql: string }
  | { rename: { table: string; column?: string; to: string } & Commented }
  | { add: { table: string; column: string; type: ColumnType; default?: PlanScalar; notNull?: boolean } & Commented }
  | { add: { table: string; columns: Record<string, ChainColumn>; primaryKey: string[] } & Commented }
  | { transform: { table: string; set: Record<string, string>; where?: string } & Commented }
  | { drop: { table: string; column?: string } & Commented }
);

export interface VersionStatus {
  /** 0: a store without a history, or none. */
  current: number;
  /** The chain's newest. */
  target: number;
  pending: { version: number; name: string }[];
  applied: {
    version: number; name: string; checksum: string; appliedAt: number; durationMs: number;
    /** Taken over with the legacy data; its steps were not run. */
    stamped: boolean;
  }[];
  /** What was applied and is not what the chain has: nothing is run then. */
  drift: {
    version: number; found: string | null; expected: string | null;
    /** The steps' difference: lines with "-" as applied, "+" as in the chain. */
    text: string;
  }[];
}

/** `plan` beside a chain is that of its newest version. */
export function completeChain(chain: Chain | undefined, plan: Plan | undefined): Chain | undefined {
  const newest = chain?.versions?.at?.(-1);
  if (!chain || !newest || !plan) return chain;
  if (newest.plan) {
    throw new FerriteError({
      code: 'invalid_argument',
      message: 'The newest version of the chain has a plan, and another one is given.',
      hint: 'Give one of them.',
    });
  }
  return { ...chain, versions: [...chain.versions.slice(0, -1), { ...newest, plan }] };
}

/** Lenient: what is wrong with a chain is said by the core. */
export function plansOf(chain: Chain): Plan[] {
  return Array.isArray(chain.versions) ? chain.versions.flatMap((version) => version?.plan ?? []) : [];
}
