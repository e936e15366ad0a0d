// The types uuid and datetime-text, and conversions: core/doc/plan.md.
#include <gtest/gtest.h>

#include "tests/support/mapping.h"

namespace ferrite::testing {
namespace {

struct Case {
  const char* given;  // the record's /v
  const char* cell;   // or "mismatch"
  bool exact = false;
};

// Whether each value becomes its cell, is taken out when it is exact and stays
// when it is not, and comes back.
void Check(ColumnType type, Convert convert, const std::vector<Case>& cases) {
  Mapping mapping(R"("columns":{"v":"text"})", [&](Table& table) {
    table.columns[1].type = type;
    table.columns[1].convert = convert;
  });
  for (const Case& each : cases) {
    SCOPED_TRACE(each.given);
    const std::string record = R"({"v":)" + std::string(each.given) + "}";
    const auto row = mapping.Rows(record)[0];
    if (each.cell == std::string("mismatch")) {
      EXPECT_EQ(row[0], "type_mismatch /v");
      continue;
    }
    ASSERT_EQ(row.size(), 3u) << row[0];
    EXPECT_EQ(row[1], each.cell);
    EXPECT_EQ(row[2] == "null", each.exact) << row[2];
  }
}

TEST(ColumnTypes, Uuid) {
  Check(ColumnType::kUuid, Convert::kNone,
        {{R"("0af3C1de-0000-4000-8000-00000000000F")",
          "t:0af3C1de-0000-4000-8000-00000000000F", true},
         {R"("0af3c1de-0000-4000-8000-00000000000g")", "mismatch"},
         {R"("0af3c1de00000-4000-8000-00000000000f")", "mismatch"},
         {R"("{af3c1de-0000-4000-8000-000000000000}")", "mismatch"},
         {"5", "mismatch"},
         {"null", "null"}});
}

TEST(ColumnTypes, DatetimeText) {
  Check(ColumnType::kDatetimeText, Convert::kNone,
        {{R"({"$date":0})", "t:1970-01-01T00:00:00.000Z", true},
         {R"({"$date":-1})", "t:1969-12-31T23:59:59.999Z", true},
         {R"({"$date":951782400123})", "t:2000-02-29T00:00:00.123Z", true},
         {R"({"$date":-62167219200000})", "t:0000-01-01T00:00:00.000Z", true},
         {R"({"$date":253402300799999})", "t:9999-12-31T23:59:59.999Z", true},
         {R"({"$date":253402300800000})", "t:+010000-01-01T00:00:00.000Z"},
         {R"({"$date":-62167219200001})", "t:-000001-12-31T23:59:59.999Z"},
         {R"({"$date":8640000000000000})", "t:+275760-09-13T00:00:00.000Z"},
         {R"({"$date":null})", "null"},
         {R"("2024-01-31T09:30:00.000Z")", "mismatch"},
         {"5", "mismatch"}});
}

TEST(Conversions, IntegerText) {
  Check(ColumnType::kInteger, Convert::kText,
        {{R"("12")", "i:12", true},
         {R"("-9007199254740992")", "i:-9007199254740992", true},
         {R"("9007199254740993")", "mismatch"},
         {R"("99999999999999999999")", "mismatch"},
         {R"("007")", "i:7"},
         {R"("-0")", "i:0"},
         {R"("")", "mismatch"},
         {R"("-")", "mismatch"},
         {R"(" 1")", "mismatch"},
         {R"("1,000")", "mismatch"},
         {R"("0x10")", "mismatch"},
         {"12", "i:12"},
         {"true", "mismatch"},
         {"null", "null"}});
}

TEST(Conversions, RealText) {
  Check(ColumnType::kReal, Convert::kText,
        {{R"("12.5")", "r:12.5", true},
         {R"("3")", "r:3", true},
         {R"("3.0")", "r:3"},
         {R"("1e+21")", "r:1e+21", true},
         {R"("1e21")", "r:1e+21"},
         {R"("1e-7")", "r:9.9999999999999995e-08", true},
         {R"("0.000001")", "r:9.9999999999999995e-07", true},
         {R"("123456789012345680000")", "r:1.2345678901234568e+20", true},
         {R"("-0")", "r:0"},
         {R"("1e999")", "mismatch"},
         {R"("NaN")", "mismatch"},
         {R"(".5")", "mismatch"},
         {"12.5", "r:12.5"}});
}

TEST(Conversions, BigIntText) {
  Check(ColumnType::kBigInt, Convert::kText,
        {{R"("9223372036854775807")", "i:9223372036854775807", true},
         {R"("-9223372036854775808")", "i:-9223372036854775808", true},
         {R"("9223372036854775808")", "t:9223372036854775808", true},
         {R"("-009223372036854775809")", "t:-9223372036854775809"},
         {R"("00")", "i:0"},
         {R"("1.5")", "mismatch"},
         {R"({"$bigint":"5"})", "i:5"}});
}

TEST(Conversions, Booleans) {
  Check(ColumnType::kBoolean, Convert::kNumber,
        {{"0", "i:0", true},
         {"1", "i:1", true},
         {R"({"$number":"-0"})", "i:0"},
         {"2", "mismatch"},
         {R"("1")", "mismatch"},
         {"true", "i:1"}});
  Check(ColumnType::kBoolean, Convert::kText,
        {{R"("true")", "i:1", true},
         {R"("false")", "i:0", true},
         {R"("True")", "mismatch"},
         {"1", "mismatch"},
         {"false", "i:0"}});
}

TEST(Conversions, TextOfNumbers) {
  Check(ColumnType::kText, Convert::kNumber,
        {{"5", "t:5", true},
         {"-1.5", "t:-1.5", true},
         {"1e21", "t:1e+21", true},
         {"1e-7", "t:1e-7", true},
         {"123456789012345680000", "t:123456789012345680000", true},
         {"0.000123", "t:0.000123", true},
         {R"({"$number":"-0"})", "t:0"},
         {R"({"$number":"NaN"})", "null"},
         {R"("x")", "t:x"},
         {"true", "mismatch"}});
}

TEST(Conversions, Datetimes) {
  Check(ColumnType::kDatetime, Convert::kIso,
        {{R"("2024-01-31T09:30:00.000Z")", "i:1706693400000", true},
         {R"("2024-01-31T09:30:00Z")", "i:1706693400000"},
         {R"("2024-01-31 10:30+01:00")", "i:1706693400000"},
         {R"("2024-01-31T04:00:00.1239-05:30")", "i:1706693400123"},
         {R"("2024-01-31")", "i:1706659200000"},
         {R"("2024-01-31T09:30:00")", "mismatch"},
         {R"("2023-02-29")", "mismatch"},
         {R"("2024-02-29")", "i:1709164800000"},
         {R"("2024-13-01")", "mismatch"},
         {R"("2024-00-01")", "mismatch"},
         {R"("2024-01-31T24:00Z")", "mismatch"},
         {R"("2024-01-31T09:30:00.Z")", "mismatch"},
         {R"("2024-01-31T09:30Zx")", "mismatch"},
         {R"("31.01.2024")", "mismatch"},
         {R"({"$date":5})", "i:5"}});
  Check(ColumnType::kDatetime, Convert::kMilliseconds,
        {{"1706693400000", "i:1706693400000", true},
         {"-1", "i:-1", true},
         {"1.5", "i:2"},
         {R"({"$number":"-0"})", "i:0"},
         {R"({"$number":"NaN"})", "null"},
         {"1e300", "mismatch"},
         {R"("5")", "mismatch"},
         {R"({"$date":5})", "i:5"}});
  Check(ColumnType::kDatetime, Convert::kSeconds,
        {{"1706693400", "i:1706693400000", true},
         {"1706693400.123", "i:1706693400123", true},
         {"0.0001", "i:0"},
         {"1e300", "mismatch"}});
}

TEST(Conversions, DatetimeTexts) {
  Check(ColumnType::kDatetimeText, Convert::kIso,
        {{R"("2024-01-31 10:30+01:00")", "t:2024-01-31 10:30+01:00", true},
         {R"("2024-01-31")", "t:2024-01-31T00:00:00.000Z"},
         {R"("2024-01-31T09:30")", "mismatch"},
         {R"({"$date":0})", "t:1970-01-01T00:00:00.000Z"}});
  Check(ColumnType::kDatetimeText, Convert::kSeconds,
        {{"0.5", "t:1970-01-01T00:00:00.500Z", true},
         {"253402300800", "t:+010000-01-01T00:00:00.000Z"}});
  Check(ColumnType::kDatetimeText, Convert::kMilliseconds,
        {{"500", "t:1970-01-01T00:00:00.500Z", true}});
}

TEST(Conversions, Base64) {
  Check(ColumnType::kBlob, Convert::kBase64,
        {{R"("AQI=")", "b:0102", true},
         {R"("")", "b:", true},
         {R"("AQI")", "b:0102"},
         {R"("AQJ=")", "b:0102"},
         {R"("-_8=")", "b:fbff"},
         {R"("+/8=")", "b:fbff", true},
         {R"("A")", "mismatch"},
         {R"("AQ I=")", "mismatch"},
         {R"("AQ=")", "mismatch"},
         {R"("====")", "mismatch"},
         {R"("data:image/png;base64,AQI=")", "b:0102"},
         {R"("DATA:,a%20b")", "b:612062"},
         {R"("data:,a%2")", "mismatch"},
         {R"({"$uint8":"0102"})", "b:0102"},
         {R"({"$bytes":"0102"})", "b:0102"}});
}

TEST(Conversions, Json) {
  Check(ColumnType::kJson, Convert::kJson,
        {{R"("{ \"a\": 1 }")", R"(t:{ "a": 1 })", true},
         {R"("5")", "t:5", true},
         {R"("plain")", R"(t:"plain")"},
         {R"({"a":1})", R"(t:{"a":1})"}});
}

TEST(Conversions, AutoShowsWhatHasOnePlainMeaning) {
  Check(ColumnType::kInteger, Convert::kAuto,
        {{"5", "i:5", true}, {R"("5")", "i:5"}, {R"("x")", "mismatch"}});
  Check(ColumnType::kText, Convert::kAuto,
        {{R"("x")", "t:x", true},
         {"5", "t:5"},
         {"true", "t:true"},
         {R"({"$date":0})", "t:1970-01-01T00:00:00.000Z"},
         {R"({"$date":null})", "null"},
         {"[]", "mismatch"}});
  Check(ColumnType::kBoolean, Convert::kAuto,
        {{"true", "i:1", true}, {"1", "i:1"}, {R"("false")", "i:0"}});
  Check(ColumnType::kDatetime, Convert::kAuto,
        {{R"({"$date":0})", "i:0", true},
         {"5", "i:5"},
         {R"("1970-01-01T00:00:00.000Z")", "i:0"}});
  Check(ColumnType::kBlob, Convert::kAuto,
        {{R"({"$uint8":"01"})", "b:01", true}, {R"("AQ==")", "b:01"}});
  Check(ColumnType::kJson, Convert::kAuto, {{R"("5")", R"(t:"5")", true}});
}

TEST(Conversions, RefuseCellsThatSomebodyChanged) {
  const auto rebuilds = [](ColumnType type, Convert convert, const Cell& cell) {
    Mapping mapping(R"("columns":{"v":"text"})", [&](Table& table) {
      table.columns[1].type = type;
      table.columns[1].convert = convert;
    });
    const std::vector<Cell> row = {Cell::Integer(1), cell, Cell::Null()};
    Writer out;
    return mapping.mapper().Rebuild(row, &out).ok();
  };
  EXPECT_FALSE(
      rebuilds(ColumnType::kText, Convert::kNumber, Cell::Text("five")));
  EXPECT_FALSE(
      rebuilds(ColumnType::kBoolean, Convert::kNumber, Cell::Integer(2)));
  EXPECT_FALSE(
      rebuilds(ColumnType::kDatetimeText, Convert::kNone, Cell::Text("soon")));
  EXPECT_FALSE(
      rebuilds(ColumnType::kDatetime, Convert::kIso, Cell::Integer(INT64_MAX)));
  EXPECT_FALSE(rebuilds(ColumnType::kBlob, Convert::kBase64, Cell::Text("x")));
  EXPECT_TRUE(rebuilds(ColumnType::kDatetime, Convert::kIso, Cell::Integer(0)));
}

TEST(Sensitive, ValuesAreInNoMessage) {
  Mapping mapping(R"("columns":{"v":"text"})",
                  [](Table& table) { table.columns[1].sensitive = true; });
  const Error error = mapping.Map(R"({"v":4711})").error();
  EXPECT_EQ(error.message.find("4711"), std::string::npos);
  EXPECT_NE(error.message.find("a number"), std::string::npos);
}

}  // namespace
}  // namespace ferrite::testing
