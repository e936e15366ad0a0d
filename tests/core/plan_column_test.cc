#include <gtest/gtest.h>

#include <algorithm>

#include "ferrite/plan.h"
#include "tests/support/plan_errors.h"

namespace ferrite::testing {
namespace {

TEST(PlanColumn, ReadsEveryType) {
  const Plan plan = MustParse(WithColumns(
      R"({"a":"text","b":"integer","c":"real","d":"boolean","e":"datetime",
          "f":"bigint","g":"blob","h":"json","i":"any","j":"key","k":"uuid",
          "l":"datetime-text"})"));
  ASSERT_EQ(plan.tables[0].columns.size(), 13u);
  for (size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(plan.tables[0].columns[i + 1].type, static_cast<ColumnType>(i));
  }
  EXPECT_EQ(plan.tables[0].columns[10].from, ColumnFrom::kKey);
}

// The column a of a table with each.
Column ColumnOf(const std::string& column) {
  return MustParse(OneTable(R"("each":"/x","columns":{"a":)" + column + "}"))
      .tables[0]
      .columns[2];
}

TEST(PlanColumn, ReadsWhereValuesComeFrom) {
  using Paths = std::vector<std::vector<std::string>>;
  EXPECT_EQ(ColumnOf(R"("text")").paths, (Paths{{"a"}}));
  EXPECT_EQ(ColumnOf(R"({"type":"text","path":["/b","/c/0"]})").paths,
            (Paths{{"b"}, {"c", "0"}}));
  const Column record = ColumnOf(R"({"type":"text","record":"/id"})");
  EXPECT_EQ(record.from, ColumnFrom::kRecord);
  EXPECT_EQ(record.paths, (Paths{{"id"}}));
  EXPECT_EQ(ColumnOf(R"({"type":"text","path":"$key"})").from,
            ColumnFrom::kKey);
  EXPECT_EQ(ColumnOf(R"({"type":"text","path":"$source"})").from,
            ColumnFrom::kSource);
  EXPECT_EQ(ColumnOf(R"({"type":"integer","path":"$position"})").from,
            ColumnFrom::kPosition);
  EXPECT_EQ(ColumnOf(R"({"type":"key","path":"$name"})").from,
            ColumnFrom::kName);
  EXPECT_EQ(ColumnOf(R"({"type":"text","value":"v"})").constant.bytes, "v");
  const Column sql = ColumnOf(R"({"type":"any","sql":"record ->> '$.a'"})");
  EXPECT_EQ(sql.from, ColumnFrom::kSql);
  EXPECT_EQ(sql.sql, "record ->> '$.a'");
}

TEST(PlanColumn, RefusesOriginsThatContradict) {
  const std::string at = "/tables/0/columns/a";
  std::string many;
  for (int i = 0; i < 101; ++i) {
    many += (i > 0 ? ",\"/p" : "\"/p") + std::to_string(i) + "\"";
  }
  ExpectErrors({
      {WithColumn(R"({"type":"text","path":"/a","record":"/b"})"),
       at + "/record", "Both path and record", "one of"},
      {WithColumn(R"({"type":"text","record":"/a","value":"x"})"),
       at + "/value", "Both record and value", "one of"},
      {WithColumn(R"({"type":"text","value":"x","sql":"1"})"), at + "/sql",
       "Both value and sql", "one of"},
      {WithColumn(R"({"type":"text","path":[]})"), at + "/path", "0 paths",
       "1 to 100"},
      {WithColumn(R"({"type":"text","path":[)" + many + "]}"), at + "/path",
       "101 paths", "1 to 100"},
      {WithColumn(R"({"type":"text","path":["/a","/a"]})"), at + "/path/1",
       "given twice", "once"},
      {WithColumn(R"({"type":"text","path":["/a","$key"]})"), at + "/path/1",
       "no JSON Pointer", ""},
      {WithColumn(R"({"type":"text","record":"$key"})"), at + "/record",
       "no JSON Pointer", ""},
      {WithColumn(R"({"type":"text","path":"$nam"})"), at + "/path", "$nam",
       R"(Did you mean "$name"?)"},
      {WithColumn(R"({"type":"text","path":"$name"})"), at + "/path",
       "no element", "each"},
      {WithColumn(R"({"type":"integer","path":"$source"})"), at + "/type",
       "The source's label", "text"},
      {WithColumn(R"({"type":"text","path":"$position"})"), at + "/type",
       "The row's position", "integer"},
      {WithColumn(R"({"type":"key","value":"x"})"), at + "/value", "key",
       "nothing"},
      {WithColumn(R"({"type":"text","sql":7})"), at + "/sql", "the number 7",
       "an SQL expression"},
      {WithColumn(R"({"type":"text","sql":"\t"})"), at + "/sql", "empty",
       "record"},
      {WithColumn(R"({"type":"text","sql":"a\u0000b"})"), at + "/sql", "NUL",
       "Leave it out"},
  });
}

TEST(PlanColumn, CompilesExpressions) {
  const std::string at = "/tables/0/columns/a~1b~0/sql";
  const auto with = [](const std::string& sql) {
    return WithColumns(R"({"ok":{"type":"any","sql":"key"},)"
                       R"("a/b~":{"type":"any","sql":")" +
                       sql + "\"}}");
  };
  for (const char* sql :
       {"nothing", "1)", "1; DROP TABLE t", "(SELECT name FROM sqlite_master)",
        "random()", "load_extension('x')", "?1", "1, 2", "/*"}) {
    ExpectErrors({{with(sql), at, "SQL expression", ""}});
  }
  EXPECT_TRUE(Plan::Parse(with("upper(record ->> '$.x') || position")).ok());
}

TEST(PlanColumn, TakesEachTypesConversions) {
  struct Given {
    const char* type;
    std::vector<const char*> convert;
  };
  const std::vector<Given> allowed = {
      {"text", {"number", "auto"}},
      {"integer", {"text", "auto"}},
      {"real", {"text", "auto"}},
      {"boolean", {"number", "text", "auto"}},
      {"datetime", {"iso", "milliseconds", "seconds", "auto"}},
      {"datetime-text", {"iso", "milliseconds", "seconds", "auto"}},
      {"bigint", {"text", "auto"}},
      {"blob", {"base64", "auto"}},
      {"json", {"json", "auto"}},
      {"any", {"auto"}},
      {"uuid", {"auto"}},
      {"key", {}},
  };
  for (const Given& given : allowed) {
    for (const char* convert : {"auto", "text", "number", "iso", "milliseconds",
                                "seconds", "base64", "json"}) {
      const bool is_key = std::string_view(given.type) == "key";
      const bool wanted =
          std::any_of(given.convert.begin(), given.convert.end(),
                      [&](std::string_view one) { return one == convert; });
      const std::string plan =
          WithColumn(std::string(R"({"type":")") + given.type +
                     R"(","convert":")" + convert + "\"}");
      SCOPED_TRACE(plan);
      if (wanted) {
        EXPECT_NE(MustParse(plan).tables[0].columns[1].convert, Convert::kNone);
      } else {
        ExpectErrors({{plan, "/tables/0/columns/a/convert",
                       is_key ? "no field" : "is not a conversion for the type",
                       is_key ? "path or record" : ""}});
      }
    }
  }
}

TEST(PlanColumn, ReadsRules) {
  const Column column = ColumnOf(
      R"({"type":"integer","convert":"text","onMismatch":"default",
          "default":7,"notNull":true,"unique":true,"sensitive":true,
          "$comment":"c"})");
  EXPECT_EQ(column.convert, Convert::kText);
  EXPECT_EQ(column.on_mismatch, OnMismatch::kDefault);
  ASSERT_TRUE(column.default_value);
  EXPECT_EQ(column.default_value->integer, 7);
  EXPECT_TRUE(column.not_null);
  EXPECT_TRUE(column.unique);
  EXPECT_TRUE(column.sensitive);
  EXPECT_EQ(ColumnOf(R"({"type":"text","onMismatch":"null"})").on_mismatch,
            OnMismatch::kNull);
  const Column usual = ColumnOf(R"({"type":"text","default":null})");
  EXPECT_EQ(usual.on_mismatch, OnMismatch::kLedger);
  EXPECT_FALSE(usual.default_value);
  EXPECT_FALSE(usual.not_null || usual.unique || usual.sensitive);
}

TEST(PlanColumn, RefusesRules) {
  const std::string at = "/tables/0/columns/a";
  ExpectErrors({
      {WithColumn(R"({"type":"text","convert":7})"), at + "/convert",
       "the number 7", "a conversion"},
      {WithColumn(R"({"type":"integer","convert":"txt"})"), at + "/convert",
       R"("txt")", R"(Did you mean "text"?)"},
      {WithColumn(R"({"type":"text","value":"x","convert":"auto"})"),
       at + "/convert", "no field", "path or record"},
      {WithColumn(R"({"type":"any","sql":"1","convert":"auto"})"),
       at + "/convert", "no field", "path or record"},
      {WithColumn(R"({"type":"text","onMismatch":"nul"})"), at + "/onMismatch",
       R"("nul")", R"(Did you mean "null"?)"},
      {WithColumn(R"({"type":"text","onMismatch":"default"})"),
       at + "/onMismatch", "no default", "Give it one"},
      {WithColumn(R"({"type":"text","value":"x","onMismatch":"null"})"),
       at + "/onMismatch", "no field", "ledger"},
      {WithColumn(R"({"type":"text","unique":"yes"})"), at + "/unique",
       R"("yes")", "true or false"},
      {WithColumn(R"({"type":"text","sensitive":0})"), at + "/sensitive",
       "the number 0", "true or false"},
      {WithColumn(R"({"type":"text","$comment":7})"), at + "/$comment",
       "the number 7", "a text"},
      {WithColumn(R"({"type":"text","defualt":"x"})"), at + "/defualt",
       "no member", R"(Did you mean "default"?)"},
      {WithColumns(R"({"_Position":"text"})"), "/tables/0/columns/_Position",
       "taken", "of its own"},
      {OneTable(R"("columns":{"$comment":1})"), "/tables/0/columns/$comment",
       "the number 1", "a text"},
  });
}

TEST(PlanColumn, LooksForTheOtherSpelling) {
  struct Given {
    const char* columns;
    std::vector<std::string> second;  // the first column's other path
  };
  for (const Given& given : std::initializer_list<Given>{
           {R"({"created_at":"text"})", {"createdAt"}},
           {R"({"createdAt":"text"})", {"created_at"}},
           {R"({"userID":"text"})", {"user_id"}},
           {R"({"htmlURLText":"text"})", {"html_url_text"}},
           {R"({"line2_of":{"type":"text","notNull":true}})", {"line2Of"}},
           {R"({"created_at":{"type":"text","path":"/created_at"}})", {}},
           {R"({"created_at":"text","createdAt":"text"})", {}},
           {R"({"created_at":"text","b":{"type":"text","path":"/createdAt"}})",
            {}},
           {R"({"word":"text"})", {}},
           {R"({"Created_at":"text"})", {}},
           {R"({"CreatedAt":"text"})", {}},
           {R"({"_created_at":"text"})", {}},
           {R"({"created__at":"text"})", {}},
           {R"({"created-at":"text"})", {}},
           {R"({"créé_le":"text"})", {}},
       }) {
    SCOPED_TRACE(given.columns);
    const Column column =
        MustParse(WithColumns(given.columns)).tables[0].columns[1];
    ASSERT_EQ(column.paths.size(), given.second.empty() ? 1u : 2u);
    EXPECT_EQ(column.paths[0], std::vector<std::string>{column.name});
    if (!given.second.empty()) EXPECT_EQ(column.paths[1], given.second);
  }
}

TEST(PlanColumn, GivesElementsAKeyOfTheirOwn) {
  const Table table =
      MustParse(OneTable(R"("each":"/x","columns":{"a":"text"})")).tables[0];
  ASSERT_EQ(table.columns.size(), 3u);
  EXPECT_EQ(table.columns[0].name, "_key");
  EXPECT_EQ(table.columns[1].name, "_position");
  EXPECT_EQ(table.columns[1].type, ColumnType::kInteger);
  EXPECT_EQ(table.columns[1].from, ColumnFrom::kPosition);
  EXPECT_EQ(table.primary_key, (std::vector<size_t>{0, 1}));
}

TEST(PlanColumn, RefusesWhatIsNoColumn) {
  ExpectErrors({
      {WithColumns("[]"), "/tables/0/columns", "an empty array", "columns"},
      {WithColumns(R"({"a":7})"), "/tables/0/columns/a", "the number 7",
       "a column"},
      {WithColumns(R"({"a":"txet"})"), "/tables/0/columns/a",
       R"("txet" is not a column type)", R"(Did you mean "text"?)"},
      {WithColumns(R"({"a":{"type":"varchar"}})"), "/tables/0/columns/a/type",
       R"("varchar")", "Allowed: text, integer"},
      {WithColumns(R"({"a":{"path":"/a"}})"), "/tables/0/columns/a",
       R"("type" is missing)", ""},
      {WithColumns(R"({"a":{"type":"text","notnull":true}})"),
       "/tables/0/columns/a/notnull", "no member",
       R"(Did you mean "notNull"?)"},
      {WithColumns(R"({"a":{"type":"text","notNull":1}})"),
       "/tables/0/columns/a/notNull", "the number 1", "true or false"},
      {WithColumns(R"({"a":"text","A":"text"})"), "/tables/0/columns/A",
       "used at /tables/0/columns/a", ""},
      {WithColumns(R"({"_key":"text"})"), "/tables/0/columns/_key", "taken",
       ""},
      {WithColumns(R"({"_Unmapped":"text"})"), "/tables/0/columns/_Unmapped",
       "taken", ""},
      {WithColumns(R"({"":"text"})"), "/tables/0/columns/", "empty", ""},
      {WithColumns(R"({"sqlite_a":"text"})"), "/tables/0/columns/sqlite_a",
       "reserved", ""},
      {WithColumns(R"({"rowid":"any","_ROWID_":"any","oid":"any"})"),
       "/tables/0/columns", "rowid", "Rename"},
  });
}

TEST(PlanColumn, RefusesPaths) {
  const auto path = [](const std::string& path, const std::string& type) {
    return WithColumns(R"({"a":{"path":)" + path + R"(,"type":")" + type +
                       "\"}}");
  };
  const char* at = "/tables/0/columns/a/path";
  std::string deep = "\"";
  for (int i = 0; i < 513; ++i) deep += "/a";
  ExpectErrors({
      {path("7", "text"), at, "the number 7", "JSON Pointer"},
      {path(R"("a")", "text"), at, "does not begin with", "~1"},
      {path(R"("$Key")", "text"), at, "does not begin with", "$key"},
      {path(R"("/a~")", "text"), at, "neither 0 nor 1", ""},
      {path(R"("/a~2")", "text"), at, "neither 0 nor 1", ""},
      {path(deep + "\"", "text"), at, "513 steps", "512"},
      {path(R"("/a")", "key"), at, "another path", "$key"},
      {path(R"("$key")", "json"), "/tables/0/columns/a/type", "of type json",
       "key, text, integer"},
  });
  const Plan plan = MustParse(path(R"("//a~01/")", "text"));
  EXPECT_EQ(plan.tables[0].columns[1].paths[0],
            (std::vector<std::string>{"", "a~1", ""}));
}

}  // namespace
}  // namespace ferrite::testing
