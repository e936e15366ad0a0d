// ferrite plan infer: the plan it writes is run as it is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { ferrite, folder, makeBundle, sqlite } from './support.mjs';

function prepare(t, ...args) {
  const dir = folder(t);
  const file = (name) => path.join(dir, name);
  return { bundle: makeBundle(file('shop.bundle'), ...args), plan: file('plan.json'), store: file('shop.db') };
}

for (const [orders, bad, sample] of [[500, 3, 2000], [5000, 3, 40]]) {
  test(`a plan inferred from ${sample} of ${orders} orders migrates everything`, async (t) => {
    const { bundle, plan, store } = prepare(t, orders, bad);
    const inferred = await ferrite(['plan', 'infer', bundle, '-o', plan, '--sample', String(sample)]);
    assert.equal(inferred.status, 0, inferred.stderr);
    const migrated = await ferrite(['migrate', bundle, '--plan', plan, '--store', store, '--json']);
    assert.equal(migrated.status, 0, migrated.stdout);
    assert.equal(migrated.json.status, 'verified');
    assert.equal(migrated.json.totals.failed, 0);
    assert.equal(sqlite(store, 'SELECT count(*) FROM orders;'), String(orders));
    const verified = await ferrite(['verify', bundle, '--plan', plan, '--store', store, '--json']);
    assert.equal(verified.json.status, 'verified');
  });
}

test('the report has the plan, and a plan that exists is not overwritten', async (t) => {
  const { bundle, plan } = prepare(t, 100);
  const first = await ferrite(['plan', 'infer', bundle, '-o', plan, '--json']);
  assert.equal(first.json.kind, 'inference');
  const text = readFileSync(plan, 'utf8');
  assert.deepEqual(JSON.parse(text), first.json.plan);
  const second = await ferrite(['plan', 'infer', bundle, '-o', plan, '--json']);
  assert.equal(second.status, 2);
  assert.equal(readFileSync(plan, 'utf8'), text);
});
