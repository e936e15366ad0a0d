// What the page itself offers under globalThis.ferrite: an open Ferrite, or
// only a plan and a store's name for the panel to use.

import type { Ferrite, Plan } from '../../src/types.js';

type Offer = Partial<Ferrite> & { plan?: Plan; store?: string };

function offer(): Offer | undefined {
  const { ferrite } = globalThis as { ferrite?: unknown };
  return typeof ferrite === 'object' && ferrite !== null ? ferrite : undefined;
}

export function pageFerrite(): Ferrite | undefined {
  const ferrite = offer();
  return typeof ferrite?.migrate === 'function' && typeof ferrite.verify === 'function' ? (ferrite as Ferrite) : undefined;
}

export function pagePlan(): Plan | undefined {
  const plan = offer()?.plan;
  return typeof plan === 'object' && plan !== null ? plan : undefined;
}

export function pageStore(): string | undefined {
  const store = offer()?.store;
  return typeof store === 'string' ? store : undefined;
}
