#include <gtest/gtest.h>

#include "ferrite/plan.h"
#include "tests/support/plan_errors.h"

namespace ferrite::testing {
namespace {

TEST(PlanSource, RefusesWhatNamesNoPlace) {
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

TEST(PlanSource, TakesEveryWayOfEveryPlace) {
  struct Given {
    const char* from;
    const char* label;
    Match match;
    const char* text;
  };
  for (const Given& given : std::initializer_list<Given>{
           {R"({"indexedDB":"d","store":"s"})", "indexedDB d/s", Match::kAll,
            ""},
           {R"({"indexedDB":"d","store":"s","key":"k"})", "indexedDB d/s",
            Match::kKey, "k"},
           {R"({"indexedDB":"d","store":"s","prefix":"p"})", "indexedDB d/s",
            Match::kPrefix, "p"},
           {R"({"indexedDB":"d","store":"s","pattern":"a*?"})", "indexedDB d/s",
            Match::kPattern, "a*?"},
           {R"({"localStorage":{"pattern":"*"}})", "localStorage",
            Match::kPattern, "*"},
           {R"({"sessionStorage":true})", "sessionStorage", Match::kAll, ""},
           {R"({"sessionStorage":{"key":""}})", "sessionStorage", Match::kKey,
            ""},
           {R"({"sessionStorage":{"prefix":"p"}})", "sessionStorage",
            Match::kPrefix, "p"},
       }) {
    SCOPED_TRACE(given.from);
    const Plan plan = MustParse(WithFrom(given.from));
    ASSERT_EQ(plan.tables[0].from.size(), 1u);
    EXPECT_EQ(plan.sources[0].Label(), given.label);
    EXPECT_EQ(plan.tables[0].from[0].match, given.match);
    EXPECT_EQ(plan.tables[0].from[0].text, given.text);
    EXPECT_FALSE(plan.tables[0].from[0].optional);
  }
}

TEST(PlanSource, TakesSeveralAndNamesEachPlaceOnce) {
  const Plan plan = MustParse(
      R"({"ferrite":1,"name":"p","tables":[{"name":"t","from":[
          {"sessionStorage":{"key":"a"}},
          {"indexedDB":"d","store":"s","optional":true},
          {"sessionStorage":{"prefix":"b"},"optional":false}]}],
          "excluded":[{"reason":"r","from":[{"indexedDB":"d","store":"s"},
                                            {"localStorage":true}]}]})");
  ASSERT_EQ(plan.sources.size(), 3u);
  EXPECT_EQ(plan.sources[0].ToJson(), R"({"sessionStorage":true})");
  EXPECT_EQ(plan.sources[1].Label(), "indexedDB d/s");
  EXPECT_EQ(plan.sources[2].Label(), "localStorage");
  const auto& from = plan.tables[0].from;
  ASSERT_EQ(from.size(), 3u);
  EXPECT_EQ(from[0].source, 0u);
  EXPECT_TRUE(from[1].optional);
  EXPECT_EQ(from[2].source, 0u);
  EXPECT_FALSE(from[2].optional);
  ASSERT_EQ(plan.excluded.size(), 2u);
  EXPECT_EQ(plan.excluded[0].reason, "r");
  EXPECT_EQ(plan.excluded[0].records.source, 1u);
  EXPECT_EQ(plan.excluded[1].records.source, 2u);
}

TEST(PlanSource, RefusesWaysThatContradict) {
  const std::string at = "/tables/0/from";
  std::string many;
  for (int i = 0; i < 101; ++i) {
    many += (i > 0 ? "," : "") + std::string(R"({"localStorage":true})");
  }
  ExpectErrors({
      {WithFrom("[]"), at, "0 sources", "1 to 100"},
      {WithFrom("[" + many + "]"), at, "101 sources", "1 to 100"},
      {WithFrom(R"([{"localStorage":true},7])"), at + "/1", "the number 7",
       "a source"},
      {WithFrom(R"([[{"localStorage":true}]])"), at + "/0", "an array",
       "a source"},
      {WithFrom(R"({"indexedDB":"d","store":"s","key":"a","prefix":"b"})"), at,
       "Both key and prefix", "one of them"},
      {WithFrom(R"({"indexedDB":"d","store":"s","pattern":7})"),
       at + "/pattern", "the number 7", "a text"},
      {WithFrom(R"({"localStorage":true,"key":"k"})"), at + "/key",
       "no member of a localStorage source", "Allowed"},
      {WithFrom(R"({"localStorage":true,"sessionStorage":true})"),
       at + "/sessionStorage", "no member of a localStorage source", ""},
      {WithFrom(R"({"sessionStorage":false})"), at + "/sessionStorage", "false",
       "true"},
      {WithFrom(R"({"sessionStorage":{"key":"k","pattern":"p"}})"),
       at + "/sessionStorage", "Both key and pattern", "one of them"},
      {WithFrom(R"({"localStorage":true,"optional":"yes"})"), at + "/optional",
       R"(the string "yes")", "true or false"},
      {WithFrom(R"({"localStorage":true,"optonal":true})"), at + "/optonal",
       "no member", R"(Did you mean "optional"?)"},
  });
}

TEST(PlanSource, RefusesExclusions) {
  const auto excluding = [](const std::string& excluded) {
    return R"({"ferrite":1,"name":"p","tables":[{"name":"t","from":)"
           R"({"localStorage":true}}],"excluded":)" +
           excluded + "}";
  };
  ExpectErrors({
      {excluding("{}"), "/excluded", "an object", "an array of exclusions"},
      {excluding("[7]"), "/excluded/0", "the number 7", "an exclusion"},
      {excluding(R"([{"reason":"r"}])"), "/excluded/0", R"("from" is missing)",
       ""},
      {excluding(R"([{"from":{"localStorage":true}}])"), "/excluded/0",
       R"("reason" is missing)", ""},
      {excluding(R"([{"from":{"localStorage":true},"reason":1}])"),
       "/excluded/0/reason", "the number 1", "a text"},
      {excluding(R"([{"from":{"localStorage":1},"reason":"r"}])"),
       "/excluded/0/from/localStorage", "the number 1", "true"},
      {excluding(R"([{"from":{"localStorage":true},"reasn":"r"}])"),
       "/excluded/0/reasn", "no member", R"(Did you mean "reason"?)"},
  });
  EXPECT_TRUE(Plan::Parse(excluding("[]")).ok());
}

TEST(PlanSource, TakesTimesOfChanges) {
  const std::string plan =
      R"({"ferrite":1,"name":"p","tables":[{"name":"t","from":[
          {"localStorage":true},{"indexedDB":"d","store":"s","key":"k"}]}])";
  const Plan timed = MustParse(
      plan +
      R"(,"changed":[{"from":{"indexedDB":"d","store":"s"},"at":"/a/b"}]})");
  ASSERT_EQ(timed.changed.size(), 1u);
  EXPECT_EQ(timed.changed[0].source, 1u);
  EXPECT_EQ(timed.changed[0].path, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(timed.sources.size(), 2u);
  // Stores that were filled without them are filled by the same plan.
  EXPECT_EQ(timed.hash, MustParse(plan + "}").hash);
  EXPECT_EQ(timed.hash, MustParse(plan + R"(,"changed":[]})").hash);
}

TEST(PlanSource, RefusesTimesOfChanges) {
  const auto changed = [](const std::string& text) {
    return R"({"ferrite":1,"name":"p","tables":[{"name":"t","from":)"
           R"([{"indexedDB":"d","store":"s"},{"localStorage":true}]}],)"
           R"("excluded":[{"from":{"indexedDB":"d","store":"x"},"reason":"r"}],)"
           R"("changed":)" +
           text + "}";
  };
  const std::string from = R"("from":{"indexedDB":"d","store":"s"})";
  const std::string one = "{" + from + R"(,"at":"/a"})";
  ExpectErrors({
      {changed("{}"), "/changed", "an object", "an array"},
      {changed("[7]"), "/changed/0", "the number 7", "a time of changes"},
      {changed("[{" + from + "}]"), "/changed/0", R"("at" is missing)", ""},
      {changed(R"([{"at":"/a"}])"), "/changed/0", R"("from" is missing)", ""},
      {changed("[{" + from + R"(,"at":"/a","when":1}])"), "/changed/0/when",
       "no member", ""},
      {changed("[{" + from + R"(,"at":["/a"]}])"), "/changed/0/at", "an array",
       "a JSON Pointer"},
      {changed("[{" + from + R"(,"at":"a"}])"), "/changed/0/at",
       "no JSON Pointer", ""},
      {changed("[{" + from + R"(,"at":""}])"), "/changed/0/at",
       "the whole record", "the field"},
      {changed(R"([{"from":{"localStorage":true},"at":"/a"}])"),
       "/changed/0/from/localStorage", "no member of an object store", ""},
      {changed(
           R"([{"from":{"indexedDB":"d","store":"s","key":"k"},"at":"/a"}])"),
       "/changed/0/from/key", "no member of an object store", ""},
      {changed(R"([{"from":{"indexedDB":"d","store":7},"at":"/a"}])"),
       "/changed/0/from/store", "the number 7", "a name"},
      {changed(R"([{"from":{"indexedDB":"d","store":"x"},"at":"/a"}])"),
       "/changed/0/from", "No table", "a table takes from"},
      {changed(R"([{"from":{"indexedDB":"d","store":"y"},"at":"/a"}])"),
       "/changed/0/from", "No table", "a table takes from"},
      {changed("[" + one + "," + one + "]"), "/changed/1/from", "twice",
       "one field"},
  });
  EXPECT_TRUE(Plan::Parse(changed("[" + one + "]")).ok());
}

TEST(PlanSource, RefusesHowRecordsBecomeRows) {
  std::string many;
  for (int i = 0; i < 101; ++i) {
    many += (i > 0 ? ",\"/a" : "\"/a") + std::to_string(i) + "\"";
  }
  const std::string at = "/tables/0/";
  ExpectErrors({
      {OneTable(R"("as":"jsn")"), at + "as", R"("jsn")",
       R"(Did you mean "json"?)"},
      {OneTable(R"("as":1)"), at + "as", "the number 1", "a form of records"},
      {OneTable(R"("each":7)"), at + "each", "the number 7", "JSON Pointer"},
      {OneTable(R"("each":[])"), at + "each", "0 paths", "1 to 100"},
      {OneTable(R"("each":[)" + many + "]"), at + "each", "101 paths", ""},
      {OneTable(R"("each":["/a","b"])"), at + "each/1", "no JSON Pointer",
       "~1"},
      {OneTable(R"("drop":"/a")"), at + "drop", R"(the string "/a")",
       "an array"},
      {OneTable(R"("drop":["/a","/a"])"), at + "drop/1", "given twice", "once"},
      {OneTable(R"("drop":[""])"), at + "drop/0", "no field", "unmapped"},
      {OneTable(R"("drop":["a"])"), at + "drop/0", "no JSON Pointer", ""},
      {OneTable(R"("when":7)"), at + "when", "the number 7", "SQL"},
      {OneTable(R"("when":{"a":1})"), at + "when/a", "no JSON Pointer", ""},
      {OneTable(R"("when":{"/a":[]})"), at + "when/~1a", "empty array",
       "at least one"},
      {OneTable(R"("when":{"/a":{}})"), at + "when/~1a", "an object",
       "a text, a number"},
      {OneTable(R"("when":{"/a":["x",[1]]})"), at + "when/~1a/1", "an array",
       ""},
      {OneTable(R"("when":" ")"), at + "when", "empty", "record"},
      {OneTable(R"("when":"record ->")"), at + "when", "cannot be used",
       "one expression"},
  });
  const Plan plan = MustParse(OneTable(
      R"("as":"json","each":["/a","/a"],"drop":["/z","/b/c"],
         "when":{"$comment":"c","/z":[null,"x"],"/b":true,"/n":1.5})"));
  const Table& table = plan.tables[0];
  EXPECT_EQ(table.form, RecordForm::kJson);
  EXPECT_EQ(table.each, (std::vector<std::vector<std::string>>{{"a"}, {"a"}}));
  EXPECT_EQ(table.drop,
            (std::vector<std::vector<std::string>>{{"b", "c"}, {"z"}}));
  ASSERT_EQ(table.when.size(), 3u);
  EXPECT_EQ(table.when[0].path, std::vector<std::string>{"b"});
  EXPECT_TRUE(table.when[0].any_of[0].boolean);
  EXPECT_EQ(table.when[1].any_of[0].number, 1.5);
  ASSERT_EQ(table.when[2].any_of.size(), 2u);
  EXPECT_EQ(table.when[2].any_of[0].type, Condition::Value::Type::kNull);
  EXPECT_EQ(table.when[2].any_of[1].text, "x");
  EXPECT_EQ(MustParse(OneTable(R"("when":"key > 1")")).tables[0].when_sql,
            "key > 1");
}

TEST(PlanSource, CompilesSchemas) {
  const Plan plan =
      MustParse(OneTable(R"("schema":{ "type" : "object", "maximum": 1e2 })"));
  ASSERT_NE(plan.tables[0].schema, nullptr);
  EXPECT_EQ(plan.tables[0].schema->json(),
            R"({"type":"object","maximum":1e2})");
  ExpectErrors({
      {OneTable(R"("schema":7)"), "/tables/0/schema", "", ""},
      {OneTable(R"("schema":{"typ":"object"})"), "/tables/0/schema/typ", "",
       ""},
      {OneTable(R"("schema":{"properties":{"a/b":{"type":"txt"}}})"),
       "/tables/0/schema/properties/a~1b/type", "", ""},
  });
}

}  // namespace
}  // namespace ferrite::testing
