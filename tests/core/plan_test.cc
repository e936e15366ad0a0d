#include "ferrite/plan.h"

#include <gtest/gtest.h>

#include "tests/support/mapping.h"

namespace ferrite::testing {
namespace {

constexpr char kFrom[] = R"("from":{"indexedDB":"d","store":"s"})";

// A plan with these tables.
std::string WithTables(const std::string& tables) {
  return R"({"ferrite":1,"name":"p","tables":[)" + tables + "]}";
}

std::string WithFrom(const std::string& from) {
  return WithTables(R"({"name":"t","from":)" + from + "}");
}

std::string WithColumns(const std::string& columns) {
  return OneTable(R"("columns":)" + columns);
}

struct Wrong {
  std::string plan;
  const char* path;
  const char* message;  // is in the message
  const char* hint;     // is in the hint
};

void ExpectErrors(const std::vector<Wrong>& plans,
                  ErrorCode code = ErrorCode::kPlanInvalid) {
  for (const Wrong& wrong : plans) {
    SCOPED_TRACE(wrong.plan.substr(0, 200));
    const Result<Plan> plan = Plan::Parse(wrong.plan);
    ASSERT_FALSE(plan.ok());
    EXPECT_EQ(plan.error().code, code);
    EXPECT_EQ(plan.error().path, wrong.path);
    EXPECT_NE(plan.error().message.find(wrong.message), std::string::npos)
        << plan.error().message;
    EXPECT_NE(plan.error().hint.find(wrong.hint), std::string::npos)
        << plan.error().hint;
  }
}

TEST(Plan, ReadsEveryMember) {
  const Plan plan = MustParse(R"({"ferrite":1,"name":"shop","tables":[
    {"name":"or\"ders","from":{"indexedDB":"shop","store":"orders"},
     "columns":{"id":"text",
                "placed":{"path":"/createdAt","type":"datetime","notNull":true},
                "city":{"path":"/a~1b/~0c","type":"text"},
                "k":{"path":"$key","type":"integer"}, "all":{"path":"","type":"json"}},
     "primaryKey":["k","id"],"unmapped":"fail"},
    {"name":"settings","from":{"localStorage":{"prefix":"s."}}},
    {"name":"one","from":{"localStorage":{"key":"k"}},"unmapped":"drop"},
    {"name":"again","from":{"indexedDB":"shop","store":"orders"}},
    {"name":"rest","from":{"localStorage":true},"unmapped":"keep"}]})");
  EXPECT_EQ(plan.name, "shop");
  ASSERT_EQ(plan.sources.size(), 2u);
  EXPECT_EQ(plan.sources[0].Label(), "indexedDB shop/orders");
  EXPECT_EQ(plan.sources[0].ToJson(),
            R"({"indexedDB":"shop","store":"orders"})");
  EXPECT_EQ(plan.sources[1].Label(), "localStorage");
  EXPECT_EQ(plan.sources[1].ToJson(), R"({"localStorage":true})");
  ASSERT_EQ(plan.tables.size(), 5u);

  const Table& orders = plan.tables[0];
  EXPECT_EQ(orders.name, "or\"ders");
  EXPECT_EQ(orders.unmapped, Unmapped::kFail);
  EXPECT_EQ(orders.primary_key, (std::vector<size_t>{3, 0}));
  ASSERT_EQ(orders.columns.size(), 5u);
  EXPECT_EQ(orders.columns[0].paths[0], std::vector<std::string>{"id"});
  EXPECT_TRUE(orders.columns[0].not_null);  // in the primary key
  EXPECT_EQ(orders.columns[1].type, ColumnType::kDatetime);
  EXPECT_TRUE(orders.columns[1].not_null);
  EXPECT_EQ(orders.columns[2].paths[0],
            (std::vector<std::string>{"a/b", "~c"}));
  EXPECT_FALSE(orders.columns[2].not_null);
  EXPECT_EQ(orders.columns[3].from, ColumnFrom::kKey);
  EXPECT_TRUE(orders.columns[4].paths[0].empty());
  EXPECT_EQ(orders.columns[4].from, ColumnFrom::kPath);

  EXPECT_EQ(plan.tables[1].from[0].match, Match::kPrefix);
  EXPECT_EQ(plan.tables[1].from[0].text, "s.");
  EXPECT_EQ(plan.tables[1].from[0].source, 1u);
  EXPECT_EQ(plan.tables[1].unmapped, Unmapped::kKeep);
  EXPECT_EQ(plan.tables[2].from[0].match, Match::kKey);
  EXPECT_EQ(plan.tables[2].unmapped, Unmapped::kDrop);
  EXPECT_EQ(plan.tables[3].from[0].source, 0u);
  EXPECT_EQ(plan.tables[4].from[0].match, Match::kAll);
  EXPECT_EQ(plan.tables[4].from[0].source, 1u);
}

TEST(Plan, PutsTheKeyColumnFirst) {
  const Plan plan = MustParse(WithColumns(R"({"z":"text","a":"text"})"));
  const Table& table = plan.tables[0];
  ASSERT_EQ(table.columns.size(), 3u);
  EXPECT_EQ(table.columns[0].name, "_key");
  EXPECT_EQ(table.columns[0].type, ColumnType::kKey);
  EXPECT_EQ(table.columns[0].from, ColumnFrom::kKey);
  EXPECT_TRUE(table.columns[0].not_null);
  EXPECT_EQ(table.primary_key, std::vector<size_t>{0});
  EXPECT_EQ(table.columns[1].name, "z");  // as written
  EXPECT_EQ(table.columns[2].name, "a");
}

TEST(Plan, ReadsEveryColumnType) {
  const Plan plan = MustParse(WithColumns(
      R"({"a":"text","b":"integer","c":"real","d":"boolean","e":"datetime",
          "f":"bigint","g":"blob","h":"json","i":"any","j":"key"})"));
  for (size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(plan.tables[0].columns[i + 1].type, static_cast<ColumnType>(i));
  }
  EXPECT_EQ(plan.tables[0].columns[10].from, ColumnFrom::kKey);
}

TEST(Plan, RefusesTextThatIsNoJson) {
  ExpectErrors(
      {
          {"", "", "line 1, column 1", "strict JSON"},
          {"{", "", "line 1", ""},
          {"{\n\"ferrite\":1,\n}", "", "line 3", "trailing commas"},
          {"{'ferrite':1}", "", "line 1, column 2", ""},
          {"{} {}", "", "", ""},
          {"// a comment\n{}", "", "", "comments"},
          {"{\"a\":\"\xff\"}", "", "", ""},
          {R"({"a":"\ud800"})", "", "", ""},
          {R"({"a":1e400})", "", "", ""},
          {R"({"a":NaN})", "", "", ""},
          {std::string("{}\0", 3), "", "", ""},
      },
      ErrorCode::kPlanSyntax);
}

TEST(Plan, SyntaxErrorsAreShortAndPrintable) {
  const Result<Plan> plan =
      Plan::Parse("[\"" + std::string(100000, 'x') + "\x01\xff");
  ASSERT_FALSE(plan.ok());
  EXPECT_LT(plan.error().message.size(), 400u);
  for (const char c : plan.error().message) EXPECT_TRUE(c >= 0x20 && c < 0x7f);
}

TEST(Plan, RefusesWhatIsNoPlan) {
  ExpectErrors({
      {"[]", "", "an empty array", "a plan"},
      {"null", "", "null", "a plan"},
      {"{}", "", R"("ferrite" is missing)", ""},
      {R"({"ferrite":1,"name":"p"})", "", R"("tables" is missing)", ""},
      {R"({"ferrite":1,"tables":[]})", "", R"("name" is missing)", ""},
      {R"({"ferrite":1,"nmae":"p","tables":[]})", "/nmae",
       R"("nmae" is no member of a plan)", R"(Did you mean "name"?)"},
      {R"({"ferrite":2,"name":"p","tables":[]})", "/ferrite", "the number 2",
       "Expected 1"},
      {R"({"ferrite":"1","name":"p","tables":[]})", "/ferrite",
       R"(the string "1")", "Expected 1"},
      {R"({"ferrite":1,"name":"","tables":[]})", "/name", "0 characters",
       "1 to 100"},
      {R"({"ferrite":1,"name":7,"tables":[]})", "/name", "the number 7",
       "a name"},
      {R"({"ferrite":1,"name":"p","tables":{}})", "/tables", "an object",
       "an array"},
      {WithTables(""), "/tables", "0 tables", "1 to 1000"},
      {WithTables("7"), "/tables/0", "the number 7", "a table"},
      {WithTables("{}"), "/tables/0", R"("name" is missing)", ""},
      {WithTables(R"({"name":"t"})"), "/tables/0", R"("from" is missing)", ""},
      {OneTable(R"("primarykey":["a"])"), "/tables/0/primarykey", "no member",
       R"(Did you mean "primaryKey"?)"},
      {OneTable(R"("a/b~c":1)"), "/tables/0/a~1b~0c", "no member", "Allowed"},
  });
}

TEST(Plan, CountsTheCharactersOfItsName) {
  const auto named = [](const std::string& name) {
    return R"({"ferrite":1,"name":")" + name + R"(","tables":[{"name":"t",)" +
           kFrom + "}]}";
  };
  std::string hundred;
  for (int i = 0; i < 100; ++i) hundred += "é";
  EXPECT_TRUE(Plan::Parse(named(hundred)).ok());
  ExpectErrors({{named(hundred + "x"), "/name", "101 characters", ""}});
}

TEST(Plan, RefusesMembersThatComeTwice) {
  ExpectErrors({
      {R"({"ferrite":1,"name":"p","name":"q","tables":[]})", "/name", "twice",
       "Keep one"},
      {WithColumns(R"({"a":"text","b/c":"text","b/c":"json"})"),
       "/tables/0/columns/b~1c", "twice", ""},
      {WithColumns(R"({"a":{"type":"text","type":"text"}})"),
       "/tables/0/columns/a/type", "twice", ""},
  });
}

TEST(Plan, RefusesTableNames) {
  const auto named = [](const std::string& name) {
    return WithTables(R"({"name":")" + name + "\"," + kFrom + "}");
  };
  const char* path = "/tables/0/name";
  ExpectErrors({
      {named(""), path, "empty", ""},
      {named(R"(a\u0000b)"), path, "NUL", ""},
      {named(std::string(129, 'x')), path, "129 bytes", "128"},
      {named("ferrite_x"), path, "reserved", R"("ferrite_")"},
      {named("Ferrite_x"), path, "reserved", ""},
      {named("sqlite_master"), path, "reserved", R"("sqlite_")"},
      {named("SQLITE_x"), path, "reserved", ""},
      {WithTables(R"({"name":7,)" + std::string(kFrom) + "}"), path,
       "the number 7", "a name"},
      {WithTables(R"({"name":"Ab",)" + std::string(kFrom) +
                  R"(},{"name":"aB",)" + kFrom + "}"),
       "/tables/1/name", R"(used at /tables/0/name)", "case"},
  });
  for (const std::string& name :
       {std::string(128, 'x'), std::string(R"(a\"b)"), std::string("ferrite"),
        std::string("select"), std::string(" "), std::string("😀;--")}) {
    EXPECT_TRUE(Plan::Parse(named(name)).ok()) << name;
  }
  // Only ASCII letters have a case for SQLite.
  EXPECT_TRUE(Plan::Parse(WithTables(R"({"name":"É",)" + std::string(kFrom) +
                                     R"(},{"name":"é",)" + kFrom + "}"))
                  .ok());
}

TEST(Plan, RefusesSources) {
  const std::string from = "/tables/0/from";
  ExpectErrors({
      {WithFrom("7"), "/tables/0/from", "the number 7", "a source"},
      {WithFrom("{}"), "/tables/0/from", R"("indexedDB" is missing)", ""},
      {WithFrom(R"({"indexedDB":"d"})"), "/tables/0/from",
       R"("store" is missing)", ""},
      {WithFrom(R"({"indexedDb":"d","store":"s"})"), "/tables/0/from/indexedDb",
       "no member", R"(Did you mean "indexedDB"?)"},
      {WithFrom(R"({"indexedDB":1,"store":"s"})"), "/tables/0/from/indexedDB",
       "the number 1", ""},
      {WithFrom(R"({"indexedDB":"d","store":null})"), "/tables/0/from/store",
       "null", ""},
      {WithFrom(R"({"indexedDB":"d","localStorage":true})"),
       "/tables/0/from/indexedDB", "a localStorage source", ""},
      {WithFrom(R"({"localStorage":false})"), "/tables/0/from/localStorage",
       "false", "true"},
      {WithFrom(R"({"localStorage":"k"})"), "/tables/0/from/localStorage",
       R"(the string "k")", "key"},
      {WithFrom(R"({"localStorage":{}})"), "/tables/0/from/localStorage",
       "Neither", "one of them"},
      {WithFrom(R"({"localStorage":{"key":"k","prefix":"p"}})"),
       "/tables/0/from/localStorage", "Both", "one of them"},
      {WithFrom(R"({"localStorage":{"prefx":"p"}})"),
       "/tables/0/from/localStorage/prefx", "no member",
       R"(Did you mean "prefix"?)"},
      {WithFrom(R"({"localStorage":{"key":7}})"),
       "/tables/0/from/localStorage/key", "the number 7", "a text"},
  });
  EXPECT_TRUE(Plan::Parse(WithFrom(R"({"indexedDB":"","store":""})")).ok());
}

TEST(Plan, RefusesColumns) {
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

TEST(Plan, RefusesPaths) {
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

TEST(Plan, RefusesPrimaryKeys) {
  const auto key = [](const std::string& key) {
    return OneTable(R"("columns":{"id":"text","Name":"text"},"primaryKey":)" +
                    key);
  };
  ExpectErrors({
      {key(R"("id")"), "/tables/0/primaryKey", R"(the string "id")",
       "an array"},
      {key("[]"), "/tables/0/primaryKey", "no columns", "_key"},
      {key("[7]"), "/tables/0/primaryKey/0", "the number 7", "a column"},
      {key(R"(["di"])"), "/tables/0/primaryKey/0", R"("di")",
       R"(Did you mean "id"?)"},
      {key(R"(["id","name"])"), "/tables/0/primaryKey/1", R"("name")",
       R"(Did you mean "Name"?)"},
      {key(R"(["id","id"])"), "/tables/0/primaryKey/1", "twice", ""},
      {OneTable(R"("primaryKey":["id"])"), "/tables/0/primaryKey/0",
       R"("id" is not a column)", ""},
      {OneTable(R"("unmapped":"kep")"), "/tables/0/unmapped", R"("kep")",
       R"(Did you mean "keep"?)"},
      {OneTable(R"("unmapped":true)"), "/tables/0/unmapped", "true", ""},
  });
}

TEST(Plan, BoundsWhatItReads) {
  std::string columns, tables;
  for (int i = 0; i < 10000; ++i) {
    columns += (i > 0 ? ",\"c" : "\"c") + std::to_string(i) + "\":\"text\"";
  }
  for (int i = 0; i < 1001; ++i) {
    tables += (i > 0 ? R"(,{"name":"t)" : R"({"name":"t)") + std::to_string(i) +
              "\"," + kFrom + "}";
  }
  std::string deepest;
  for (int i = 0; i < 128; ++i) deepest += "/0";
  ExpectErrors({
      {WithColumns("{" + columns + "}"), "/tables/0/columns", "10000 columns",
       "500"},
      {WithTables(tables), "/tables", "1001 tables", "1000"},
      {std::string(1000000, '['), deepest.c_str(), "128 deep", ""},
      {"\"" + std::string(5 << 20, 'x') + "\"", "", "bytes", "4194304"},
  });
  std::string many;
  for (int i = 0; i < 500; ++i) {
    many += (i > 0 ? ",\"c" : "\"c") + std::to_string(i) + "\":\"text\"";
  }
  EXPECT_TRUE(Plan::Parse(WithColumns("{" + many + "}")).ok());
}

TEST(Plan, HashesWhatItMeans) {
  const auto hash = [](const std::string& plan) {
    return MustParse(plan).hash.ToHex();
  };
  const std::string plan = OneTable(R"("columns":{"id":"text","n":"integer"})");
  const std::string same =
      R"( {"tables": [{"columns": {"id": {"notNull": false, "type": "text"},
          "n": {"type": "integer", "path": "\/n"}}, "unmapped": "keep",
          "from": {"store": "s", "indexedDB": "d"}, "name": "t"}],
          "name": "p", "ferrite": 1.0} )";
  EXPECT_EQ(hash(plan), hash(same));
  for (
      const std::string& other : {
          OneTable(R"("columns":{"n":"integer","id":"text"})"),
          OneTable(R"("columns":{"id":"text"})"),
          OneTable(R"("columns":{"id":"text","n":"real"})"),
          OneTable(
              R"("columns":{"id":"text","n":{"path":"/m","type":"integer"}})"),
          OneTable(
              R"("columns":{"id":"text","n":{"path":"$key","type":"integer"}})"),
          OneTable(
              R"("columns":{"id":"text","n":{"notNull":true,"type":"integer"}})"),
          OneTable(
              R"("columns":{"id":"text","n":"integer"},"primaryKey":["id"])"),
          OneTable(
              R"("columns":{"id":"text","n":"integer"},"unmapped":"drop")"),
          WithFrom(R"({"localStorage":true})"),
          WithFrom(R"({"localStorage":{"key":""}})"),
          WithFrom(R"({"localStorage":{"prefix":""}})"),
      }) {
    EXPECT_NE(hash(plan), hash(other)) << other;
  }
}

TEST(Plan, SqlQuotesNamesAndDeclaresTypes) {
  const Plan plan = MustParse(WithTables(
      R"({"name":"a\"b","from":{"indexedDB":"d","store":"s"},
          "columns":{"t":"text","i":"integer","r":"real","o":"boolean",
            "d":{"type":"datetime","notNull":true},"g":"bigint","b":"blob",
            "j":"json","y":"any","k\"":"key"},"primaryKey":["t","i"]})"));
  const Table& table = plan.tables[0];
  EXPECT_EQ(
      CreateTableSql(plan, 0),
      R"(CREATE TABLE "a""b"("t" TEXT NOT NULL, "i" INTEGER NOT NULL, )"
      R"("r" REAL, "o" INTEGER, "d" INTEGER NOT NULL, "g", "b" BLOB, )"
      R"("j" TEXT, "y", "k""", "_unmapped" BLOB, PRIMARY KEY("t", "i")))");
  EXPECT_EQ(
      InsertSql(table),
      R"(INSERT INTO "a""b"("t", "i", "r", "o", "d", "g", "b", "j", "y", )"
      R"("k""", "_unmapped") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, )"
      R"(?10, ?11))");
  EXPECT_EQ(SelectByKeySql(table),
            R"(SELECT rowid, "t", "i", "r", "o", "d", "g", "b", "j", "y", )"
            R"("k""", "_unmapped" FROM "a""b" WHERE "t" = ?1 AND "i" = ?2)");
}

TEST(Plan, SqlReachesTheRowWhateverColumnsAreCalled) {
  const Plan plan = MustParse(OneTable(
      R"("columns":{"RowId":"integer","oid":"text"},"primaryKey":["RowId"],
         "unmapped":"drop")"));
  const Table& table = plan.tables[0];
  EXPECT_EQ(RowidName(table), "_rowid_");
  EXPECT_EQ(CreateTableSql(plan, 0),
            R"(CREATE TABLE "t"("RowId" INTEGER PRIMARY KEY, "oid" TEXT))");
  EXPECT_EQ(SelectRowsSql(table),
            R"(SELECT "RowId", "oid" FROM "t" ORDER BY _rowid_)");
}

}  // namespace
}  // namespace ferrite::testing
