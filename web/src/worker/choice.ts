// Which plan a pass is driven with: the one that was given, or that of the
// chain's version whose legacy data is there.
import type { VersionStatus } from '../chain.js';
import { FerriteError } from '../error.js';
import { planText } from '../marker.js';
import type { Settings } from '../protocol.js';
import { findsKey, storageOf } from '../sources/plan-sources.js';
import type { StorageSnapshots } from '../sources/storage-snapshot.js';
import type { PlanSource, Source, SourceState } from '../types.js';
import { parse } from './answer.js';
import type { Engine } from './engine.js';
import { inPlanOrder, sourcesOfPlan } from './sources.js';

export interface Choice {
  plan: string;
  /** Of the plan's sources, in its order. */
  states: SourceState[];
  /** The chain's version to which the plan leads. */
  version: number | undefined;
}

interface Traces {
  sources: Source[];
  /** What the versions' tables want of the storages. */
  keys: { version: number; from: PlanSource }[];
}

/** Throws at once when plan or chain is wrong, and does not wait for the look at the sources then. */
export function choosePlan(
  engine: Engine, { plans, chain }: Settings, snapshots: StorageSnapshots, looking: Promise<SourceState[]>,
): Promise<Choice> {
  if (!chain) {
    const plan = planText(plans[0]!);
    const sources = sourcesOfPlan(engine, plan);
    return looking.then((found) => ({ plan, states: inPlanOrder(sources, found), version: undefined }));
  }
  const text = JSON.stringify(chain);
  const traces = parse<Traces>(engine.chainTraces(text));
  const byNumber = new Map(chain.versions.flatMap(({ version, plan }) => (plan ? [[version, plan] as const] : [])));
  const [newest] = [...byNumber.keys()].reverse();
  if (newest === undefined) {
    throw new FerriteError({
      code: 'invalid_argument',
      message: 'No version of the chain has a plan.',
      hint: 'Give the plan beside the chain, or to the versions whose apps left legacy data.',
    });
  }
  return looking.then((found) => {
    const keys = traces.keys.map(({ version, from }) => {
      const storage = storageOf(from as Source)!;
      return findsKey(byNumber.get(version)!, from, storage, snapshots[storage]?.keys ?? []);
    });
    const states = JSON.stringify(inPlanOrder(traces.sources, found));
    const detected = parse<{ version: number | null }>(engine.detectVersion(text, states, JSON.stringify(keys)));
    // When nothing is there, the newest plan says what is missing.
    const version = detected.version ?? newest;
    const plan = planText(byNumber.get(version)!);
    return { plan, states: inPlanOrder(sourcesOfPlan(engine, plan), found), version };
  });
}

/** The plan that made the tables as they are now; the store is open. */
export function planOfStore(engine: Engine, { plans, chain }: Settings): string {
  if (!chain) return planText(plans[0]!);
  const { current } = parse<VersionStatus>(engine.chainStatus(JSON.stringify(chain)));
  const plan = chain.versions.find(({ version }) => version === current)?.plan;
  if (plan) return planText(plan);
  throw new FerriteError({
    code: 'state',
    message: `The store is at version ${current} of the chain, which has no plan.`,
    hint: 'Decide conflicts before upgrade(), at the version that migrate() led to.',
  });
}
