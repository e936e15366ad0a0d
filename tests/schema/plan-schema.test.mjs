// plan.schema.json and the parser say the same of every plan, but for the rules
// that a schema cannot say.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import Ajv from 'ajv/dist/2020.js';

import { root } from '../support/load-module.mjs';

const schema = JSON.parse(readFileSync(`${root}core/schema/plan.schema.json`, 'utf8'));
const fits = new Ajv({ strictSchema: true, strictTypes: false, strictRequired: false }).compile(schema);

// Whether the parser takes each of these texts, or its error.
function parse(texts) {
  const folder = mkdtempSync(join(tmpdir(), 'ferrite-plans-'));
  try {
    const file = join(folder, 'plans.jsonl');
    writeFileSync(file, texts.map((text) => JSON.stringify(text) + '\n').join(''));
    const out = execFileSync(`${root}build/native-release/tests/plan_tool`, [file], { encoding: 'utf8', maxBuffer: 1 << 26 });
    const answers = out.trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.equal(answers.length, texts.length);
    return answers;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compare(plans, needsTheParser = new Set()) {
  const answers = parse(plans.map(({ text }) => text));
  plans.forEach(({ name, text }, i) => {
    const verdict = fits(JSON.parse(text));
    const told = `${name}: ${text}\nparser: ${JSON.stringify(answers[i])}\nschema: ${JSON.stringify(fits.errors)}`;
    if (needsTheParser.has(name)) {
      assert.ok(verdict && answers[i] !== true, told);
    } else {
      assert.equal(verdict, answers[i] === true, told);
    }
  });
}

test('every example of plan.md is a plan for both', () => {
  const document = readFileSync(`${root}core/doc/plan.md`, 'utf8');
  const examples = [...document.matchAll(/```json\n(.*?)```/gs)].map(([, text]) => text);
  assert.ok(examples.length > 0);
  for (const text of examples) {
    assert.deepEqual([fits(JSON.parse(text)), parse([text])[0]], [true, true], JSON.stringify(fits.errors));
  }
});

// What needs other members' names, SQL, record schemas or the text itself.
const NOT_FOR_A_SCHEMA = new Set([
  'error-column-case', 'error-foreign-key-count', 'error-index-name-twice', 'error-member-twice',
  'error-primary-key', 'error-reference-no-key', 'error-reference-table', 'error-reference-type', 'error-schema-keyword',
  'error-sql-chance', 'error-sql-reads-tables', 'error-sql-syntax', 'error-table-twice', 'error-unique-column', 'error-when-sql-ends',
]);

test('every case folder has one verdict', () => {
  const plans = [];
  for (const name of readdirSync(`${root}tests/cases`)) {
    const file = `${root}tests/cases/${name}/plan.json`;
    if (existsSync(file) && name !== 'error-no-json') plans.push({ name, text: readFileSync(file, 'utf8') });
  }
  assert.ok(plans.length > 100);
  for (const name of NOT_FOR_A_SCHEMA) assert.ok(plans.some((plan) => plan.name === name), name);
  compare(plans, NOT_FOR_A_SCHEMA);
});

const TYPES = schema.$defs.type.enum;
const LITERALS = [
  null, true, 0, 1, 1.5, 2 ** 53, 2 ** 53 + 2, '', 'x', '7', '-7', '07', '1.5', 'true', [], {}, 'AAE=', 'AAF=', 'AAE', '2024-02-29',
  '2024-02-29T12:30:45.123Z', '2024-02-29 12:30+02:00', '2024-02-29T12Z', '9e3779b1-4a1b-4c2d-8e3f-9e3779b19e37',
];
const POINTERS = ['', '/', '/a', 'a', '/a~', '/a~2', '/~0~1', '$key', '$source', '$position', '$name', '$x', 7, null, [], ['/a'], ['/a', '/a'], ['$key']];

test('every combination of a column has one verdict', () => {
  const columns = [];
  for (const type of [...TYPES, 'txt', 7]) {
    columns.push(type, { type });
    for (const value of LITERALS) {
      columns.push({ type, value }, { type, default: value }, { type, default: value, onMismatch: 'default' });
    }
    for (const path of POINTERS) {
      columns.push({ type, path }, { type, record: path }, { type, path, convert: 'auto' }, { type, path, onMismatch: 'null' });
    }
    for (const convert of ['auto', 'text', 'number', 'iso', 'milliseconds', 'seconds', 'base64', 'json', 'none', 1]) columns.push({ type, convert });
    for (const flag of ['notNull', 'unique', 'sensitive']) columns.push({ type, [flag]: true }, { type, [flag]: 1 });
    for (const onMismatch of ['ledger', 'null', 'default', 'x']) columns.push({ type, onMismatch }, { type, sql: 'key', onMismatch });
    columns.push(
      { type, sql: 'key' }, { type, sql: ' ' }, { type, sql: 1 }, { type, sql: 'key', convert: 'auto' }, { type, sql: 'key', path: '/a' },
      { type, record: '/a', path: '/a' }, { type, value: null, sql: '1' }, { type, $comment: 'c' }, { type, $comment: 1 }, { type, extra: 1 },
    );
  }
  columns.push({}, [], null, { path: '/a' });
  const from = { localStorage: true };
  const plans = [{}, { each: '/x' }].flatMap((more) => columns.map((a, i) => (
    { name: `column ${i}`, text: JSON.stringify({ ferrite: 1, name: 'p', tables: [{ name: 't', from, columns: { a }, ...more }] }) })));
  compare(plans);
});

test('every member of tables and sources has one verdict', () => {
  const store = { indexedDB: 'd', store: 's' };
  const members = {
    name: ['', 'x', 7, 'ferrite_x', 'SQLITE_x', 'a\0b', 'x'.repeat(129), '\n', '"'],
    from: [
      store, { ...store, key: 'k' }, { ...store, prefix: 'k' }, { ...store, pattern: 'k' }, { ...store, key: 'k', prefix: 'p' }, { ...store, key: 7 },
      { ...store, optional: true }, { ...store, optional: 0 }, { indexedDB: 'd' }, { store: 's' }, {}, [], 7, [store], [store, 7], [[store]],
      Array(100).fill(store), Array(101).fill(store), { localStorage: false }, { localStorage: true, store: 's' },
      ...['localStorage', 'sessionStorage'].flatMap((name) => [true, {}, 'x', { key: 'k' }, { prefix: 'k' }, { pattern: 'k' }, { key: 'a', pattern: 'b' },
        { key: 1 }, { keys: 'a' }, { key: 'k', $comment: 'c' }].map((value) => ({ [name]: value }))),
      { localStorage: true, sessionStorage: true }, { ...store, $comment: 'c' }, { ...store, $comment: 7 },
    ],
    as: ['value', 'json', 'text', 7],
    each: ['', '/a', 'a', 7, [], ['/a', '/a'], ['/a', 7], Array(101).fill('/a')],
    when: ['key = 1', '', ' \n', 'a\0', 7, null, {}, { '/a': 1 }, { '': null }, { a: 1 }, { '/a': [] }, { '/a': [1, null, 'x', true] }, { '/a': [[1]] },
      { '/a': {} }, { $comment: 'c' }, { $comment: 7 }],
    schema: [true, false, {}, { type: 'object' }, 7, null, []],
    columns: [{}, [], { $comment: 'c' }, { $comment: { type: 'text' } }, { '': 'text' }, { _key: 'text' }, { _Position: 'text' }, { _unmapped: 'text' },
      { sqlite_x: 'text' }, { rowid: 'any', _rowid_: 'any', oid: 'any' }, ...[500, 501].flatMap((count) => {
        const many = Object.fromEntries(Array.from({ length: count }, (_, i) => [`c${i}`, 'text']));
        return [many, { $comment: 'c', ...many }];
      })],
    primaryKey: [[], 'a', [7]],
    unique: [[], {}, [[]], ['a'], [7]],
    indexes: [[], {}, [[]], [7], [{ name: 'i' }], [{ name: 'i', columns: [] }], [{ columns: ['_key'] }], [{ name: 'i', columns: ['_key'] }], [['_key']],
      [['_key', '_key']], [{ name: 'ferrite_i', columns: ['_key'] }]],
    foreignKeys: [[], {}, [7], [{}], [{ columns: ['_key'] }], [{ columns: ['_key'], references: { table: 't' } }],
      [{ columns: ['_key'], references: { table: 't', column: '_key' } }], [{ columns: ['_key'], references: { table: 't', columns: ['_key'], onOrphan: 'x' } }]],
    onConflict: ['ledger', 'skip', 'overwrite', 'merge', 'ask', 'keepNewest', 'keepOldest', 'x', 7, null, {}, { strategy: 'x' }, { rest: 'store' },
      ...['ledger', 'skip', 'overwrite', 'ask', 'merge', 'keepNewest'].flatMap((strategy) => [{ strategy }, { strategy, $comment: 'c' },
        { strategy, $comment: 7 }, { strategy, rest: 'store' }, { strategy, columns: {} }, { strategy, time: 7 }, { strategy, more: 1 }]),
      ...['source', 'store', 'newest', 'min', 'x', 7].map((rest) => ({ strategy: 'merge', rest })), { strategy: 'merge', columns: [] },
      { strategy: 'merge', columns: { a: 'sum' } }, { strategy: 'merge', columns: { $comment: 'c' } }, { strategy: 'merge', columns: { $comment: 7 } }],
    unmapped: ['keep', 'drop', 'fail', 'x', 7],
    drop: [[], ['/a'], [''], ['a'], ['/a', '/a'], '/a'],
    $comment: ['c', 7],
    more: [1],
  };
  const plans = Object.entries(members).flatMap(([member, values]) => values.map((value) => (
    { name: member, text: JSON.stringify({ ferrite: 1, name: 'p', tables: [{ name: 't', from: { localStorage: true }, [member]: value }] }) })));
  const table = { name: 't', from: { localStorage: true } };
  for (const change of [
    { ferrite: 2 }, { ferrite: '1' }, { name: '' }, { name: 7 }, { name: 'é'.repeat(100) }, { name: 'é'.repeat(101) }, { name: '😀'.repeat(100) }, { tables: [] },
    { tables: {} }, { tables: [7] }, { excluded: [] }, { excluded: {} }, { excluded: [{}] }, { excluded: [{ from: store, reason: 'r' }] },
    { excluded: [{ from: [store], reason: 'r', $comment: 'c' }] }, { excluded: [{ from: store, reason: 7 }] }, { excluded: [{ from: 7, reason: 'r' }] },
    { $comment: 'c' }, { $comment: [] }, { more: 1 }, { name: undefined }, { ferrite: undefined }, { tables: undefined },
  ]) {
    plans.push({ name: 'plan', text: JSON.stringify({ ferrite: 1, name: 'p', tables: [table], ...change }) });
  }
  const time = { from: store, at: '/a' };
  for (const changed of [
    [], {}, 7, [7], [{}], [time], [{ ...time, $comment: 'c' }], [{ ...time, $comment: 7 }], [{ ...time, more: 1 }], [{ at: '/a' }], [{ from: store }],
    ...['', '/', 'a', '/a/b', '/a~', '/~0~1', 7, null, ['/a']].map((at) => [{ from: store, at }]),
    ...[[store], 7, {}, { indexedDB: 'd' }, { store: 's' }, { indexedDB: 7, store: 's' }, { ...store, key: 'k' }, { ...store, optional: true },
      { localStorage: true }, { ...store, $comment: 'c' }, { ...store, $comment: 7 }].map((from) => [{ from, at: '/a' }]),
  ]) {
    plans.push({ name: 'changed', text: JSON.stringify({ ferrite: 1, name: 'p', tables: [{ name: 't', from: store }], changed }) });
  }
  compare(plans);
});
