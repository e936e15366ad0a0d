import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importTs } from './support/import-ts.mjs';

const { changeTimes, claimsKey, findsKey, firstSource, planSources } = await importTs('web/src/sources/plan-sources.ts');

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

test('a source of the first table that refers to no other is guessed to be read first', () => {
  const from = (store) => ({ indexedDB: 'a', store });
  const referring = { name: 'r', from: [from('r'), from('s')], columns: { t: { type: 'text', references: { table: 't' } }, u: 'text' } };
  const byKeys = { name: 'k', from: from('k'), foreignKeys: [{ columns: ['a', 'b'], references: { table: 't' } }] };
  const alone = { name: 't', from: { ...from('t'), key: 'x' }, columns: { id: 'text' } };
  const first = (...tables) => firstSource({ ferrite: 1, name: 'p', tables });
  assert.deepEqual(first(referring, byKeys, alone), from('t'));
  assert.deepEqual(first(referring, byKeys), from('r'));
  assert.equal(first(), undefined);
  assert.equal(firstSource({}), undefined);
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

test('a key is found where the selection fits one that the plan does not exclude', () => {
  const given = plan({ localStorage: true }, [{ from: { localStorage: { pattern: '*.token' } }, reason: 'r' }]);
  const finds = (match, ...keys) => findsKey(given, { localStorage: match }, 'localStorage', keys);
  assert.equal(finds({ prefix: 'a.' }, 'b', 'a.b'), true);
  assert.equal(finds({ prefix: 'a.' }, 'a.token', 'b'), false);
  assert.equal(finds({ key: 'a' }), false);
});

test('times of changes are the key paths of the stores that have them', () => {
  const from = { indexedDB: 'a', store: 'b' };
  const times = (changed) => changeTimes({ ...plan(from), changed });
  assert.deepEqual(changeTimes(plan(from)), {});
  assert.deepEqual(times([{ from, at: '/updatedAt' }]), { '["a","b"]': 'updatedAt' });
  assert.deepEqual(times([{ from, at: '/meta/at' }, { from: { indexedDB: 'c', store: 'd' }, at: '/$t' }]),
    { '["a","b"]': 'meta.at', '["c","d"]': '$t' });
  // No index can be over these; the core refuses some of them.
  for (const at of ['', '/', '/a b', '/a/0', '/a~1b', 'a', '/a.b', 7]) assert.deepEqual(times([{ from, at }]), {}, String(at));
  for (const changed of [7, [{}], [{ from: { localStorage: 1 } }]]) assert.deepEqual(times(changed), {});
});
