#include "ferrite/record_schema.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/json_record.h"
#include "tests/support/within_a_second.h"

namespace ferrite {
namespace {

Error CompileError(const std::string& schema) {
  auto compiled = RecordSchema::Compile(schema, "/tables/0/schema");
  EXPECT_FALSE(compiled.ok()) << schema.substr(0, 200);
  return compiled.ok() ? Error{} : compiled.error();
}

Error CheckError(const std::string& schema, const std::string& record) {
  auto compiled = RecordSchema::Compile(schema, "");
  EXPECT_TRUE(compiled.ok()) << schema << compiled.error().message;
  auto encoded = testing::EncodeJson(record);
  EXPECT_TRUE(encoded.ok()) << record;
  if (!compiled.ok() || !encoded.ok()) return {};
  SchemaChecker checker(*compiled);
  const auto checked = checker.Check(*encoded);
  return checked.ok() ? Error{ErrorCode::kInternal, "fits", "", ""}
                      : checked.error();
}

bool Fits(const std::string& schema, const std::string& record) {
  const Error error = CheckError(schema, record);
  if (error.message == "fits") return true;
  EXPECT_EQ(error.code, ErrorCode::kSchema) << error.message;
  return false;
}

TEST(RecordSchema, IsKeptAsTextWithoutLayout) {
  auto schema = RecordSchema::Compile(
      "{ \"type\" : [\"string\"],\n \"const\": 1.50, \"title\": \"\\u0041\" }",
      "");
  ASSERT_TRUE(schema.ok());
  EXPECT_EQ((*schema)->json(),
            R"({"type":["string"],"const":1.50,"title":"A"})");
}

TEST(RecordSchema, ErrorsHaveTheirPathInThePlan) {
  EXPECT_EQ(CompileError("{").code, ErrorCode::kPlanSyntax);
  Error error = CompileError(R"({"properties":{"a/b":{"minLenght":1}}})");
  EXPECT_EQ(error.code, ErrorCode::kPlanInvalid);
  EXPECT_EQ(error.path, "/tables/0/schema/properties/a~1b/minLenght");
  EXPECT_EQ(error.hint.substr(0, 25), "Did you mean \"minLength\"?");
  error = CompileError(R"({"items":{"format":"date-tme"}})");
  EXPECT_EQ(error.path, "/tables/0/schema/items/format");
  EXPECT_EQ(error.hint.substr(0, 25), "Did you mean \"date-time\"?");
  EXPECT_EQ(CompileError(R"({"type":["string","text"]})").path,
            "/tables/0/schema/type/1");
  EXPECT_EQ(CompileError(R"({"a":1,"a":2})").path, "/tables/0/schema/a");
  EXPECT_EQ(CompileError(R"({"pattern":"(a)\\1"})").path,
            "/tables/0/schema/pattern");
  EXPECT_EQ(CompileError(R"({"patternProperties":{"(":{}}})").path,
            "/tables/0/schema/patternProperties/(");
}

TEST(RecordSchema, WhatIsLeftOutIsRefusedByName) {
  for (const char* keyword : {"unevaluatedProperties", "unevaluatedItems",
                              "$dynamicRef", "$dynamicAnchor", "$vocabulary"}) {
    const Error error = CompileError(std::string("{\"") + keyword + "\":{}}");
    EXPECT_EQ(error.code, ErrorCode::kPlanInvalid);
    EXPECT_NE(error.message.find(keyword), std::string::npos);
  }
  EXPECT_EQ(CompileError(R"({"$ref":"https://example.org/a.json"})").path,
            "/tables/0/schema/$ref");
  EXPECT_EQ(CompileError(R"({"format":"includes"})").path,
            "/tables/0/schema/format");
}

TEST(RecordSchema, SaysWhereWhatWasFoundAndWhatIsAskedFor) {
  const std::string schema =
      R"({"type":"object","properties":{"a":{"items":{"type":"integer"}},
          "b":{"maxLength":3},"c":true},"required":["c"],"additionalProperties":false})";
  Error error = CheckError(schema, R"({"a":[1,"x\u0000\u001b"],"c":1})");
  EXPECT_EQ(error.path, "/a/1");
  EXPECT_EQ(error.message,
            "Found \"x\\u0000\\u001b\", which must be a whole number.");
  error = CheckError(schema, R"({"b":"long","c":1})");
  EXPECT_EQ(error.path, "/b");
  EXPECT_EQ(error.message,
            "Found \"long\", which must have at most 3 characters.");
  EXPECT_EQ(CheckError(schema, R"({"a":[]})").path, "/c");
  EXPECT_EQ(CheckError(schema, R"({"c":1,"x~y":1})").path, "/x~0y");
  error =
      CheckError(R"({"pattern":"^b"})", "\"" + std::string(500, 'a') + "\"");
  EXPECT_LT(error.message.size(), 200u);
}

TEST(RecordSchema, NamesTheFieldWithinTheOnlyBranchOfItsType) {
  const std::string schema =
      R"({"anyOf":[{"type":"object","properties":{"a":{"type":"string"}}},
          {"type":"null"}]})";
  EXPECT_EQ(CheckError(schema, R"({"a":1})").path, "/a");
  EXPECT_EQ(CheckError(schema, "1").path, "");
}

TEST(RecordSchema, ValuesBeyondJsonAreWhatJsonShows) {
  const std::string time = R"({"type":"string","format":"date-time"})";
  EXPECT_TRUE(Fits(time, R"({"$date":0})"));
  EXPECT_FALSE(Fits(time, R"({"$date":null})"));
  const std::string nullable = R"({"anyOf":[)" + time + R"(,{"type":"null"}]})";
  EXPECT_TRUE(Fits(nullable, R"({"$date":0})"));
  EXPECT_TRUE(Fits(nullable, R"({"$date":null})"));
  EXPECT_FALSE(Fits(R"({"not":)" + nullable + "}", R"({"$date":0})"));
  EXPECT_FALSE(Fits(R"({"anyOf":[{"type":"number"},{"maxLength":9}]})",
                    R"({"$date":0})"));
  EXPECT_FALSE(Fits(time, R"({"$date":8640000000000000})"));
  EXPECT_TRUE(
      Fits(R"({"pattern":"^1970-01-01T00:00:00.001Z$"})", R"({"$date":1})"));
  EXPECT_TRUE(Fits(R"({"type":"null"})", R"({"$number":"NaN"})"));
  EXPECT_TRUE(Fits(R"({"const":0})", R"({"$number":"-0"})"));
  EXPECT_TRUE(Fits(R"({"required":["b"],"maxProperties":1})",
                   R"({"a":{"$undefined":true},"b":1})"));
  EXPECT_FALSE(Fits(R"({"required":["a"]})", R"({"a":{"$undefined":true}})"));
  EXPECT_TRUE(Fits(R"({"const":[["a",1]]})", R"({"$map":[["a",1]]})"));
  EXPECT_TRUE(Fits(R"({"items":{"prefixItems":[{"const":"a"},{"const":1}],
                       "items":false}})",
                   R"({"$map":[["a",1]]})"));
  EXPECT_FALSE(Fits(R"({"items":{"prefixItems":[{},{"const":2}]}})",
                    R"({"$map":[["a",1]]})"));
  EXPECT_TRUE(
      Fits(R"({"type":"array","uniqueItems":true})", R"({"$set":[1,2]})"));
  EXPECT_TRUE(Fits(R"({"const":"AQI=","minLength":4,"maxLength":4})",
                   R"({"$bytes":"0102"})"));
  EXPECT_FALSE(Fits(R"({"minLength":5})", R"({"$uint8":"0102"})"));
  EXPECT_TRUE(Fits(R"({"const":"/a/g"})", R"({"$regexp":["a","g"]})"));
  EXPECT_TRUE(
      Fits(R"({"const":"\ufffd","maxLength":1})", R"({"$string16":[55357]})"));
}

TEST(RecordSchema, BigIntsAreComparedExactly) {
  const std::string limit = R"({"type":"integer","maximum":9007199254740993})";
  EXPECT_TRUE(Fits(limit, R"({"$bigint":"9007199254740993"})"));
  EXPECT_FALSE(Fits(limit, R"({"$bigint":"9007199254740994"})"));
  EXPECT_TRUE(
      Fits(R"({"minimum":-1e20})", R"({"$bigint":"-100000000000000000000"})"));
  EXPECT_FALSE(
      Fits(R"({"minimum":-1e20})", R"({"$bigint":"-100000000000000000001"})"));
  EXPECT_TRUE(Fits(R"({"const":18446744073709551616})",
                   R"({"$bigint":"18446744073709551616"})"));
  EXPECT_TRUE(
      Fits(R"({"const":18446744073709551616})", "18446744073709551616.0"));
  EXPECT_TRUE(Fits(R"({"multipleOf":7})",
                   R"({"$bigint":"-700000000000000000000000"})"));
  EXPECT_FALSE(Fits(R"({"multipleOf":7})",
                    R"({"$bigint":"-700000000000000000000001"})"));
  EXPECT_TRUE(Fits(R"({"multipleOf":0.1})", "0.3"));
  EXPECT_FALSE(Fits(R"({"uniqueItems":true})", R"([{"$bigint":"1"},1])"));
}

TEST(RecordSchema, ReferencesAreFollowedAndCyclesAreNull) {
  const std::string schema =
      R"({"properties":{"b":{"type":"object","required":["x"]}}})";
  EXPECT_TRUE(Fits(schema, R"({"a":{"$share":{"x":1}},"b":{"$ref":0}})"));
  EXPECT_FALSE(Fits(schema, R"({"a":{"$share":{"y":1}},"b":{"$ref":0}})"));
  EXPECT_TRUE(Fits(R"({"properties":{"self":{"type":"null"}}})",
                   R"({"$share":{"self":{"$ref":0}}})"));
}

TEST(RecordSchema, MalformedRecordsAreNoSchemaErrors) {
  auto schema = RecordSchema::Compile(R"({"not":{"type":"string"}})", "");
  ASSERT_TRUE(schema.ok());
  SchemaChecker checker(*schema);
  for (const char* hex :
       {"", "82", "8201", "a101", "a16161", "0101", "ff", "a10101", "d81d00"}) {
    const auto checked = checker.Check(*testing::FromHex(hex));
    ASSERT_FALSE(checked.ok()) << hex;
    EXPECT_EQ(checked.error().code, ErrorCode::kRecordMalformed) << hex;
  }
  EXPECT_EQ(
      CheckError("{}", R"({"a":{"$instance":["Unsupported","CryptoKey"]}})")
          .code,
      ErrorCode::kInternal);  // nothing looks at it
  EXPECT_EQ(CheckError(R"({"properties":{"a":{"type":"object"}}})",
                       R"({"a":{"$instance":["Unsupported","CryptoKey"]}})")
                .code,
            ErrorCode::kRecordUnsupported);
}

TEST(RecordSchema, HostileSchemasEndWithinASecond) {
  const ferrite::testing::WithinASecond limit("all of it");
  std::string deep;
  for (int i = 0; i < 10000; ++i) deep += "{\"not\":";
  deep += "{}" + std::string(10000, '}');
  EXPECT_EQ(CompileError(deep).code, ErrorCode::kPlanInvalid);
  EXPECT_EQ(CompileError(R"({"$ref":"#"})").code, ErrorCode::kPlanInvalid);
  EXPECT_EQ(
      CompileError(
          R"({"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"anyOf":[{"$ref":"#/$defs/a"}]}}})")
          .code,
      ErrorCode::kPlanInvalid);
  std::string chain = R"({"$ref":"#/$defs/0","$defs":{)";
  for (int i = 0; i < 10000; ++i) {
    chain += "\"" + std::to_string(i) + "\":{\"$ref\":\"#/$defs/" +
             std::to_string(i + 1) + "\"},";
  }
  chain += R"("10000":{"type":"string"}}})";
  EXPECT_FALSE(Fits(chain, "1"));
  std::string nested;
  for (int i = 0; i < 300; ++i) nested += "[";
  nested += "1" + std::string(300, ']');
  EXPECT_EQ(CheckError(R"({"anyOf":[{"items":{"$ref":"#"},"type":"array"},
                           {"items":{"$ref":"#"},"type":"array"}]})",
                       nested)
                .message,
            "The schema takes too long for this record.");
}

TEST(RecordSchema, RecursesAsDeepAsARecord) {
  std::string nested;
  for (int i = 0; i < 500; ++i) nested += R"({"n":[)";
  nested.resize(250 * 6);
  std::string end;
  for (int i = 0; i < 250; ++i) end += "]}";
  const std::string schema =
      R"({"$ref":"#/$defs/N","$defs":{"N":{"allOf":[{"type":"object"}],
          "properties":{"n":{"items":{"$ref":"#/$defs/N"}}}}}})";
  EXPECT_TRUE(Fits(schema, nested + end));
  EXPECT_FALSE(Fits(schema, nested + "1" + end));
}

}  // namespace
}  // namespace ferrite
