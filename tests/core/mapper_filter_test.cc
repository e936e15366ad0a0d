// Filters, SQL and selections: core/doc/plan.md.
#include <gtest/gtest.h>

#include "core/src/selection.h"
#include "ferrite/record_schema.h"
#include "tests/support/mapping.h"

namespace ferrite::testing {
namespace {

using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

Condition::Value Is(const char* text) {
  Condition::Value value;
  value.type = Condition::Value::Type::kString;
  value.text = text;
  return value;
}
Condition::Value Is(double number) {
  Condition::Value value;
  value.type = Condition::Value::Type::kNumber;
  value.number = number;
  return value;
}
Condition::Value Is(bool boolean) {
  Condition::Value value;
  value.type = Condition::Value::Type::kBool;
  value.boolean = boolean;
  return value;
}

TEST(MapperWhen, PassesOverWhatIsNotEqual) {
  Mapping mapping(R"("columns":{})", [](Table& table) {
    table.when = {{{"a", "b"}, {Is("x"), Is(1.5), Is(true), {}}}};
  });
  for (const char* taken :
       {R"({"a":{"b":"x"}})", R"({"a":{"b":1.5}})", R"({"a":{"b":true}})",
        R"({"a":{"b":null}})", R"({"a":{"b":{"$undefined":true}}})", "{}",
        R"({"a":[]})", "7"}) {
    EXPECT_EQ(mapping.Rows(taken).size(), 1u) << taken;
    EXPECT_EQ(mapping.mapper().filtered(), 0u);
  }
  for (const char* other :
       {R"({"a":{"b":"y"}})", R"({"a":{"b":1}})", R"({"a":{"b":false}})",
        R"({"a":{"b":{}}})", R"({"a":{"b":{"$string16":[120,55357]}}})"}) {
    EXPECT_EQ(mapping.Rows(other), Rows{}) << other;
    EXPECT_EQ(mapping.mapper().filtered(), 1u);
  }
}

TEST(MapperWhen, AllConditionsMustHold) {
  Mapping mapping(R"("columns":{})", [](Table& table) {
    table.when = {{{"a"}, {Is(1.0)}}, {{"b"}, {Is(2.0)}}};
  });
  EXPECT_EQ(mapping.Rows(R"({"a":1,"b":2})").size(), 1u);
  EXPECT_EQ(mapping.Rows(R"({"a":1,"b":3})").size(), 0u);
  EXPECT_EQ(mapping.Rows(R"({"a":2,"b":2})").size(), 0u);
}

TEST(MapperWhen, IsAskedForEveryElementAndCounts) {
  Mapping mapping(R"("columns":{"p":"integer"})", [](Table& table) {
    table.each = {{"c"}};
    table.when = {{{"k"}, {Is("a")}}};
    table.columns[1].from = ColumnFrom::kPosition;
  });
  const Rows rows =
      mapping.Rows(R"({"c":[{"k":"b"},{"k":"a"},{"k":"c"},{"k":"a"}]})");
  ASSERT_EQ(rows.size(), 2u);
  // A row's position does not depend on what was passed over.
  EXPECT_EQ(rows[0][1], "i:1");
  EXPECT_EQ(rows[1][1], "i:3");
  EXPECT_EQ(mapping.mapper().filtered(), 2u);
}

TEST(MapperWhen, LooksThroughReferences) {
  Mapping mapping(R"("columns":{})", [](Table& table) {
    table.when = {{{"r", "x"}, {Is(1.0)}}};
  });
  EXPECT_EQ(mapping.Rows(R"({"s":{"$share":{"x":1}},"r":{"$ref":0}})").size(),
            1u);
}

TEST(MapperSql, FiltersAndFillsColumns) {
  Mapping mapping(R"("columns":{"s":"text","n":"real"})", [](Table& table) {
    table.each = {{"c"}};
    table.when_sql = "record ->> '$.n' > 1";
    for (const size_t i : {1u, 2u}) {
      table.columns[i].from = ColumnFrom::kSql;
      table.columns[i].paths.clear();
    }
    table.columns[1].sql = "key || source || position || name";
    table.columns[2].sql = "record ->> '$.n' * 2";
  });
  EXPECT_EQ(mapping.Rows(R"({"c":{"x":{"n":1},"y":{"n":2}}})", R"("k")"),
            (Rows{{"t:k", "t:kindexedDB d/s1y", "r:4", R"({"n":2})"}}));
  EXPECT_EQ(mapping.mapper().filtered(), 1u);
}

TEST(MapperSql, ResultsMustFitTheType) {
  const auto map = [](const char* type, const char* sql) {
    Mapping mapping(R"("columns":{"s":")" + std::string(type) + "\"}",
                    [&](Table& table) {
                      table.columns[1].from = ColumnFrom::kSql;
                      table.columns[1].paths.clear();
                      table.columns[1].sql = sql;
                    });
    return mapping.Rows("{}")[0];
  };
  EXPECT_EQ(map("integer", "1+1")[1], "i:2");
  EXPECT_EQ(map("integer", "'x'"), Row{"type_mismatch "});
  EXPECT_EQ(map("integer", "1.0"), Row{"type_mismatch "});
  EXPECT_EQ(map("real", "1")[1], "r:1");
  EXPECT_EQ(map("text", "NULL")[1], "null");
  EXPECT_EQ(map("text", "1"), Row{"type_mismatch "});
  EXPECT_EQ(map("boolean", "2"), Row{"type_mismatch "});
  EXPECT_EQ(map("json", "'{\"a\":1}'")[1], R"(t:{"a":1})");
  EXPECT_EQ(map("json", "'{'"), Row{"type_mismatch "});
  EXPECT_EQ(map("blob", "x'0a'")[1], "b:0a");
  EXPECT_EQ(map("integer", "json('{')"), Row{"expression "});
}

TEST(MapperSchema, IsAskedForWhatBecomesARow) {
  Mapping mapping(R"("columns":{})", [](Table& table) {
    table.each = {{"c"}};
    Condition taken;
    taken.path = {"skip"};
    taken.any_of.resize(1);  // null
    table.when = {taken};
    table.schema = RecordSchema::Compile(
                       R"({"type":"object","required":["n"],
                "properties":{"n":{"type":"integer"}}})",
                       "")
                       .value();
  });
  EXPECT_EQ(mapping.Rows(R"({"c":[{"n":1},{"skip":1},{"n":"x"}]})"),
            (Rows{{"i:1", R"({"n":1})"}, {"schema /c/2/n"}}));
  // The record itself need not satisfy it.
  EXPECT_EQ(mapping.Rows(R"({"n":"x","c":[{"n":2}]})"),
            (Rows{{"i:1", R"({"n":2})"}}));
}

TEST(MapperSelections, TakesWhatAnyOfThemHas) {
  Mapping mapping(R"("columns":{})", [](Table& table) {
    table.from = {{0, Match::kKey, "a", false},
                  {0, Match::kPattern, "x?*z", false},
                  {1, Match::kAll, "", false}};
  });
  const auto takes = [&](size_t source, const char* key) {
    return mapping.mapper().Takes(source, *EncodeJson(key));
  };
  EXPECT_TRUE(takes(0, R"("a")"));
  EXPECT_TRUE(takes(0, R"("x😀z")"));
  EXPECT_FALSE(takes(0, R"("xz")"));
  EXPECT_FALSE(takes(0, "1"));
  EXPECT_TRUE(takes(1, "1"));
  EXPECT_FALSE(takes(2, "1"));
}

TEST(Selection, PatternsFitAllOfTheText) {
  using internal::MatchesPattern;
  const struct {
    const char* text;
    const char* pattern;
    bool fits;
  } cases[] = {{"", "", true},           {"", "*", true},
               {"", "?", false},         {"a", "", false},
               {"abc", "a*c", true},     {"abc", "a*b", false},
               {"abc", "???", true},     {"abc", "??", false},
               {"abc", "*?*?*?*", true}, {"ab", "*?*?*?*", false},
               {"é", "?", true},         {"é", "??", false},
               {"😀", "?", true},         {"\xed\xa0\xbd", "?", true},
               {"aXbXc", "a*X?", true},  {"a.b", "a.b", true},
               {"axb", "a.b", false},    {"a*b", "a*b", true},
               {"[a]", "[a]", true},     {"A", "a", false},
               {"abab", "*ab", true},    {"ababc", "*ab*c", true}};
  for (const auto& each : cases) {
    EXPECT_EQ(MatchesPattern(each.text, each.pattern), each.fits)
        << each.text << " " << each.pattern;
  }
  // Many stars cost no more than text times pattern.
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "a*";
  EXPECT_FALSE(MatchesPattern(std::string(5000, 'a') + "c", pattern + "b"));
}

}  // namespace
}  // namespace ferrite::testing
