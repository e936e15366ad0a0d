// What a plan's SQL expressions give, and what they cannot do.
#include "ferrite/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <string>

#include "tests/support/temp_dir.h"
#include "tests/support/within_a_second.h"

namespace ferrite {
namespace {

using ::testing::HasSubstr;

Result<std::unique_ptr<Expressions>> Compile(
    const std::vector<std::string>& sql) {
  std::vector<std::string> paths;
  for (size_t i = 0; i < sql.size(); ++i) {
    paths.push_back("/tables/0/columns/" + std::to_string(i) + "/sql");
  }
  return Expressions::Compile(sql, paths);
}

std::string Show(const Cell& cell) {
  switch (cell.type) {
    case Cell::Type::kNull:
      return "NULL";
    case Cell::Type::kInteger:
      return std::to_string(cell.integer);
    case Cell::Type::kReal:
      return "real " + std::to_string(cell.real);
    case Cell::Type::kText:
      return std::string(cell.text());
    case Cell::Type::kBlob:
      return "blob " + std::string(cell.text());
  }
  return "";
}

Expressions::Input InputOf(std::string_view record) {
  Expressions::Input input;
  input.record = record;
  input.key = Cell::Integer(7);
  input.source = "indexedDB shop/orders";
  input.position = 3;
  input.name = Cell::Text("nick");
  return input;
}

constexpr char kRecord[] =
    R"({"a":{"b":"x"},"n":[1,2,3.5],"at":"2020-02-03T04:05:06.789Z"})";

// What one expression gives, or its error's code and message.
std::string Eval(const std::string& sql, std::string_view record = kRecord) {
  auto expressions = Compile({sql});
  if (!expressions.ok()) {
    return std::string(ErrorText(expressions.error().code)) + ": " +
           expressions.error().message;
  }
  auto cells = (*expressions)->Evaluate(InputOf(record));
  if (!cells.ok()) {
    return std::string(ErrorText(cells.error().code)) + ": " +
           cells.error().message;
  }
  return Show((*cells)[0]);
}

TEST(Expression, SeesTheRecordAndWhereItComesFrom) {
  EXPECT_EQ(Eval("record ->> '$.a.b'"), "x");
  EXPECT_EQ(Eval("key * 2"), "14");
  EXPECT_EQ(Eval("source || '/' || position || '/' || name"),
            "indexedDB shop/orders/3/nick");
  EXPECT_EQ(Eval("record -> '$.missing'"), "NULL");
  EXPECT_EQ(Eval("1.5"), "real 1.500000");
  EXPECT_EQ(Eval("CAST('raw' AS BLOB)"), "blob raw");
  EXPECT_EQ(Eval("1 -- a comment"), "1");
  EXPECT_EQ(Eval("')' || \"key\" || ';--' /* ) */"), ")7;--");
}

TEST(Expression, CanWalkTheRecord) {
  EXPECT_EQ(Eval("(SELECT sum(value) FROM json_each(record, '$.n'))"),
            "real 6.500000");
  EXPECT_EQ(Eval("SELECT group_concat(x, '+') FROM (SELECT value AS x FROM "
                 "json_each(record, '$.n') ORDER BY value DESC LIMIT 2)"),
            "3.5+2");
  EXPECT_EQ(Eval("(SELECT count(*) FROM json_tree(record))"), "8");
  EXPECT_EQ(Eval("SELECT 1 UNION SELECT 2 ORDER BY 1 DESC"), "2");
}

TEST(Expression, KnowsDatesButNoClock) {
  EXPECT_EQ(Eval("datetime(record ->> '$.at', '+1 day', 'start of month')"),
            "2020-02-01 00:00:00");
  EXPECT_EQ(Eval("unixepoch(record ->> '$.at')"), "1580702706");
  EXPECT_EQ(Eval("strftime('%Y', 86400 * 400, 'unixepoch')"), "1971");
  EXPECT_EQ(Eval("strftime('now', '2020-01-01')"), "now");
  EXPECT_EQ(Eval("time('12:00', 'subsec')"), "12:00:00.000");
  EXPECT_EQ(Eval("timediff('2020-01-02', '2020-01-01')"),
            "+0000-00-01 00:00:00.000");
  EXPECT_EQ(Eval("date('nonsense')"), "NULL");
}

TEST(Expression, GivesACellForEachAndIsUsedAgain) {
  auto expressions =
      Compile({"record ->> '$.v'", "key", "length(record ->> '$.v')"});
  ASSERT_TRUE(expressions.ok()) << expressions.error().message;
  for (int i = 0; i < 1000; ++i) {
    const std::string record = R"({"v":"value )" + std::to_string(i) + "\"}";
    const auto cells = (*expressions)->Evaluate(InputOf(record));
    ASSERT_TRUE(cells.ok()) << cells.error().message;
    ASSERT_EQ(cells->size(), 3u);
    EXPECT_EQ((*cells)[0].text(), "value " + std::to_string(i));
    EXPECT_EQ((*cells)[1].integer, 7);
    EXPECT_EQ((*cells)[2].integer,
              static_cast<int64_t>((*cells)[0].text().size()));
  }
}

TEST(Expression, NoneGivesNone) {
  auto expressions = Compile({});
  ASSERT_TRUE(expressions.ok());
  EXPECT_TRUE((*expressions)->Evaluate(InputOf("{}"))->empty());
}

TEST(Expression, GoesOnBehindARecordThatFails) {
  auto expressions = Compile({"json_extract(record, '$.a')"});
  ASSERT_TRUE(expressions.ok());
  const auto failed = (*expressions)->Evaluate(InputOf("no json"));
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, ErrorCode::kExpression);
  EXPECT_THAT(failed.error().message, HasSubstr("malformed JSON"));
  const auto cells = (*expressions)->Evaluate(InputOf(R"({"a":5})"));
  ASSERT_TRUE(cells.ok()) << cells.error().message;
  EXPECT_EQ((*cells)[0].integer, 5);
}

TEST(Expression, ErrorHasThePathOfTheExpression) {
  const auto bad = Compile({"1", "random()"});
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, ErrorCode::kPlanInvalid);
  EXPECT_EQ(bad.error().path, "/tables/0/columns/1/sql");
  EXPECT_THAT(bad.error().message, HasSubstr("random"));
}

TEST(Expression, TextThatIsNoUtf8Fails) {
  EXPECT_THAT(Eval("CAST(x'ff' AS TEXT)"), HasSubstr("expression: "));
}

TEST(Expression, BoundsGrowWithTheRecord) {
  std::string record = "[";
  for (int i = 0; i < 100'000; ++i) record += "123456,";
  record += "0]";
  EXPECT_EQ(Eval("(SELECT sum(value) FROM json_each(record))", record),
            "12345600000");
  EXPECT_EQ(Eval("length(hex(record))", record),
            std::to_string(2 * record.size()));
}

std::string Repeat(const std::string& text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

// Refused when the plan is read.
const std::vector<std::string> kRefused = {
    "",
    "   ",
    "-- nothing",
    "1; SELECT 2",
    "1;",
    "1) , (2",
    "1), (2",
    "1, 2",
    "1) UNION SELECT (2",
    "1) FROM (SELECT 2",
    "1) --",
    "1 /*",
    "1 /* ) */ )",
    "'unclosed",
    "\"unclosed",
    "[unclosed",
    "`unclosed",
    "(1",
    "1 AS x",
    "*",
    "?",
    "?1",
    ":name",
    "@name",
    "$name",
    std::string("1\0+1", 4),
    "\xff",
    "unknown_column",
    "\"not a column\"",
    "random()",
    "randomblob(4)",
    "current_timestamp",
    "CURRENT_DATE",
    "current_time",
    "sqlite_version()",
    "sqlite_source_id()",
    "sqlite_compileoption_get(1)",
    "changes()",
    "total_changes()",
    "last_insert_rowid()",
    "load_extension('x')",
    "LOAD_EXTENSION('x', 'y')",
    "readfile('/etc/passwd')",
    "writefile('/tmp/x', 'y')",
    "edit('x')",
    "fts3_tokenizer('simple')",
    "fts5(1)",
    "sqlite_log(1, 'x')",
    "exp(1)",
    "pow(2, 0.5)",
    "'a' MATCH 'b'",
    "'a' REGEXP 'b'",
    "RAISE(ABORT, 'x')",
    "SELECT name FROM sqlite_schema",
    "(SELECT count(*) FROM sqlite_master)",
    "(SELECT sql FROM sqlite_temp_schema)",
    "EXISTS (SELECT 1 FROM pragma_database_list)",
    "(SELECT count(*) FROM pragma_function_list)",
    "(SELECT count(*) FROM dbstat)",
    "(SELECT count(*) FROM fts5vocab)",
    "(SELECT count(*) FROM sqlite_dbpage)",
    "(SELECT count(*) FROM bytecode('SELECT 1'))",
    "1 IN sqlite_schema",
    "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM t) SELECT "
    "max(x) FROM t",
    "(with t(x) as (select 1 union all select x+1 from t) select x from t)",
    "PRAGMA writable_schema=1",
    "ATTACH '/tmp/ferrite-attached.db' AS x",
    "VACUUM INTO '/tmp/ferrite-vacuum.db'",
    "CREATE TABLE t(x)",
    "INSERT INTO sqlite_schema VALUES(1,2,3,4,5)",
    "DROP TABLE x",
    "BEGIN",
    "EXPLAIN SELECT 1",
    Repeat("(", 5000) + "1" + Repeat(")", 5000),
    Repeat("-", 1) + Repeat(" -", 5000) + "1",
    "1" + Repeat("+1", 30'000),
    "1" + Repeat(" ", 70'000),
    "max(1" + Repeat(",1", 500) + ")",
    "SELECT 1" + Repeat(" UNION SELECT 1", 50),
};

// Compiles, and fails for the record.
const std::vector<std::string> kFails = {
    "date('now')",
    "date()",
    "datetime('NOW')",
    "time(CAST('now' AS BLOB))",
    "strftime('%s')",
    "strftime('%s', 'now')",
    "strftime('%f', 'subsec')",
    "julianday('subsecond')",
    "unixepoch(lower('NOW'))",
    "date('no' || 'w')",
    "timediff('now', '2020-01-01')",
    "timediff('2020-01-01', 'now')",
    "date('2020-01-01', 'localtime')",
    "date('2020-01-01', 'UTC')",
    "date('now' || char(0) || 'x')",
    "zeroblob(1000000000)",
    "length(hex(zeroblob(30000000)))",
    "printf('%.*c', 1000000000, 'x')",
    "format('%1000000000d', 1)",
    "replace(hex(zeroblob(8000)), '0', hex(zeroblob(8000)))",
    "(SELECT group_concat(hex(zeroblob(500))) FROM json_each(record, '$.n') a,"
    " json_each(record, '$.n') b, json_each(record, '$.n') c)",
    "'a' LIKE '" + Repeat("%a", 200) + "'",
    "(SELECT count(*) FROM json_each(json_array(1,2,3,4,5,6,7,8,9)) a, "
    "json_each(json_array(1,2,3,4,5,6,7,8,9)) b, "
    "json_each(json_array(1,2,3,4,5,6,7,8,9)) c, "
    "json_each(json_array(1,2,3,4,5,6,7,8,9)) d, "
    "json_each(json_array(1,2,3,4,5,6,7,8,9)) e, "
    "json_each(json_array(1,2,3,4,5,6,7,8,9)) f, "
    "json_each(json_array(1,2,3,4,5,6,7,8,9)) g)",
    // Slow in few steps.
    "(SELECT sum(instr(hex(zeroblob(4000 + a.key)), hex(zeroblob(2000)) || "
    "'1')) FROM json_each('[" +
        Repeat("1,", 499) +
        "1]') a, "
        "json_each(record, '$.n') b, json_each(record, '$.n') c, "
        "json_each(record, '$.n') d, json_each(record, '$.n') e)",
    "abs(-9223372036854775808)",
    "json('{')",
};

TEST(Expression, HostileOnesAreRefusedWithinASecond) {
  for (const std::string& sql : kRefused) {
    const ferrite::testing::WithinASecond limit(sql);
    const std::string outcome = Eval(sql);
    EXPECT_THAT(outcome, HasSubstr("plan_invalid: ")) << sql.substr(0, 100);
  }
}

TEST(Expression, ExpensiveOnesFailTheRecordWithinASecond) {
  for (const std::string& sql : kFails) {
    const ferrite::testing::WithinASecond limit(sql);
    const std::string outcome = Eval(sql);
    EXPECT_EQ(outcome.substr(0, 12), "expression: ") << sql.substr(0, 100);
  }
}

TEST(Expression, NothingIsWritten) {
  const testing::TempDir folder;
  const std::string file = folder.File("made.db");
  const std::vector<std::string> hostile = {
      "ATTACH '" + file + "' AS x", "VACUUM INTO '" + file + "'",
      "writefile('" + file + "', 'x')", "1); ATTACH '" + file + "' AS x; --"};
  for (const std::string& sql : hostile) {
    EXPECT_THAT(Eval(sql), HasSubstr("plan_invalid: ")) << sql;
    EXPECT_FALSE(std::filesystem::exists(file)) << sql;
  }
}

// Every function of this SQLite is either known to be harmless or refused: one
// that a new version brings is refused until somebody has looked at it.
TEST(Expression, FunctionsThatAreNotDeterministicAreRefused) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &database), SQLITE_OK);
  sqlite3_stmt* list = nullptr;
  // 0x800: SQLITE_DETERMINISTIC, 0x80000: SQLITE_DIRECTONLY.
  ASSERT_EQ(
      sqlite3_prepare_v2(
          database,
          "SELECT name, max(narg) FROM pragma_function_list WHERE builtin "
          "AND (flags & 0x800 = 0 OR flags & 0x80000) AND name GLOB "
          "'[a-z]*' GROUP BY name",
          -1, &list, nullptr),
      SQLITE_OK);
  const std::vector<std::string> aggregates = {"avg",
                                               "count",
                                               "group_concat",
                                               "json_group_array",
                                               "json_group_object",
                                               "jsonb_group_array",
                                               "jsonb_group_object",
                                               "max",
                                               "min",
                                               "string_agg",
                                               "sum",
                                               "total"};
  int refused = 0;
  while (sqlite3_step(list) == SQLITE_ROW) {
    const std::string name(
        reinterpret_cast<const char*>(sqlite3_column_text(list, 0)));
    std::string call = name + "(";
    for (int i = 0; i < sqlite3_column_int(list, 1); ++i) {
      call += i == 0 ? "1" : ",1";
    }
    const std::string outcome = Eval(call + ")");
    // Aggregates are deterministic, though SQLite does not say so.
    if (outcome.starts_with("plan_invalid: ")) {
      ++refused;
    } else {
      EXPECT_THAT(aggregates, ::testing::Contains(name)) << outcome;
    }
  }
  sqlite3_finalize(list);
  sqlite3_close(database);
  EXPECT_GT(refused, 5);
}

}  // namespace
}  // namespace ferrite
