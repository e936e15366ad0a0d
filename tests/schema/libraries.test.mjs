// Schemas that Zod 4 and TypeBox really write, and values on which Ferrite must
// say what the library itself says.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Type as OldType } from '@sinclair/typebox';
import { Value as OldValue } from '@sinclair/typebox/value';
import Type from 'typebox';
import { Value } from 'typebox/value';
import * as z from 'zod';

import { asRecord, check } from './support.mjs';

const TEXTS = [
  '', 'a', 'abc', 'A', 'UPPER', 'lower', 'a.b', 'a b', ' ', '0', '12345', '-1', '1.5', 'ä', '😀', '👩‍👩‍👧', '🇳🇴', '#️⃣', 'a\n',
  'ada@example.org', 'ada.l+x@ex-ample.co.uk', 'ada@example', '@example.org', 'ada@@example.org', '.ada@example.org',
  '9e3779b1-4a1b-4c2d-8e3f-9e3779b19e37', '9E3779B1-4A1B-6C2D-8E3F-9E3779B19E37', '018f3779-4a1b-7c2d-8e3f-9e3779b19e37',
  '9e3779b1-4a1b-9c2d-8e3f-9e3779b19e37', '00000000-0000-0000-0000-000000000000', '9e3779b1-4a1b-4c2d-8e3f-9e3779b19e3',
  '2024-02-29T12:30:45Z', '2023-02-29T12:30:45Z', '2024-02-29T12:30:45.123Z', '2024-02-29T12:30:45+02:00', '2024-02-29T12:30Z',
  '2024-02-29T24:00:00Z', '2024-02-29', '2024-13-01', '1900-02-29', '2000-02-29', '2024-02-29T12:30:45', '12:30:45', '12:30', '25:00',
  'P1Y', 'P1DT2H', 'P', 'PT', 'P1W', 'P1W2D', 'PT1.5S', 'P1M2Y',
  '127.0.0.1', '256.0.0.1', '01.2.3.4', '::1', '2001:db8::1', '1:2:3:4:5:6:7:8', '1::2::3', '12345::', '10.0.0.0/8', '10.0.0.0/33', '::/0', '::/129',
  'example.org', 'ex_ample.org', '-example.org', 'localhost', `${'a'.repeat(64)}.org`, `${'a.'.repeat(127)}a`,
  'https://example.org/a?b#c', 'mailto:ada@example.org', 'example.org/a', '://', 'http://',
  'aGVsbG8=', 'aGVsbG8', 'aGVs', 'a-_b', '====', 'deadbeef', 'DEADBEEF', 'xyz', '+4712345678', '+0123', '4712345678',
  'AB:CD:EF:01:23:45', 'ab:cd:ef:01:23:45', 'AB:cd:EF:01:23:45', 'V1StGXR8_Z5jdHi6B-myT', '01ARZ3NDEKTSV4RRFFQ69G5FAV', '9m4e2mr0ui3e8a215n4g',
  '0ujtsYcgvSTl8PAuAdqWYSMnLOv', 'cjld2cjxh0000qzrmn831i7rn', 'tz4a98xxat96iws9zmbrgj3a', 'd41d8cd98f00b204e9800998ecf8427e', 'a1x', 'a-2.5y',
];
const VALUES = [
  ...TEXTS, null, true, false, 0, -0.5, 1, 3, 6, 9, 10, 2 ** 31, 2 ** 53 - 1, 0.3, [], ['x', 1], ['x', 1, true], ['x', 1, 2], ['x'], ['a', 'b'],
  ['a', 'a'], ['a', 'b', 'c'], {}, { a: 1 }, { a: 'x' }, { a: 1, b: 2 }, { a: 1, b: 'x' }, { a: 1.5 }, { x: 1, y: 2 }, { x: 1 }, { x: 1, z: 2 },
  { k: 'a' }, { k: 'b', v: 1 }, { k: 'b' }, { k: 'a', v: 1 }, { k: 'c' }, { n: [] }, { n: [{ n: [] }] }, { n: [{ n: [1] }] }, { n: [1] },
  { value: 1, next: { value: 2, next: null } }, { value: 1, next: { value: 'x', next: null } }, { 1: 'a' }, { '01': 'a' },
];

const Tree = z.object({ get n() { return z.array(Tree); } });
const List = z.object({ value: z.int(), get next() { return z.nullable(List); } });
const zod = {
  email: z.email(), uuid: z.uuid(), guid: z.guid(), uuidv4: z.uuidv4(), uuidv6: z.uuidv6(), uuidv7: z.uuidv7(),
  hostname: z.hostname(), emoji: z.emoji(), nanoid: z.nanoid(), cuid: z.cuid(), cuid2: z.cuid2(), ulid: z.ulid(), xid: z.xid(),
  ksuid: z.ksuid(), ipv4: z.ipv4(), mac: z.mac(), cidrv4: z.cidrv4(), ipv6: z.ipv6(), cidrv6: z.cidrv6(), base64: z.base64(),
  base64url: z.base64url(), e164: z.e164(), hex: z.hex(), md5: z.hash('md5'),
  datetime: z.iso.datetime(), offset: z.iso.datetime({ offset: true }), local: z.iso.datetime({ local: true }),
  precise: z.iso.datetime({ precision: 3 }), date: z.iso.date(), time: z.iso.time(), duration: z.iso.duration(),
  string: z.string(), length: z.string().min(1).max(3), affixes: z.string().startsWith('a.').endsWith('b'), includes: z.string().includes('.'),
  upper: z.string().uppercase(), lower: z.string().lowercase(), regex: z.string().regex(/^(?=a)[\p{L}.]+$/u),
  template: z.templateLiteral(['a', z.number(), z.enum(['x', 'y'])]),
  number: z.number(), int: z.int(), int32: z.int32(), range: z.number().positive().lt(9).multipleOf(3), tenth: z.number().multipleOf(0.1),
  boolean: z.boolean(), nothing: z.null(), any: z.any(), never: z.never(), literal: z.literal(['a', 1, true, null]), enum: z.enum(['a', 'b']),
  nullable: z.string().nullable(), union: z.union([z.string(), z.number()]), json: z.json(),
  tuple: z.tuple([z.string(), z.number()]), rest: z.tuple([z.string(), z.number()]).rest(z.boolean()), array: z.array(z.string()).min(1).max(2),
  object: z.object({ a: z.int(), b: z.string().optional() }), strict: z.strictObject({ a: z.int() }), loose: z.looseObject({ a: z.int() }),
  catchall: z.object({ a: z.int() }).catchall(z.string()), record: z.record(z.string(), z.int()),
  keys: z.record(z.enum(['x', 'y']), z.int()), partial: z.partialRecord(z.enum(['x', 'y']), z.int()),
  discriminated: z.discriminatedUnion('k', [z.strictObject({ k: z.literal('a') }), z.strictObject({ k: z.literal('b'), v: z.int() })]),
  both: z.intersection(z.object({ a: z.int() }), z.object({ b: z.int() })), tree: Tree, list: List, meta: z.int().meta({ id: 'N', title: 't', examples: [1] }),
};

const schemasOf = (T) => ({
  string: T.String({ minLength: 1, maxLength: 3 }), pattern: T.String({ pattern: '^[a-c]+$' }), number: T.Number({ exclusiveMinimum: 0, maximum: 9 }),
  integer: T.Integer(), multiple: T.Number({ multipleOf: 3 }), boolean: T.Boolean(), nothing: T.Null(), any: T.Any(), never: T.Never(),
  union: T.Union([T.Literal('a'), T.Literal(1), T.Null()]), tuple: T.Tuple([T.String(), T.Number()]),
  array: T.Array(T.String(), { minItems: 1, maxItems: 2, uniqueItems: true }),
  contains: T.Array(T.Any(), { contains: T.Literal('x'), minContains: 1 }),
  object: T.Object({ a: T.Integer(), b: T.Optional(T.String()) }), strict: T.Object({ a: T.Integer() }, { additionalProperties: false }),
  record: T.Record(T.String(), T.Integer()), numbers: T.Record(T.Integer(), T.String()),
  intersect: T.Intersect([T.Object({ a: T.Number() }), T.Object({ b: T.Number() })]), template: T.TemplateLiteral('a${0|1}x'),
});
const oldTypeBox = {
  ...schemasOf(OldType), not: OldType.Not(OldType.String()), enum: OldType.Enum({ A: 1, B: 'b' }),
  tree: OldType.Recursive((This) => OldType.Object({ n: OldType.Array(This) })),
};
const typeBox = {
  ...schemasOf(Type), enum: Type.Enum(['a', 1]), tree: Type.Cyclic({ N: Type.Object({ n: Type.Array(Type.Ref('N')) }) }, 'N'),
};

// `differs`: "schema value" pairs on which the schema as written says something
// else than the library, and why.
async function compare(schemas, json, accepts, differs = {}) {
  const names = Object.keys(schemas);
  const answers = await check(names.map((name) => ({ schema: json(schemas[name]), values: VALUES.map(asRecord) })));
  const found = [];
  let accepted = 0;
  names.forEach((name, i) => {
    assert.equal(answers[i].error, undefined, `${name}: ${JSON.stringify(answers[i].error)}`);
    VALUES.forEach((value, k) => {
      const wanted = accepts(schemas[name], value);
      accepted += wanted ? 1 : 0;
      if ((answers[i][k] === true) !== wanted) found.push(`${name} ${JSON.stringify(value)}`);
    });
  });
  console.log(`${names.length * VALUES.length} verdicts, ${accepted} of them yes`);
  assert.deepEqual(found.sort(), Object.keys(differs).sort());
}

test('what Zod 4 writes means to Ferrite what it means to Zod', async () => {
  await compare(zod, (schema) => z.toJSONSchema(schema, { io: 'input' }), (schema, value) => schema.safeParse(value).success, {});
});

test('what TypeBox 0.34 writes means to Ferrite what it means to TypeBox', async () => {
  await compare(oldTypeBox, (schema) => schema, (schema, value) => OldValue.Check(schema, value),
    { 'string "🇳🇴"': 'its length is in UTF-16 units, that of JSON Schema in code points' });
});

test('what TypeBox 1 writes means to Ferrite what it means to TypeBox', async () => {
  await compare(typeBox, (schema) => schema, (schema, value) => Value.Check(schema, value), {});
});

test('a format with a pattern of the library compiles', async () => {
  const [url, jwt, file] = await check([
    { schema: z.toJSONSchema(z.url()), values: ['https://example.org/', 'no url'] },
    { schema: z.toJSONSchema(z.jwt()), values: ['eyJhbGciOiJIUzI1NiJ9.e30.abc', 'no jwt'] },
    { schema: z.toJSONSchema(z.file().mime('image/png').min(3)), values: [{ $file: ['a', 'image/png', 0, '010203'] }, 'a'] },
  ]);
  for (const [yes, no] of [url, jwt, file]) {
    assert.equal(yes, true);
    assert.equal(no.code, 'schema');
  }
});

test('types that no JSON has are refused with what to write instead', async () => {
  const [date, bigint] = await check([{ schema: OldType.Object({ a: OldType.Date() }), values: [] }, { schema: Type.BigInt(), values: [] }]);
  assert.equal(date.error.code, 'plan_invalid');
  assert.equal(date.error.path, '/properties/a/type');
  assert.match(date.error.hint, /date-time/);
  assert.match(bigint.error.hint, /integer/);
});
