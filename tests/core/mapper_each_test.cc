// Rows from one record: core/doc/plan.md.
#include <gtest/gtest.h>

#include "tests/support/mapping.h"

namespace ferrite::testing {
namespace {

using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

// _key, position, name, and the element's /v.
Mapping Each(std::vector<std::vector<std::string>> each) {
  return Mapping(R"("columns":{"p":"integer","n":"any","v":"json"})",
                 [&](Table& table) {
                   table.each = std::move(each);
                   table.columns[1].from = ColumnFrom::kPosition;
                   table.columns[2].from = ColumnFrom::kName;
                 });
}

TEST(MapperEach, SpreadsArrays) {
  Mapping mapping = Each({{"lines"}});
  EXPECT_EQ(mapping.Rows(R"({"id":1,"lines":[{"v":1,"w":2},{"v":"x"},5]})"),
            (Rows{{"i:1", "i:0", "null", "t:1", R"({"w":2})"},
                  {"i:1", "i:1", "null", R"(t:"x")", "null"},
                  {"i:1", "i:2", "null", "null", "5"}}));
}

TEST(MapperEach, SpreadsObjectsMapsAndSets) {
  Mapping mapping = Each({{"c"}});
  EXPECT_EQ(mapping.Rows(R"({"c":{"a":{"v":1},"b":2}})"),
            (Rows{{"i:1", "i:0", "t:a", "t:1", "null"},
                  {"i:1", "i:1", "t:b", "null", "2"}}));
  EXPECT_EQ(mapping.Rows(R"({"c":{"$map":[[7,{"v":1}],["k",2]]}})"),
            (Rows{{"i:1", "i:0", "i:7", "t:1", "null"},
                  {"i:1", "i:1", "t:k", "null", "2"}}));
  EXPECT_EQ(mapping.Rows(R"({"c":{"$set":[{"v":1},2]}})"),
            (Rows{{"i:1", "i:0", "null", "t:1", "null"},
                  {"i:1", "i:1", "null", "null", "2"}}));
}

TEST(MapperEach, PassesOverHolesAndNamesOfArrays) {
  Mapping mapping = Each({{"c"}});
  EXPECT_EQ(
      mapping.Rows(
          R"({"c":{"$array":{"length":9,"entries":{"1":1,"5":{"$undefined":true},"x":3}}}})"),
      (Rows{{"i:1", "i:0", "null", "null", "1"},
            {"i:1", "i:1", "null", "null", R"({"$undefined":true})"}}));
}

TEST(MapperEach, CountsThroughAllLevels) {
  Mapping mapping = Each({{"orders"}, {"lines"}});
  EXPECT_EQ(
      mapping.Rows(
          R"({"orders":[{"lines":{"a":1,"b":2}},{},{"lines":[]},{"lines":[3]}]})"),
      (Rows{{"i:1", "i:0", "t:a", "null", "1"},
            {"i:1", "i:1", "t:b", "null", "2"},
            {"i:1", "i:2", "null", "null", "3"}}));
}

TEST(MapperEach, IsNoRowWhereNothingIs) {
  Mapping mapping = Each({{"a", "b"}});
  for (const char* record :
       {"{}", R"({"a":{"b":null}})", R"({"a":{"b":{"$undefined":true}}})",
        R"({"a":[]})", R"({"a":5})", "5", R"({"a":{"b":[]}})"}) {
    EXPECT_EQ(mapping.Rows(record), Rows{}) << record;
  }
}

TEST(MapperEach, SaysWhereNoCollectionIs) {
  Mapping mapping = Each({{"a"}, {"b"}});
  EXPECT_EQ(mapping.Rows(R"({"a":5})"), (Rows{{"type_mismatch /a"}}));
  EXPECT_EQ(
      mapping.Rows(R"({"a":[{"b":[1]},{"b":"text"}]})"),
      (Rows{{"i:1", "i:0", "null", "null", "1"}, {"type_mismatch /a/1/b"}}));
  EXPECT_EQ(mapping.Rows(R"({"a":{"$map":[["k",{"b":5}]]}})"),
            (Rows{{"type_mismatch /a/0/1/b"}}));
}

TEST(MapperEach, SaysWhichElementFails) {
  Mapping mapping(R"("columns":{"v":"integer"})",
                  [](Table& table) { table.each = {{"c"}}; });
  EXPECT_EQ(mapping.Rows(R"({"c":{"x/y":{"v":1},"z":{"v":"no"},"w":{}}})"),
            (Rows{{"i:1", "i:1", "null"}, {"type_mismatch /c/z/v"}}));
}

TEST(MapperEach, SpreadsTheRecordItself) {
  Mapping mapping = Each({{}});
  EXPECT_EQ(mapping.Rows(R"([{"v":1},{"v":2}])"),
            (Rows{{"i:1", "i:0", "null", "t:1", "null"},
                  {"i:1", "i:1", "null", "t:2", "null"}}));
}

TEST(MapperEach, TakesElementsThatAreNoObjects) {
  Mapping mapping(R"("columns":{"tag":{"path":"","type":"text"}})",
                  [](Table& table) { table.each = {{"tags"}}; });
  EXPECT_EQ(mapping.Rows(R"({"tags":["a","b"]})"),
            (Rows{{"i:1", "t:a", "null"}, {"i:1", "t:b", "null"}}));
}

TEST(MapperEach, ShowsFieldsOfTheRecord) {
  Mapping mapping(R"("columns":{"id":"text","v":"integer"})", [](Table& table) {
    table.each = {{"c"}};
    table.columns[1].from = ColumnFrom::kRecord;
  });
  EXPECT_EQ(mapping.Rows(R"({"id":"o1","c":[{"v":1,"id":9},{"v":2}]})"),
            (Rows{{"i:1", "t:o1", "i:1", R"({"id":9})"},
                  {"i:1", "t:o1", "i:2", "null"}}));
  EXPECT_EQ(mapping.Rows(R"({"id":5,"c":[{"v":1}]})"),
            (Rows{{"type_mismatch /id"}}));
  // No row asks for it.
  EXPECT_EQ(mapping.Rows(R"({"id":5,"c":[]})"), Rows{});
}

TEST(MapperEach, NotesPathsAndDefaultsOfTheRecord) {
  Mapping mapping(R"("columns":{"id":"text","v":"integer"})", [](Table& table) {
    table.each = {{"c"}};
    table.columns[1].from = ColumnFrom::kRecord;
    table.columns[1].paths = {{"id"}, {"ID"}};
    Literal none;
    none.type = Literal::Type::kText;
    none.bytes = "none";
    table.columns[1].default_value = none;
  });
  EXPECT_EQ(
      mapping.Rows(R"({"ID":"o1","c":[{"v":1}]})"),
      (Rows{{"i:1", "t:o1", "i:1", R"({"$instance":["Marked",[[1,2]]]})"}}));
  EXPECT_EQ(
      mapping.Rows(R"({"c":[{"v":1}]})"),
      (Rows{{"i:1", "t:none", "i:1", R"({"$instance":["Marked",[[1,-1]]]})"}}));
}

TEST(MapperEach, MakesElementsWithReferencesValuesOfTheirOwn) {
  Mapping mapping = Each({{"c"}});
  // One object twice, and a field of both outside.
  EXPECT_EQ(mapping.Rows(R"({"o":{"$share":{"x":1}},"c":[
      {"$share":{"v":{"$ref":0}}},{"$ref":1}]})"),
            (Rows{{"i:1", "i:0", "null", R"(t:{"x":1})", "null"},
                  {"i:1", "i:1", "null", R"(t:{"x":1})", "null"}}));
  // Shared within an element, and a cycle through the record.
  const Rows rows = mapping.Rows(R"({"$share":{"c":[
      {"v":{"$share":{"y":1}},"w":{"$ref":1}},{"up":{"$ref":0}}]}})");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0][4], R"({"v":{"$share":{"y":1}},"w":{"$ref":0}})");
  EXPECT_EQ(
      rows[1][4],
      R"({"up":{"$share":{"c":[{"v":{"$share":{"y":1}},"w":{"$ref":1}},{"up":{"$ref":0}}]}}})");
}

TEST(MapperEach, FollowsReferencesToTheCollection) {
  Mapping mapping = Each({{"c"}});
  EXPECT_EQ(mapping.Rows(R"({"o":{"$share":[{"v":1}]},"c":{"$ref":0}})"),
            (Rows{{"i:1", "i:0", "null", "t:1", "null"}}));
}

TEST(MapperEach, RefusesNamesThatComeTwiceOnTheWay) {
  Mapping mapping = Each({{"c"}});
  EXPECT_EQ(mapping.Rows(R"({"$object":[["c",[]],["c",[]]]})"),
            (Rows{{"record_malformed /c"}}));
}

TEST(MapperEach, ChecksTheWholeRecord) {
  Mapping mapping = Each({{"c"}});
  EXPECT_EQ(mapping.Rows(R"({"c":[],"x":{"$instance":["Unsupported","T"]}})"),
            (Rows{{"record_unsupported /x"}}));
}

TEST(MapperSource, IsInEveryRow) {
  Mapping mapping(R"("columns":{"s":"text"})", [](Table& table) {
    table.columns[1].from = ColumnFrom::kSource;
  });
  EXPECT_EQ(mapping.Rows(R"({"s":"x"})"),
            (Rows{{"i:1", "t:indexedDB d/s", R"({"s":"x"})"}}));
}

TEST(MapperJson, MapsWhatTheTextSaysAndKeepsIt) {
  Mapping mapping(R"("columns":{"n":"integer","t":"text"})",
                  [](Table& table) { table.form = RecordForm::kJson; });
  EXPECT_EQ(mapping.Rows(R"("{\"n\": 5,\"t\":\"\\ud83d\\ude00\"}")"),
            (Rows{{"i:1", "i:5", "t:😀",
                   R"("{\"n\": 5,\"t\":\"\\ud83d\\ude00\"}")"}}));
  // What JSON.stringify writes of a lone surrogate.
  EXPECT_EQ(mapping.Rows(R"("{\"t\":\"\\ud83d\"}")")[0][2], "b:eda0bd");
  EXPECT_EQ(mapping.Rows(R"("{")"), (Rows{{"type_mismatch "}}));
  EXPECT_EQ(mapping.Rows("5"), (Rows{{"type_mismatch "}}));
  EXPECT_EQ(mapping.Rows(R"("{\"n\":\"x\"}")"), (Rows{{"type_mismatch /n"}}));
}

TEST(MapperJson, SpreadsWhatTheTextSays) {
  Mapping mapping(R"("columns":{"v":"integer"})", [](Table& table) {
    table.form = RecordForm::kJson;
    table.each = {{"c"}};
  });
  EXPECT_EQ(mapping.Rows(R"("{\"c\":[{\"v\":1},{\"v\":2,\"w\":null}]}")"),
            (Rows{{"i:1", "i:1", "null"}, {"i:1", "i:2", R"({"w":null})"}}));
}

}  // namespace
}  // namespace ferrite::testing
