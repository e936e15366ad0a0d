import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importTs } from './support/import-ts.mjs';

const { claimsKey, planSources } = await importTs('web/src/sources/plan-sources.ts');

const plan = (from, excluded) => ({ ferrite: 1, name: 'p', tables: [{ name: 't', from }], ...(excluded && { excluded }) });

test('the sources of several froms and of exclusions are named once, in order', () => {
  const store = { indexedDB: 'a', store: 'b' };
  const other = { indexedDB: 'c', store: 'd' };
  const sources = planSources(plan(
    [{ ...store, prefix: 'x' }, { localStorage: { key: 'k' }, optional: true }, store],
    [{ from: [{ localStorage: true }, other], reason: 'r' }, { from: store, reason: 'r' }],
  ));
  assert.deepEqual(sources, [store, { localStorage: true }, other]);
});

test('a key is claimed when one of the froms fits it', () => {
  const of = (...claims) => plan(claims.map((localStorage) => ({ localStorage })));
  assert.equal(claimsKey(of({ key: 'a' }, { prefix: 'b.' }), 'localStorage', 'b.c'), true);
  assert.equal(claimsKey(of({ key: 'a' }, { prefix: 'b.' }), 'localStorage', 'b'), false);
  assert.equal(claimsKey(plan({ indexedDB: 'a', store: 'b' }), 'localStorage', 'a'), false);
  for (const [pattern, key, fits] of [
    ['a*b', 'ab', true], ['a*b', 'axbxb', true], ['a*b', 'abx', false], ['?', '😀', true], ['??', '😀', false], ['*', '', true],
    ['', '', true], ['', 'a', false], ['a.b', 'axb', false], ['a[1]*?', 'a[1]x', true], ['a[1]*?', 'a[1]', false], ['**', 'x', true],
    ['*a'.repeat(30) + 'b', 'a'.repeat(5000), false],
  ]) {
    assert.equal(claimsKey(of({ pattern }), 'localStorage', key), fits, `${pattern} ${key}`);
  }
});
