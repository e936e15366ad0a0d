#include <gtest/gtest.h>

#include "ferrite/plan.h"
#include "tests/support/plan_errors.h"

namespace ferrite::testing {
namespace {

// Orders and what they refer to; `orders` are more of that table's members,
// `customer` the type of its column.
std::string Shop(const std::string& orders,
                 const std::string& customer = R"("integer")") {
  const std::string from = R"(,"from":{"indexedDB":"d","store":"s"},)";
  return WithTables(
      R"({"name":"orders")" + from +
      R"("columns":{"id":"integer","customer":)" + customer +
      R"(,"a":"text","b":"integer"},"primaryKey":["id"])" +
      (orders.empty() ? "" : "," + orders) + R"(},{"name":"customers")" + from +
      R"("columns":{"id":"integer","mail":{"type":"text","unique":true},
          "p":"text","q":"integer","plain":"integer"},
          "primaryKey":["id"],"unique":[["q","p"]]},{"name":"pairs")" +
      from + R"("columns":{"x":"text","y":"integer"},"primaryKey":["x","y"]})");
}

std::string Referring(const std::string& references,
                      const std::string& type = "integer") {
  return R"({"type":")" + type + R"(","references":)" + references + "}";
}

TEST(PlanRelation, ReadsWhatColumnsReferTo) {
  const Plan plan = MustParse(
      Shop(R"("foreignKeys":[{"columns":["a","b"],"references":{"table":"pairs",
               "onOrphan":"fail"}},{"columns":["a","b"],"references":
               {"table":"customers","columns":["p","q"],"onOrphan":"null"}}])",
           Referring(R"({"table":"customers"})")));
  const auto& keys = plan.tables[0].foreign_keys;
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_EQ(keys[0].columns, std::vector<size_t>{1});
  EXPECT_EQ(keys[0].table, 1u);
  EXPECT_EQ(keys[0].target, std::vector<size_t>{0});
  EXPECT_EQ(keys[0].on_orphan, OnOrphan::kQuarantine);
  EXPECT_EQ(keys[1].columns, (std::vector<size_t>{2, 3}));
  EXPECT_EQ(keys[1].table, 2u);
  EXPECT_EQ(keys[1].target, (std::vector<size_t>{0, 1}));
  EXPECT_EQ(keys[1].on_orphan, OnOrphan::kFail);
  EXPECT_EQ(keys[2].target, (std::vector<size_t>{2, 3}));
  EXPECT_EQ(keys[2].on_orphan, OnOrphan::kNull);
  const Plan unique = MustParse(
      Shop("", Referring(R"({"table":"customers","column":"mail"})", "text")));
  EXPECT_EQ(unique.tables[0].foreign_keys[0].target, std::vector<size_t>{1});
}

// The columns that Ferrite adds stand before the plan's.
TEST(PlanRelation, CountsAddedColumns) {
  const Plan plan = MustParse(OneTable(
      R"("each":"/x","columns":{"a":"text","b":{"type":"key","path":"$name",
         "references":{"table":"t","column":"c"}},
         "c":{"type":"key","unique":true}})"));
  ASSERT_EQ(plan.tables[0].foreign_keys.size(), 1u);
  EXPECT_EQ(plan.tables[0].foreign_keys[0].columns, std::vector<size_t>{3});
  EXPECT_EQ(plan.tables[0].foreign_keys[0].target, std::vector<size_t>{4});
}

TEST(PlanRelation, RefusesReferences) {
  const std::string at = "/tables/0/columns/customer/references";
  const auto to = [](const std::string& references,
                     const std::string& type = "integer") {
    return Shop("", Referring(references, type));
  };
  ExpectErrors({
      {to("7"), at, "the number 7", "a reference"},
      {to(R"("customers")"), at, R"(the string "customers")", "a reference"},
      {to("{}"), at, R"("table" is missing)", "a reference"},
      {to(R"({"table":7})"), at + "/table", "the number 7", "a table's name"},
      {to(R"({"table":"customer"})"), at + "/table", "not a table",
       R"(Did you mean "customers"?)"},
      {to(R"({"table":"customers","column":"ids"})"), at + "/column",
       R"(not a column of the table "customers")", R"(Did you mean "id"?)"},
      {to(R"({"table":"customers","columns":["id"]})"), at + "/columns",
       "no member", R"(Did you mean "column"?)"},
      {to(R"({"table":"customers","onOrphan":"drop"})"), at + "/onOrphan",
       R"("drop")", "quarantine"},
      {to(R"({"table":"customers","column":"plain"})"), at,
       "neither its whole primary key nor unique", "unique"},
      {to(R"({"table":"customers","column":"q"})"), at,
       "neither its whole primary key nor unique", "unique"},
      {to(R"({"table":"pairs"})"), at, "1 column cannot refer to 2 columns",
       "foreignKeys"},
      {to(R"({"table":"customers"})", "text"), at, "of type text",
       "the same type"},
      {Shop("", R"({"type":"integer","notNull":true,"references":
                   {"table":"customers","onOrphan":"null"}})"),
       at + "/onOrphan", "is notNull", "quarantine, fail"},
      {OneTable(R"("columns":{"id":{"type":"integer","references":
           {"table":"t","onOrphan":"null"}}},"primaryKey":["id"])"),
       "/tables/0/columns/id/references/onOrphan", "in the primary key",
       "quarantine, fail"},
  });
}

TEST(PlanRelation, RefusesForeignKeys) {
  const std::string at = "/tables/0/foreignKeys";
  const auto keys = [](const std::string& keys) {
    return Shop(R"("foreignKeys":)" + keys);
  };
  const auto key = [&](const std::string& columns,
                       const std::string& references) {
    return keys(R"([{"columns":)" + columns + R"(,"references":)" + references +
                "}]");
  };
  std::string many;
  for (int i = 0; i < 101; ++i) many += i > 0 ? ",{}" : "{}";
  ExpectErrors({
      {keys("{}"), at, "an object", "an array of foreign keys"},
      {keys("[" + many + "]"), at, "101 foreign keys", "0 to 100"},
      {keys(R"([{"columns":["a"]}])"), at + "/0", R"("references" is missing)",
       ""},
      {keys(R"([{"references":{}}])"), at + "/0", R"("columns" is missing)",
       ""},
      {key("[]", R"({"table":"pairs"})"), at + "/0/columns", "no columns",
       "at least one"},
      {key(R"(["a","c"])", R"({"table":"pairs"})"), at + "/0/columns/1",
       R"("c")", "Allowed"},
      {key(R"(["a","a"])", R"({"table":"pairs"})"), at + "/0/columns/1",
       "twice", "once"},
      {key(R"(["a","b"])", R"({"table":"pairs","column":"x"})"),
       at + "/0/references/column", "no member", R"("columns")"},
      {key(R"(["a","b"])", R"({"table":"pairs","columns":["x","z"]})"),
       at + "/0/references/columns/1", R"("z")", "Allowed"},
      {key(R"(["a","b"])", R"({"table":"pairs","columns":["y","x"]})"),
       at + "/0/references", "of type text", "the same type"},
      {key(R"(["a"])", R"({"table":"pairs"})"), at + "/0/references",
       "1 column cannot refer to 2", ""},
      {key(R"(["a","b"])", R"({"table":"customers"})"), at + "/0/references",
       "2 columns cannot refer to 1", "as many"},
      {keys(R"([{"columns":["b"],"references":{"table":"customers"}},
                {"columns":["b"],"references":{"table":"customers"}}])"),
       at + "/1/references", "already", "once"},
  });
}

TEST(PlanRelation, RefusesConstraintsAndIndexes) {
  std::string many;
  for (int i = 0; i < 101; ++i) many += i > 0 ? ",[]" : "[]";
  const std::string columns = R"("columns":{"a":"text","b":"text"},)";
  const auto unique = [&](const std::string& list) {
    return OneTable(columns + R"("unique":)" + list);
  };
  const auto indexes = [&](const std::string& list) {
    return OneTable(columns + R"("indexes":)" + list);
  };
  const std::string u = "/tables/0/unique", i = "/tables/0/indexes";
  ExpectErrors({
      {unique("{}"), u, "an object", "an array"},
      {unique("[" + many + "]"), u, "101", "0 to 100"},
      {unique("[[]]"), u + "/0", "no columns", "at least one"},
      {unique(R"(["a"])"), u + "/0", R"(the string "a")", "an array"},
      {unique(R"([["a","x"]])"), u + "/0/1", R"("x")", "Allowed"},
      {unique(R"([["a","b"],["b","a"]])"), u + "/1", "already", "once"},
      {indexes("7"), i, "the number 7", "an array of indexes"},
      {indexes("[" + many + "]"), i, "101 indexes", "0 to 100"},
      {indexes("[7]"), i + "/0", "the number 7", "name and columns"},
      {indexes("[[]]"), i + "/0", "no columns", "at least one"},
      {indexes(R"([["a","a"]])"), i + "/0/1", "twice", "once"},
      {indexes(R"([{"name":"i"}])"), i + "/0", R"("columns" is missing)", ""},
      {indexes(R"([{"columns":["a"]}])"), i + "/0", R"("name" is missing)", ""},
      {indexes(R"([{"name":"","columns":["a"]}])"), i + "/0/name", "empty", ""},
      {indexes(R"([{"name":"sqlite_i","columns":["a"]}])"), i + "/0/name",
       "reserved", ""},
      {indexes(R"([{"name":"T","columns":["a"]}])"), i + "/0/name",
       "used at /tables/0/name", "case"},
      {indexes(R"([["a"],["a"]])"), i + "/1", R"("t_a")", "case"},
      {indexes(R"([["a"],{"name":"T_A","columns":["b"]}])"), i + "/1/name",
       "used at /tables/0/indexes/0", "case"},
  });
  const Table table =
      MustParse(OneTable(columns + R"("unique":[["b","a"]],"indexes":[
          ["a","b"],{"name":"x","columns":["_key"]}])"))
          .tables[0];
  ASSERT_EQ(table.unique.size(), 1u);
  EXPECT_EQ(table.unique[0], (std::vector<size_t>{2, 1}));
  ASSERT_EQ(table.indexes.size(), 2u);
  EXPECT_EQ(table.indexes[0].name, "t_a_b");
  EXPECT_EQ(table.indexes[1].columns, std::vector<size_t>{0});
}

}  // namespace
}  // namespace ferrite::testing
