import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importTs } from './support/import-ts.mjs';

const { KeySet } = await importTs('web/src/sources/key-set.ts');

const bytes = (...list) => new Uint8Array(list).buffer;

test('keys are told apart as IndexedDB does', () => {
  const keys = [
    1, -1.5, '1', '', 'a,b', 'n1', new Date(1), bytes(1, 2), bytes(12), bytes(), [], [1], ['1'], [[1]], [1, [2]], ['a', 'b'],
    [new Date(1)], [bytes(1)],
  ];
  for (const key of keys) {
    const set = new KeySet();
    set.addAll([key]);
    for (const other of keys) assert.equal(set.has(structuredClone(other)), other === key, `${JSON.stringify([key, other])}`);
  }
  const all = new KeySet();
  all.addAll(keys);
  assert.ok(keys.every((key) => all.has(structuredClone(key))));
  assert.ok(all.has(new Uint8Array([0, 1, 2]).subarray(1)), 'a view is the bytes it shows');
  for (const key of [2, 'b', new Date(2), bytes(2), [2], ['a,b'], [1, 2]]) assert.ok(!all.has(key), JSON.stringify(key));
});
