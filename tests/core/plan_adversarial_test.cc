#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ferrite/mapper.h"
#include "ferrite/store.h"
#include "tests/support/plan_errors.h"
#include "tests/support/within_a_second.h"

namespace ferrite::testing {
namespace {

TEST(PlanAdversarial, BoundsWhatItReads) {
  std::string columns, tables;
  for (int i = 0; i < 10000; ++i) {
    columns += (i > 0 ? ",\"c" : "\"c") + std::to_string(i) + "\":\"text\"";
  }
  for (int i = 0; i < 1001; ++i) {
    tables += (i > 0 ? R"(,{"name":"t)" : R"({"name":"t)") + std::to_string(i) +
              "\"," + R"("from":{"localStorage":true})" + "}";
  }
  std::string deepest;
  for (int i = 0; i < 128; ++i) deepest += "/0";
  ExpectErrors({
      {WithColumns("{" + columns + "}"), "/tables/0/columns", "10000 columns",
       "500"},
      {WithTables(tables), "/tables", "1001 tables", "1000"},
      {std::string(1000000, '['), deepest, "128 deep", ""},
      {"\"" + std::string(5 << 20, 'x') + "\"", "", "bytes", "4194304"},
  });
  std::string many;
  for (int i = 0; i < 500; ++i) {
    many += (i > 0 ? ",\"c" : "\"c") + std::to_string(i) + "\":\"text\"";
  }
  EXPECT_TRUE(Plan::Parse(WithColumns("{" + many + "}")).ok());
}

std::string Repeated(const std::string& text, int count,
                     const std::string& between = ",") {
  std::string all;
  for (int i = 0; i < count; ++i) {
    if (i > 0) all += between;
    all += text;
  }
  return all;
}

// "c0":<column>,"c1":<column> …
std::string Numbered(const std::string& column, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) {
    all += (i > 0 ? ",\"c" : "\"c") + std::to_string(i) + "\":" + column;
  }
  return all;
}

TEST(PlanAdversarial, EndsWithinASecond) {
  const std::string deep = Repeated("[", 127, "") + Repeated("]", 127, "");
  std::string tables, references, twins;
  for (int i = 0; i < 200; ++i) {
    tables += (i > 0 ? ",{" : "{") + std::string(R"("name":"t)") +
              std::to_string(i) +
              R"(","from":{"localStorage":true},"columns":{)" +
              Numbered(R"({"type":"any","sql":"1"})", 500) + "}}";
  }
  for (int i = 0; i < 500; ++i) {
    references += (i > 0 ? ",\"r" : "\"r") + std::to_string(i) +
                  R"(":{"type":"key","references":{"table":"t"}})";
    twins += (i > 0 ? ",\"aB" : "\"aB") + std::string(100, 'c') +
             std::to_string(i) + "\":\"text\"";
  }
  std::string chain;
  for (int i = 0; i < 50'000; ++i) {
    chain += "\"d" + std::to_string(i) + R"(":{"$ref":"#/$defs/d)" +
             std::to_string(i + 1) + "\"},";
  }
  chain += R"("d50000":true)";
  std::string same = R"({"a":1)";
  for (int i = 0; i < 200'000; ++i)
    same += R"(,"a)" + std::to_string(i) + "\":1";
  same += R"(,"a":2})";
  const std::pair<const char*, std::string> plans[] = {
      {"a million items", "[" + Repeated("1", 1'000'000) + "]"},
      {"a million items where tables are", WithTables(Repeated("1", 999'000))},
      {"a million empty arrays", "[" + Repeated("[]", 999'000) + "]"},
      {"a million sources", WithFrom("[" + Repeated("1", 999'000) + "]")},
      {"a million paths",
       OneTable(R"("drop":[)" + Repeated("\"\"", 999'000) + "]")},
      {"a million values of a filter",
       OneTable(R"("when":{"/a":[)" + Repeated("1", 999'000) + "]}")},
      {"many conditions",
       OneTable(R"("when":{)" + Numbered("1", 100'000) + "}")},
      {"members that come twice", same},
      {"a deep constant",
       WithColumn(R"({"type":"json","value":)" + deep + "}")},
      {"a deep schema",
       OneTable(R"("schema":)" + Repeated(R"({"not":)", 120, "") + "true" +
                Repeated("}", 120, ""))},
      {"a long path", WithColumn(R"({"type":"text","path":")" +
                                 Repeated("/", 2'000'000, "") + "\"}")},
      {"a long name",
       WithColumns(R"({")" + std::string(3'000'000, 'x') + R"(":"text"})")},
      {"a long type", WithColumn("\"" + std::string(3'000'000, 'x') + "\"")},
      {"a long number", WithColumn(R"({"type":"bigint","value":)" +
                                   std::string(3'000'000, '9') + "}")},
      {"a long expression", WithColumn(R"({"type":"any","sql":")" +
                                       Repeated("1", 900'000, "+") + "\"}")},
      {"a nested expression",
       WithColumn(R"({"type":"any","sql":")" + Repeated("(", 30'000, "") + "1" +
                  Repeated(")", 30'000, "") + "\"}")},
      {"a pattern that explodes",
       OneTable(
           R"("schema":{"pattern":"^(((a{1,1000}){1,1000}){1,1000})+$"})")},
      {"100 000 expressions", WithTables(tables)},
      {"a chain of 50 000 schemas",
       OneTable(R"("schema":{"$ref":"#/$defs/d0","$defs":{)" + chain + "}}")},
      {"references that are one too many",
       OneTable(R"("columns":{"t":"text",)" + references + "}")},
      {"long names in camelCase", WithColumns("{" + twins + ",\"a\":7}")},
  };
  for (const auto& [what, plan] : plans) {
    const WithinASecond limit(what);
    const Result<Plan> parsed = Plan::Parse(plan);
    if (parsed.ok()) continue;
    EXPECT_LT(parsed.error().message.size(), 2000u) << what;
    EXPECT_LT(parsed.error().hint.size(), 20'000u) << what;
  }
}

// Whatever a plan's names hold, the statements made of them create that table
// and those columns and nothing else.
TEST(PlanAdversarial, StatementsQuoteHostileNames) {
  const char* names[] = {
      R"(a\"b)",
      R"(\")",
      R"(\"\")",
      R"(x\"); DROP TABLE victim; --)",
      R"(x'); DROP TABLE victim; --)",
      "[x]",
      "`x`",
      "a b",
      " ",
      "select",
      R"(\\)",
      R"(a\nb)",
      "-- x",
      "/* x",
      "?1",
      "😀",
      R"(\u0001)",
      "%s%n",
  };
  std::unique_ptr<Store> store = std::move(Store::Open(":memory:", {})).value();
  ASSERT_TRUE(store->Execute("CREATE TABLE victim(a)").ok());
  const auto texts = [&](const std::string& sql) {
    std::vector<std::string> all;
    Result<Statement> select = store->Prepare(sql);
    EXPECT_TRUE(select.ok()) << sql;
    while (select.ok() && select->Step().value()) {
      all.emplace_back(select->Column(0).text());
    }
    return all;
  };
  for (const std::string name : names) {
    SCOPED_TRACE(name);
    const Plan plan = MustParse(WithTables(
        R"({"name":")" + name +
        R"(","from":{"localStorage":true},"columns":{")" + name +
        R"(":{"type":"text","default":"');DROP TABLE victim;--","unique":true,)"
        R"("references":{"table":")" +
        name + R"(","column":")" + name +
        R"("}},"n":"integer"},"indexes":[["n",")" + name +
        R"("]],"unique":[["n",")" + name + R"("]]})"));
    const Table& table = plan.tables[0];
    const std::string create = CreateTableSql(plan, 0);
    const Result<void> created = store->Execute(create);
    ASSERT_TRUE(created.ok()) << create << created.error().ToJson();
    for (const std::string& sql : CreateIndexSql(table)) {
      const Result<void> indexed = store->Execute(sql);
      ASSERT_TRUE(indexed.ok()) << sql << indexed.error().ToJson();
    }
    Result<Statement> insert = store->Prepare(InsertSql(table));
    ASSERT_TRUE(insert.ok()) << InsertSql(table);
    ASSERT_TRUE(store->Prepare(SelectRowsSql(table)).ok());
    ASSERT_TRUE(store->Prepare(SelectByKeySql(table)).ok());
    const std::vector<std::string> columns = texts(
        "SELECT c.name FROM sqlite_schema AS t, pragma_table_info(t.name) AS c "
        "WHERE t.sql LIKE 'CREATE TABLE%' AND t.rowid = (SELECT max(rowid) "
        "FROM sqlite_schema WHERE type = 'table') ORDER BY c.cid");
    EXPECT_EQ(columns, (std::vector<std::string>{"_key", table.columns[1].name,
                                                 "n", "_unmapped"}));
    EXPECT_EQ(texts("SELECT name FROM sqlite_schema WHERE name = 'victim'"),
              std::vector<std::string>{"victim"});
  }
}

// NUL cannot stand in an identifier of SQLite.
TEST(PlanAdversarial, NamesHoldNoNul) {
  ExpectErrors({
      {WithTables(R"({"name":"a\u0000b","from":{"localStorage":true}})"),
       "/tables/0/name", "NUL", "Leave it out"},
      {WithColumns(R"({"a\u0000b":"text"})"),
       std::string("/tables/0/columns/a\0b", 21), "NUL", "Leave it out"},
      {OneTable(R"("columns":{"a":"text"},"indexes":[{"name":"a\u0000",)"
                R"("columns":["a"]}])"),
       "/tables/0/indexes/0/name", "NUL", "Leave it out"},
  });
}

TEST(PlanAdversarial, ExpressionsReachNothing) {
  for (const char* sql :
       {"(SELECT sql FROM sqlite_schema)", "(SELECT 1 FROM pragma_table_list)",
        "readfile('/etc/passwd')", "load_extension('x')",
        "1) FROM sqlite_schema; --", "fts3_tokenizer('x')", "sqlite_version()",
        "last_insert_rowid()", "changes()", "randomblob(9)",
        "(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) "
        "SELECT * FROM t)",
        "CURRENT_TIMESTAMP", "RAISE(ABORT, 'x')"}) {
    ExpectErrors({
        {WithColumn(R"({"type":"any","sql":")" + std::string(sql) + "\"}"),
         "/tables/0/columns/a/sql", "", ""},
        {OneTable(R"("when":")" + std::string(sql) + "\""), "/tables/0/when",
         "", ""},
    });
  }
}

}  // namespace
}  // namespace ferrite::testing
