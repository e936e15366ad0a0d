// The demo app after its upgrade: a few lines around openFerrite.
import { openFerrite, type Ferrite, type MigrateOptions, type Plan, type Progress, type Report } from '/ferrite/index.js';
import plan from './plan.json';
import { byId, whole } from './view/element.js';
import { errorView, reportView, sourcesView } from './view/report.js';

const buttons = ['migrate', 'rehearse'].map((id) => byId<HTMLButtonElement>(id));
const cancel = byId<HTMLButtonElement>('cancel');
const bar = byId<HTMLProgressElement>('progress');
let stop = new AbortController();

const ferrite = await openFerrite({ plan: plan as Plan, store: 'harbour.sqlite3' });
byId('migrate').onclick = () => void migrate().catch(() => undefined);
byId('rehearse').onclick = () => void migrate({ dryRun: true }).catch(() => undefined);
cancel.onclick = () => stop.abort();
Object.assign(window, { ferrite, demo: { migrate } });
await look(ferrite);

async function look({ checkIfNeeded, report }: Ferrite): Promise<void> {
  const check = await checkIfNeeded();
  const finished = check.needed ? undefined : await report();
  say(check.recommendation, `${whole.format(check.items)} records`, finished ? 100 : 0);
  show(finished ? reportView(finished) : sourcesView(check));
}

async function migrate(options: MigrateOptions = {}): Promise<Report> {
  stop = new AbortController();
  working(true);
  try {
    const report = await ferrite.migrate({ onProgress: showProgress, signal: stop.signal, ...options });
    say(options.dryRun ? 'Rehearsed; nothing was kept.' : 'The books have moved.', `${whole.format(report.totals.records)} records`, 100);
    show(reportView(report));
    return report;
  } catch (error) {
    say('Stopped.', '', 0);
    show(errorView(error));
    throw error;
  } finally {
    working(false);
  }
}

function showProgress({ stage, collection, current, total, percentage, itemsPerSecond }: Progress): void {
  const rate = itemsPerSecond > 0 ? ` · ${whole.format(itemsPerSecond)}/s` : '';
  say(stage === 'copy' ? `Copying ${collection}` : `${stage[0]!.toUpperCase()}${stage.slice(1)}…`,
    total > 0 ? `${whole.format(current)} of ${whole.format(total)}${rate}` : '', percentage);
}

function say(status: string, amount: string, percentage: number): void {
  byId('status').textContent = status;
  byId('amount').textContent = amount;
  bar.value = percentage;
}

function show(nodes: Node[]): void {
  byId('result').replaceChildren(...nodes);
}

function working(is: boolean): void {
  for (const button of buttons) button.disabled = is;
  cancel.hidden = !is;
}

declare global {
  interface Window {
    ferrite: Ferrite;
  }
}
