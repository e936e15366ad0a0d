// Several paths, defaults, constants, misfits: core/doc/plan.md, "Columns".
#include <gtest/gtest.h>

#include "tests/support/mapping.h"

namespace ferrite::testing {
namespace {

using Row = std::vector<std::string>;

Literal Text(std::string text) {
  Literal literal;
  literal.type = Literal::Type::kText;
  literal.bytes = std::move(text);
  return literal;
}

Literal Integer(int64_t value) {
  Literal literal;
  literal.type = Literal::Type::kInteger;
  literal.integer = value;
  return literal;
}

// _key, a text column from /a, /b, /c, and the rest.
Mapping ThreePaths() {
  return Mapping(R"("columns":{"t":"text"})", [](Table& table) {
    table.columns[1].paths = {{"a"}, {"b"}, {"c"}};
  });
}

TEST(MapperPaths, TheFirstThatLeadsToAValueGivesIt) {
  Mapping mapping = ThreePaths();
  EXPECT_EQ(mapping.Rows(R"({"a":"x"})")[0], (Row{"i:1", "t:x", "null"}));
  EXPECT_EQ(mapping.Rows(R"({"b":"x"})")[0],
            (Row{"i:1", "t:x", R"({"$instance":["Marked",[[1,2]]]})"}));
  EXPECT_EQ(mapping.Rows(R"({"c":"x","d":1})")[0],
            (Row{"i:1", "t:x", R"({"$instance":["Marked",[[1,3]],{"d":1}]})"}));
}

TEST(MapperPaths, TheirOrderInTheRecordDoesNotMatter) {
  Mapping mapping = ThreePaths();
  EXPECT_EQ(mapping.Rows(R"({"c":"z","b":"y","a":"x"})")[0],
            (Row{"i:1", "t:x", R"({"c":"z","b":"y"})"}));
  EXPECT_EQ(mapping.Rows(R"({"a":"x","b":"y"})")[0],
            (Row{"i:1", "t:x", R"({"b":"y"})"}));
}

TEST(MapperPaths, NullAndUndefinedAreNoValues) {
  Mapping mapping = ThreePaths();
  EXPECT_EQ(
      mapping.Rows(R"({"a":null,"b":"y"})")[0],
      (Row{"i:1", "t:y", R"({"$instance":["Marked",[[1,2]],{"a":null}]})"}));
  EXPECT_EQ(mapping.Rows(R"({"a":null,"b":{"$undefined":true}})")[0],
            (Row{"i:1", "null", R"({"a":null,"b":{"$undefined":true}})"}));
}

TEST(MapperPaths, AMisfitOfThePathThatIsTakenIsAnError) {
  Mapping mapping = ThreePaths();
  EXPECT_EQ(mapping.Rows(R"({"b":5})")[0], Row{"type_mismatch /b"});
  // Not looked at: /a comes first.
  EXPECT_EQ(mapping.Rows(R"({"b":5,"a":"x"})")[0],
            (Row{"i:1", "t:x", R"({"b":5})"}));
}

TEST(MapperPaths, OfRecordsWithReferencesAreNotedToo) {
  Mapping mapping = ThreePaths();
  const auto rows =
      mapping.Rows(R"({"b":"y","s":{"$share":{"x":1}},"r":{"$ref":0}})");
  EXPECT_EQ(rows[0][1], "t:y");
  EXPECT_NE(rows[0][2].find(R"(["Marked",[[1,2]],)"), std::string::npos);
}

TEST(MapperPaths, TwoColumnsCanShareOne) {
  Mapping mapping(R"("columns":{"s":"text","t":"text"})", [](Table& table) {
    table.columns[1].paths = {{"a"}, {"x"}};
    table.columns[2].paths = {{"x"}};
  });
  // /x is s's to take, and where s has /a nobody takes it.
  EXPECT_EQ(mapping.Rows(R"({"x":"v"})")[0],
            (Row{"i:1", "t:v", "t:v", R"({"$instance":["Marked",[[1,2]]]})"}));
  EXPECT_EQ(mapping.Rows(R"({"a":"u","x":"v"})")[0],
            (Row{"i:1", "t:u", "t:v", R"({"x":"v"})"}));
}

TEST(MapperPaths, CanLeadIntoEachOther) {
  Mapping mapping(R"("columns":{"j":"json"})", [](Table& table) {
    table.columns[1].paths = {{"a", "b"}, {"a"}, {}};
  });
  mapping.Rows(R"({"a":{"b":1,"c":2}})");
  mapping.Rows(R"({"a":{"c":2}})");
  mapping.Rows(R"({"c":2})");
  EXPECT_EQ(mapping.Rows(R"({"a":{"b":1,"c":2}})")[0][1], "t:1");
}

TEST(MapperDefaults, StandForWhatIsAbsentUndefinedOrNull) {
  Mapping mapping(R"("columns":{"t":"text"})", [](Table& table) {
    table.columns[1].default_value = Text("open");
  });
  EXPECT_EQ(mapping.Rows("{}")[0],
            (Row{"i:1", "t:open", R"({"$instance":["Marked",[[1,-1]]]})"}));
  EXPECT_EQ(mapping.Rows(R"({"t":null})")[0],
            (Row{"i:1", "t:open",
                 R"({"$instance":["Marked",[[1,-1]],{"t":null}]})"}));
  EXPECT_EQ(mapping.Rows(R"({"t":"open"})")[0], (Row{"i:1", "t:open", "null"}));
}

TEST(MapperDefaults, SatisfyNotNull) {
  Mapping mapping(
      R"("columns":{"t":{"type":"integer","notNull":true}})",
      [](Table& table) { table.columns[1].default_value = Integer(7); });
  EXPECT_EQ(mapping.Rows("{}")[0][1], "i:7");
}

// A row of nothing but a default is still that of {} or of undefined.
TEST(MapperDefaults, TellEmptyRecordsFromUndefinedOnes) {
  Mapping mapping(R"("columns":{"t":"text"})", [](Table& table) {
    table.columns[1].default_value = Text("open");
    table.columns[1].paths = {{"t"}, {}};
  });
  EXPECT_NE(mapping.Rows(R"({"$undefined":true})")[0][2],
            mapping.Rows(R"({"t":"open"})")[0][2]);
  mapping.Rows("null");
  mapping.Rows(R"("text")");
}

TEST(MapperMisfits, CanBeNullOrTheDefault) {
  const auto with = [](OnMismatch on_mismatch) {
    return Mapping(R"("columns":{"t":"integer"})", [=](Table& table) {
      table.columns[1].on_mismatch = on_mismatch;
      if (on_mismatch == OnMismatch::kDefault) {
        table.columns[1].default_value = Integer(7);
      }
    });
  };
  Mapping null = with(OnMismatch::kNull);
  EXPECT_EQ(null.Rows(R"({"t":"x"})")[0], (Row{"i:1", "null", R"({"t":"x"})"}));
  Mapping default_value = with(OnMismatch::kDefault);
  EXPECT_EQ(
      default_value.Rows(R"({"t":"x"})")[0],
      (Row{"i:1", "i:7", R"({"$instance":["Marked",[[1,-1]],{"t":"x"}]})"}));
  Mapping ledger = with(OnMismatch::kLedger);
  EXPECT_EQ(ledger.Rows(R"({"t":"x"})")[0], Row{"type_mismatch /t"});
}

TEST(MapperConstants, AreInEveryRowAndTakeNothing) {
  Mapping mapping(R"("columns":{"t":"text"})", [](Table& table) {
    table.columns[1].from = ColumnFrom::kConstant;
    table.columns[1].paths.clear();
    table.columns[1].constant = Text("web");
  });
  EXPECT_EQ(mapping.Rows(R"({"t":"x"})")[0],
            (Row{"i:1", "t:web", R"({"t":"x"})"}));
}

TEST(MapperMarks, AreNoRecords) {
  Mapping mapping(R"("columns":{})");
  EXPECT_EQ(mapping.Rows(R"({"$instance":["Marked",[[1,2]],5]})")[0],
            Row{"record_malformed "});
  // Nor notes that no migration writes.
  for (const char* left :
       {R"({"$instance":["Marked"]})", R"({"$instance":["Marked",[[9,2]]]})",
        R"({"$instance":["Marked",[[0]],5]})"}) {
    const ByteBuffer bytes = EncodeJson(left).value();
    const std::vector<Cell> row = {Cell::Integer(1), Cell::Blob(bytes)};
    Writer out;
    EXPECT_EQ(mapping.mapper().Rebuild(row, &out).error().code,
              ErrorCode::kRecordMalformed)
        << left;
  }
}

TEST(MapperDrop, LeavesFieldsOutAndStillTakesBelow) {
  Mapping mapping(R"("columns":{"t":{"path":"/a/t","type":"text"}})",
                  [](Table& table) {
                    table.drop = {{"a"}, {"x", "y"}};
                  });
  EXPECT_EQ(mapping.Rows(R"({"a":{"t":"v","u":1},"x":{"y":1,"z":2},"w":3})")[0],
            (Row{"i:1", "t:v", R"({"x":{"z":2},"w":3})"}));
  EXPECT_EQ(mapping.Rows(R"({"a":[1],"x":{"y":1}})")[0],
            (Row{"i:1", "null", "null"}));
  EXPECT_FALSE(mapping.mapper().is_lossless());
}

TEST(MapperDrop, ReachesIntoWhatIsKeptWhole) {
  Mapping shown(R"("columns":{"j":{"path":"/a","type":"json"}})",
                [](Table& table) {
                  table.drop = {{"a", "secret"}};
                });
  EXPECT_EQ(shown.Rows(R"({"a":{"secret":1,"d":{"$date":0}}})")[0][2],
            R"({"a":{"d":{"$date":0}}})");
  Mapping shared(R"("columns":{})",
                 [](Table& table) { table.drop = {{"secret"}}; });
  // What is dropped may be where others refer to.
  EXPECT_EQ(
      shared.Rows(
          R"({"secret":{"$share":{"x":1}},"r":{"$ref":0},"s":{"$ref":0}})")[0]
                                                                           [1],
      R"({"r":{"$share":{"x":1}},"s":{"$ref":0}})");
}

TEST(MapperDrop, IsNothingThatFails) {
  Mapping mapping(R"("columns":{},"unmapped":"fail")",
                  [](Table& table) { table.drop = {{"x"}}; });
  EXPECT_EQ(mapping.Rows(R"({"x":1})")[0], Row{"i:1"});
  EXPECT_EQ(mapping.Rows(R"({"x":1,"y":null})")[0], Row{"constraint /y"});
}

}  // namespace
}  // namespace ferrite::testing
