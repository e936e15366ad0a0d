import assert from "node:assert/strict";
import { test } from "node:test";
import { importTs } from "./support/import-ts.mjs";

const { draftPlan } = await importTs("web/panel/draft-plan.ts");
const { FieldSurvey } = await importTs("web/panel/field-survey.ts");

function store(name, keyPath, records, database = "shop") {
  const survey = new FieldSurvey();
  for (const record of records) survey.add(record);
  return { database, name, keyPath, survey };
}

const draft = (stores, localStorage = false) => draftPlan({ name: "app.example", stores, localStorage });
const table = (...args) => draft([store(...args)]).tables[0];
const columnsOf = (...records) => table("s", null, records).columns;

test("A page without storage gets no plan", () => {
  assert.equal(draft([]), undefined);
});

test("Fields of one simple type become columns and an inline key the primary key", () => {
  const records = [
    { id: "a", count: 1, price: 2, ok: true, at: new Date(5), lines: [{ n: 1 }], big: 1n, photo: new Uint8Array(2) },
    { id: "b", count: 2, price: 2.5, ok: false, at: new Date(6), lines: [], big: 2n, photo: new Uint8Array(0) },
  ];
  assert.deepEqual(draft([store("orders", "id", records)]), {
    ferrite: 1,
    name: "app.example",
    tables: [{
      name: "orders",
      from: { indexedDB: "shop", store: "orders" },
      columns: {
        id: "text", count: "integer", price: "real", ok: "boolean", at: "datetime", lines: "json", big: "bigint",
        photo: "blob",
      },
      primaryKey: ["id"],
    }],
  });
});

test("A field that changes its type, or has none, stays outside columns", () => {
  assert.deepEqual(columnsOf({ a: 1, b: 1, c: null }, { a: "1", b: 2, c: undefined }), { b: "integer" });
});

test("Null and absent fields do not decide a type", () => {
  assert.deepEqual(columnsOf({ a: null }, { a: 3 }, {}), { a: "integer" });
});

test("Values a column cannot hold exactly stay outside columns", () => {
  const sparse = columnsOf({ map: new Map(), set: new Set(), pattern: /x/, error: new Error("x"), float: new Float64Array(1), kept: 1 });
  assert.deepEqual(sparse, { kept: "integer" });
});

test("Integers beyond 2^53, NaN and infinities make a real column", () => {
  assert.deepEqual(columnsOf({ a: 2 ** 60, b: NaN, c: Infinity }), { a: "real", b: "real", c: "real" });
});

test("A rare field stays in the lossless column", () => {
  const records = Array.from({ length: 100 }, (_, i) => (i === 7 ? { id: i, odd: 1 } : { id: i }));
  assert.deepEqual(columnsOf(...records), { id: "integer" });
});

test("Records that are not plain objects give no columns", () => {
  assert.deepEqual(table("s", null, ["text", 5, [1], new Date(0), new Map([["a", 1]])]), {
    name: "s", from: { indexedDB: "shop", store: "s" },
  });
});

test("Only a key path of one top-level field becomes a primary key", () => {
  const record = { id: "a", b: { c: "x" } };
  for (const keyPath of [null, "", "b.c", ["id", "b"], "absent"]) {
    assert.equal(table("s", keyPath, [record]).primaryKey, undefined, String(keyPath));
  }
  assert.equal(table("s", "id", [{ id: "a" }, { id: 1 }]).primaryKey, undefined, "keys of two types");
  assert.equal(table("s", "id", []).primaryKey, undefined, "no records");
});

test("Column names keep the plan's rules and the path tells where they came from", () => {
  const { columns } = table("s", null, [{ Name: "a", name: "b", _key: 1, "a/b~c": 2, "": 3, sqlite_x: 4 }]);
  assert.deepEqual(columns, {
    Name: "text",
    name_2: { path: "/name", type: "text" },
    _key_2: { path: "/_key", type: "integer" },
    "a/b~c": "integer",
    unnamed: { path: "/", type: "integer" },
    app_sqlite_x: { path: "/sqlite_x", type: "integer" },
  });
});

test("A field called __proto__ is a column like any other", () => {
  const { columns } = table("s", null, [JSON.parse('{"__proto__": 1}')]);
  assert.deepEqual(JSON.stringify(columns), '{"__proto__":"integer"}');
});

test("Equal store names of two databases are told apart", () => {
  const plan = draft([store("items", "id", [], "a"), store("ITEMS", "id", [], "b"), store("items", "id", [], "b")]);
  assert.deepEqual(plan.tables.map(({ name }) => name), ["items", "b_ITEMS", "b_items_2"]);
});

test("Table names keep the plan's rules", () => {
  const names = ["ferrite_x", "a\0b", "", "é".repeat(100), 'quote"d'].map((name) => table(name, null, []).name);
  assert.deepEqual(names, ["app_ferrite_x", "a_b", "unnamed", "é".repeat(64), 'quote"d']);
});

test("At most a hundred columns, the key among them", () => {
  const wide = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, i]));
  const { columns, primaryKey } = table("s", "id", [{ ...wide, id: 1 }]);
  assert.equal(Object.keys(columns).length, 100);
  assert.deepEqual(primaryKey, ["id"]);
});

test("localStorage becomes one table of keys and values", () => {
  assert.deepEqual(draft([], true).tables, [{
    name: "local_storage",
    from: { localStorage: true },
    columns: { key: { path: "$key", type: "text" }, value: { path: "", type: "text" } },
    primaryKey: ["key"],
  }]);
});
