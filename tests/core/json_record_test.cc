#include "tests/support/json_record.h"

#include <gtest/gtest.h>

namespace ferrite::testing {
namespace {

TEST(JsonRecord, ComesBackAsItWas) {
  for (const char* text : {
           "null",
           "true",
           "-9007199254740992",
           "1.5",
           R"("a\u0000b")",
           R"([1,[],{}])",
           R"({"a":1,"b":{"c":null}})",
           R"({"$undefined":true})",
           R"({"$number":"NaN"})",
           R"({"$number":"-0"})",
           R"({"$number":"Infinity"})",
           R"({"$number":"-Infinity"})",
           R"({"$bigint":"0"})",
           R"({"$bigint":"-1"})",
           R"({"$bigint":"-256"})",
           R"({"$bigint":"18446744073709551616"})",
           R"({"$date":-1})",
           R"({"$date":1700000000123})",
           R"({"$date":8640000000000000})",
           R"({"$date":null})",
           R"({"$bytes":""})",
           R"({"$uint8":"00ff"})",
           R"({"$typed":[86,"0000000000000000"]})",
           R"({"$map":[[{"a":1},2],["x",{"$undefined":true}]]})",
           R"({"$set":[1,"1"]})",
           R"({"$regexp":["a/b","gi"]})",
           R"({"$blob":["text/plain","6869"]})",
           R"({"$file":["a.txt","",1,"6869"]})",
           R"({"$error":{"name":"TypeError","message":"x"}})",
           R"({"$array":{"length":9,"entries":{"3":true,"x":1}}})",
           R"({"$string16":[97,55357]})",
           R"({"$object":[["$a",1],["a",2],["a",3],[{"$string16":[56320]},4]]})",
           R"([{"$share":[{"$ref":0}]},{"$ref":0}])",
           R"({"$instance":["Unsupported","FileSystemHandle"]})",
       }) {
    Result<ByteBuffer> encoded = EncodeJson(text);
    ASSERT_TRUE(encoded.ok()) << encoded.error().message;
    EXPECT_EQ(DecodeJsonText(*encoded), text);
  }
}

TEST(JsonRecord, JoinsSurrogatePairs) {
  EXPECT_EQ(DecodeJsonText(*EncodeJson(R"({"$string16":[55357,56832]})")),
            "\"😀\"");
}

TEST(JsonRecord, RefusesWhatIsNoRecord) {
  for (const char* text :
       {"{", R"({"$what":1})", R"({"$number":"7"})", R"({"$bigint":"x"})",
        R"({"$bytes":"0"})", R"({"$map":[[1]]})", R"({"$a":1,"b":2})",
        R"({"$date":"x"})"}) {
    EXPECT_FALSE(EncodeJson(text).ok()) << text;
  }
}

TEST(JsonRecord, ShowsWhatIsMalformedAsBytes) {
  EXPECT_EQ(DecodeJsonText(ByteBuffer{0x82, 0x01}), R"({"$raw":"8201"})");
}

}  // namespace
}  // namespace ferrite::testing
