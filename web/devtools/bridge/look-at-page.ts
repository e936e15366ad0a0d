import { inspectStorage } from '../../panel/inspect-storage.js';
import { pageFerrite, pagePlan, pageStore } from './page-ferrite.js';
import type { PageFound } from './protocol.js';

const loadLimit = 2000;

/** Apps open their databases while they load. */
function loaded(): Promise<void> {
  return new Promise((resolve) => {
    if (document.readyState === 'complete') return resolve();
    addEventListener('load', () => resolve(), { once: true });
    setTimeout(resolve, loadLimit);
  });
}

export async function lookAtPage(): Promise<PageFound> {
  await loaded();
  return {
    origin: location.origin,
    hasFerrite: pageFerrite() !== undefined,
    plan: pagePlan(),
    store: pageStore(),
    inspection: await inspectStorage(),
  };
}
