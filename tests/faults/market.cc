#include "tests/faults/market.h"

#include <string>

#include "tests/support/shop.h"

namespace ferrite::testing {
namespace {

constexpr char kPlan[] = R"json({"ferrite": 1, "name": "market", "tables": [
  {"name": "orders", "from": {"indexedDB": "m", "store": "orders"},
   "columns": {
     "id": "integer",
     "customer": {"path": "/customer", "type": "integer",
       "references": {"table": "customers", "onOrphan": "quarantine"}},
     "parent": {"path": "/parent", "type": "integer",
       "references": {"table": "orders", "onOrphan": "null"}},
     "code": {"path": "/code", "type": "text", "notNull": true}},
   "primaryKey": ["id"],
   "indexes": [{"name": "orders_customer", "columns": ["customer"]}]},
  {"name": "lines", "from": {"indexedDB": "m", "store": "orders"},
   "each": "/lines",
   "columns": {
     "order": {"path": "$key", "type": "integer",
       "references": {"table": "orders", "onOrphan": "quarantine"}},
     "sku": "integer",
     "count": "integer"},
   "primaryKey": ["order", "sku"]},
  {"name": "customers", "from": {"indexedDB": "m", "store": "customers"},
   "columns": {"id": "integer", "name": "text"},
   "primaryKey": ["id"]},
  {"name": "notes", "from": {"indexedDB": "m", "store": "notes"},
   "columns": {
     "id": "integer",
     "order": {"path": "/order", "type": "integer",
       "references": {"table": "orders", "onOrphan": "quarantine"}},
     "customer": {"path": "/customer", "type": "integer",
       "references": {"table": "customers", "onOrphan": "null"}},
     "day": {"sql": "date((record ->> '$.id') * 86400, 'unixepoch')",
             "type": "text"},
     "text": "text"},
   "primaryKey": ["id"],
   "indexes": [{"name": "notes_order", "columns": ["order", "customer"]}]},
  {"name": "people", "from": [{"indexedDB": "m", "store": "book"},
                              {"indexedDB": "m", "store": "oldBook"}],
   "columns": {"id": "integer", "name": "text", "at": "integer"},
   "primaryKey": ["id"],
   "onConflict": {"strategy": "keepNewest", "time": "at"}},
  {"name": "contacts", "from": [{"indexedDB": "m", "store": "book"},
                                {"indexedDB": "m", "store": "oldBook"}],
   "columns": {"id": "integer", "name": "text", "mail": "text",
               "at": "integer"},
   "primaryKey": ["id"],
   "onConflict": {"strategy": "merge", "time": "at", "rest": "newest",
                  "columns": {"mail": "store", "at": "max"}}},
  {"name": "asked", "from": {"indexedDB": "m", "store": "oldBook"},
   "columns": {"id": "integer", "name": "text"},
   "primaryKey": ["id"], "onConflict": "ask"}]})json";

// Shares of the records, in thirtieths.
constexpr int kOrders = 12;
constexpr int kCustomers = 6;
constexpr int kNotes = 6;
constexpr int kBook = 3;
constexpr int kOldBook = 3;
static_assert(kOrders + kCustomers + kNotes + kBook + kOldBook == 30);

std::string Text(int number) { return std::to_string(number); }

std::string Order(int id, int orders, int customers) {
  const std::string code = id % 17 == 0 ? "null" : "\"c" + Text(id) + "\"";
  // Every 23rd says one line twice: none of its lines can be a row.
  const std::string second = id % 23 == 0 ? "1" : "2";
  return R"({"id":)" + Text(id) + R"(,"customer":)" +
         Text(id * 7 % (customers + customers / 8) + 1) + R"(,"parent":)" +
         Text(id * 5 % (orders + orders / 6) + 1) + R"(,"code":)" + code +
         R"(,"placed":{"$date":1600000000000},"lines":[{"sku":1,"count":)" +
         Text(id % 9) + R"(},{"sku":)" + second + R"(,"count":1},{"sku":3}]})";
}

std::string Note(int id, int orders, int customers) {
  const std::string text =
      id % 19 == 0 ? "19" : "\"Note " + Text(id) + " about it.\"";
  return R"({"id":)" + Text(id) + R"(,"order":)" +
         Text(id * 11 % (orders + orders / 9) + 1) + R"(,"customer":)" +
         Text(id * 3 % (customers + customers / 7) + 1) + R"(,"text":)" + text +
         "}";
}

// The two books agree about every third, and each is newer about some.
std::string Person(int id, bool is_old) {
  const bool agree = id % 3 == 0;
  const std::string book = is_old && !agree ? "old" : "new";
  const int at = agree ? 50 : is_old ? id % 100 : 50;
  return R"({"id":)" + Text(id) + R"(,"name":)" +
         (id % 29 == 0 ? "29" : "\"" + book + " " + Text(id) + "\"") +
         R"(,"mail":")" + book + Text(id) + R"(@m","at":)" + Text(at) + "}";
}

}  // namespace

Plan MarketPlan() { return ParsePlan(kPlan); }

MemoryHost MarketHost(int records) {
  const int share = records / 30;
  const int orders = kOrders * share;
  const int customers = kCustomers * share;
  MemoryHost host;
  const auto add = [&](const char* store, int count, auto record) {
    MemorySource source = MemorySource::IndexedDb("m", store);
    for (int id = 1; id <= count; ++id) source.Put(Text(id), record(id));
    host.sources.push_back(std::move(source));
  };
  add("orders", orders, [&](int id) { return Order(id, orders, customers); });
  add("customers", customers, [](int id) {
    return R"({"id":)" + Text(id) + R"(,"name":"Customer )" + Text(id) + "\"}";
  });
  add("notes", kNotes * share,
      [&](int id) { return Note(id, orders, customers); });
  add("book", kBook * share, [](int id) { return Person(id, false); });
  add("oldBook", kOldBook * share, [](int id) { return Person(id, true); });
  return host;
}

Result<void> OpenMarket(Store* store) {
  return store->Atomically([&] {
    return store->Execute(
        "CREATE TABLE IF NOT EXISTS contacts(id INTEGER PRIMARY KEY, name "
        "TEXT, mail TEXT, at INTEGER, _unmapped BLOB);"
        "CREATE TABLE IF NOT EXISTS asked(id INTEGER PRIMARY KEY, name TEXT, "
        "_unmapped BLOB);"
        "INSERT OR IGNORE INTO contacts SELECT value, 'app ' || value, "
        "iif(value % 2, 'app@m', NULL), value, NULL FROM "
        "json_each('[1,5,6,9,12,13,17,21,25,29]');"
        "INSERT OR IGNORE INTO asked SELECT value, 'app ' || value, NULL FROM "
        "json_each('[1,5,6,9,12,13,17,21,25,29]')");
  });
}

}  // namespace ferrite::testing
