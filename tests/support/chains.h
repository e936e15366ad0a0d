// A chain of three versions over a shop's orders, for tests of versions.
#ifndef FERRITE_TESTS_SUPPORT_CHAINS_H_
#define FERRITE_TESTS_SUPPORT_CHAINS_H_

#include <string>

#include "ferrite/chain.h"
#include "ferrite/store.h"

namespace ferrite::testing {

// Version 1 has orders(id, city, total); 2 renames city to town and adds state,
// computed; 3 makes a table of towns, to which orders refer, by SQL.
inline constexpr char kChain[] = R"json({
  "ferrite": 1, "name": "shop", "versions": [
  {"version": 1, "name": "orders",
   "plan": {"ferrite": 1, "name": "shop 1", "tables": [
     {"name": "orders", "from": {"indexedDB": "shop1", "store": "orders"},
      "columns": {"id": "integer", "city": "text", "total": "real"},
      "primaryKey": ["id"], "unmapped": "drop"}]},
   "up": [{"add": {"table": "orders", "primaryKey": ["id"], "columns": {
     "id": "integer", "city": "text", "total": "real"}}}]},
  {"version": 2, "name": "towns have a state",
   "plan": {"ferrite": 1, "name": "shop 2", "tables": [
     {"name": "orders", "from": {"indexedDB": "shop2", "store": "orders"},
      "columns": {"id": "integer", "town": "text", "total": "real",
                  "state": "text"},
      "primaryKey": ["id"], "unmapped": "drop"}]},
   "up": [
     {"rename": {"table": "orders", "column": "city", "to": "town"}},
     {"add": {"table": "orders", "column": "state", "type": "text",
              "default": "it's open", "notNull": true}},
     {"transform": {"table": "orders", "set": {"state": "'big'"},
                    "where": "total > 100"}}],
   "down": [
     {"drop": {"table": "orders", "column": "state"}},
     {"rename": {"table": "orders", "column": "town", "to": "city"}}]},
  {"version": 3, "name": "towns",
   "up": [
     {"sql": "CREATE TABLE towns(name TEXT PRIMARY KEY, orders INTEGER); INSERT INTO towns SELECT town, count(*) FROM orders GROUP BY town ORDER BY town;"},
     {"sql": "CREATE TABLE n(id INTEGER PRIMARY KEY, town TEXT REFERENCES towns(name) ON DELETE CASCADE, total REAL, state TEXT NOT NULL DEFAULT 'it''s open')"},
     {"sql": "INSERT INTO n SELECT id, town, total, state FROM orders; DROP TABLE orders"},
     {"rename": {"table": "n", "to": "orders"}}],
   "down": [
     {"sql": "CREATE TABLE n(id INTEGER, town TEXT, total REAL, state TEXT NOT NULL DEFAULT 'it''s open', PRIMARY KEY(id)); INSERT INTO n SELECT * FROM orders; DROP TABLE orders; DROP TABLE towns; ALTER TABLE n RENAME TO orders"}]}
]})json";

// Every table but Ferrite's, with its columns and rows, as text.
std::string Content(Store* store);

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_SUPPORT_CHAINS_H_
