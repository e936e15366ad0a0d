// Every cell of the table in core/doc/plan.md, "Column types".
#include <gtest/gtest.h>

#include "tests/support/mapping.h"

namespace ferrite::testing {
namespace {

enum class Expect { kExact, kBytes, kShown, kMismatch };

struct Case {
  const char* type;
  const char* value;
  Expect expect;
  const char* cell = "";
};

constexpr Expect kExact = Expect::kExact, kBytes = Expect::kBytes,
                 kShown = Expect::kShown, kMismatch = Expect::kMismatch;

const Case kCases[] = {
    {"text", R"("")", kExact, "t:"},
    {"text", R"("é😀")", kExact, "t:é😀"},
    {"text", R"({"$string16":[97,55357]})", kExact, "b:61eda0bd"},
    {"text", "null", kShown, "null"},
    {"text", R"({"$undefined":true})", kShown, "null"},
    {"text", "1", kMismatch},
    {"text", "true", kMismatch},
    {"text", R"({"$date":0})", kMismatch},
    {"text", "{}", kMismatch},
    {"text", "[]", kMismatch},
    {"text", R"({"$instance":["String","x"]})", kMismatch},

    {"integer", "0", kExact, "i:0"},
    {"integer", "9007199254740992", kExact, "i:9007199254740992"},
    {"integer", "-9007199254740992", kExact, "i:-9007199254740992"},
    {"integer", R"({"$number":"-0"})", kShown, "i:0"},
    {"integer", "null", kShown, "null"},
    {"integer", "1.5", kMismatch},
    {"integer", "1e300", kMismatch},
    {"integer", R"({"$number":"NaN"})", kMismatch},
    {"integer", R"({"$number":"Infinity"})", kMismatch},
    {"integer", R"({"$bigint":"1"})", kMismatch},
    {"integer", R"("1")", kMismatch},
    {"integer", "true", kMismatch},
    {"integer", R"({"$date":1})", kMismatch},

    {"real", "1.5", kExact, "r:1.5"},
    {"real", "3", kExact, "r:3"},
    {"real", "5e-324", kExact, "r:4.9406564584124654e-324"},
    {"real", "9007199254740992", kExact, "r:9007199254740992"},
    {"real", R"({"$number":"-0"})", kShown, "r:0"},
    {"real", R"({"$number":"NaN"})", kShown, "null"},
    {"real", R"({"$number":"Infinity"})", kShown, "r:inf"},
    {"real", R"({"$number":"-Infinity"})", kShown, "r:-inf"},
    {"real", "1e300", kShown, "r:1.0000000000000001e+300"},
    {"real", "null", kShown, "null"},
    {"real", R"("1")", kMismatch},
    {"real", R"({"$bigint":"1"})", kMismatch},

    {"boolean", "true", kExact, "i:1"},
    {"boolean", "false", kExact, "i:0"},
    {"boolean", R"({"$undefined":true})", kShown, "null"},
    {"boolean", "1", kMismatch},
    {"boolean", R"({"$instance":["Boolean",true]})", kMismatch},

    {"datetime", R"({"$date":0})", kExact, "i:0"},
    {"datetime", R"({"$date":-1})", kExact, "i:-1"},
    {"datetime", R"({"$date":1700000000123})", kExact, "i:1700000000123"},
    {"datetime", R"({"$date":2251799813685247})", kExact, "i:2251799813685247"},
    {"datetime", R"({"$date":2251799813685248})", kExact, "i:2251799813685248"},
    {"datetime", R"({"$date":-8640000000000000})", kExact,
     "i:-8640000000000000"},
    {"datetime", R"({"$date":null})", kShown, "null"},
    {"datetime", "1700000000123", kShown, "i:1700000000123"},
    {"datetime", R"({"$number":"-0"})", kShown, "i:0"},
    {"datetime", "1.5", kMismatch},
    {"datetime", "1e300", kMismatch},
    {"datetime", R"({"$number":"NaN"})", kMismatch},
    {"datetime", R"("2024-01-01")", kMismatch},

    {"bigint", R"({"$bigint":"0"})", kExact, "i:0"},
    {"bigint", R"({"$bigint":"9223372036854775807"})", kExact,
     "i:9223372036854775807"},
    {"bigint", R"({"$bigint":"-9223372036854775808"})", kExact,
     "i:-9223372036854775808"},
    {"bigint", R"({"$bigint":"9223372036854775808"})", kShown,
     "t:9223372036854775808"},
    {"bigint", R"({"$bigint":"-9223372036854775809"})", kShown,
     "t:-9223372036854775809"},
    {"bigint", R"({"$bigint":"100000000000000000000000000000"})", kShown,
     "t:100000000000000000000000000000"},
    {"bigint", "5", kShown, "i:5"},
    {"bigint", "1e18", kShown, "i:1000000000000000000"},
    {"bigint", R"({"$number":"-0"})", kShown, "i:0"},
    {"bigint", "1e19", kMismatch},
    {"bigint", "0.5", kMismatch},
    {"bigint", R"({"$number":"NaN"})", kMismatch},
    {"bigint", R"("5")", kMismatch},

    {"blob", R"({"$uint8":"00ff"})", kExact, "b:00ff"},
    {"blob", R"({"$uint8":""})", kExact, "b:"},
    {"blob", R"({"$bytes":"0102"})", kBytes, "b:0102"},
    {"blob", R"({"$bytes":""})", kBytes, "b:"},
    {"blob", R"({"$blob":["text/plain","6869"]})", kBytes, "b:6869"},
    {"blob", R"({"$file":["a.txt","text/plain",5,"6869"]})", kBytes, "b:6869"},
    {"blob", R"({"$typed":[69,"0100"]})", kShown, "b:0100"},
    {"blob", R"({"$instance":["ArrayBuffer",{"$bytes":"0102"},16]})", kShown,
     "b:0102"},
    {"blob", R"({"$instance":["Uint8Array",{"$bytes":"00010203"},1,2]})",
     kShown, "b:0102"},
    {"blob", R"({"$instance":["Uint16Array",{"$bytes":"00010203"},2,1]})",
     kShown, "b:0203"},
    {"blob", R"({"$instance":["DataView",{"$bytes":"00010203"},3,1]})", kShown,
     "b:03"},
    {"blob",
     R"({"$instance":["DataView",{"$instance":["ArrayBuffer",{"$bytes":"0001"},9]},1,1]})",
     kShown, "b:01"},
    {"blob", R"({"$instance":["Uint8Array",{"$bytes":"0001"},1,2]})",
     kMismatch},
    {"blob", "null", kShown, "null"},
    {"blob", R"("text")", kMismatch},
    {"blob", "[1]", kMismatch},

    {"json", "1", kExact, "t:1"},
    {"json", R"("a\"\\\n\u0000\u001fé")", kExact,
     R"(t:"a\"\\\n\u0000\u001fé")"},
    {"json", "true", kExact, "t:true"},
    {"json", R"([1,null,false,"x",{}])", kExact, R"(t:[1,null,false,"x",{}])"},
    {"json", R"({"b":1.5,"a":{"c":[]}})", kExact,
     R"(t:{"b":1.5,"a":{"c":[]}})"},
    {"json", "0.1", kExact, "t:0.1"},
    {"json", "-1.5e-7", kExact, "t:-1.5e-07"},
    {"json", "null", kShown, "null"},
    {"json", R"({"$undefined":true})", kShown, "null"},
    {"json", R"({"$number":"-0"})", kShown, "t:0"},
    {"json", R"([{"$number":"NaN"},{"$number":"Infinity"}])", kShown,
     "t:[null,null]"},
    {"json", "1e300", kShown, "t:1e+300"},
    {"json", R"([{"$undefined":true}])", kShown, "t:[null]"},
    {"json", R"({"a":{"$undefined":true},"b":1})", kShown, R"(t:{"b":1})"},
    {"json", R"({"$string16":[97,55357]})", kShown, "t:\"a\xef\xbf\xbd\""},
    {"json", R"({"$object":[[{"$string16":[55357]},1]]})", kShown,
     "t:{\"\xef\xbf\xbd\":1}"},
    {"json", R"({"$date":1704164645678})", kShown,
     R"(t:"2024-01-02T03:04:05.678Z")"},
    {"json", R"({"$date":null})", kShown, "t:null"},
    {"json", R"({"$bigint":"-18446744073709551616"})", kShown,
     R"(t:"-18446744073709551616")"},
    {"json", R"({"$map":[["k",1],[2,{"a":1}]]})", kShown,
     R"(t:[["k",1],[2,{"a":1}]])"},
    {"json", R"({"$set":[1,"x"]})", kShown, R"(t:[1,"x"])"},
    {"json", R"({"$bytes":"666f6f"})", kShown, R"(t:"Zm9v")"},
    {"json", R"({"$uint8":"666f"})", kShown, R"(t:"Zm8=")"},
    {"json", R"({"$blob":["t","66"]})", kShown, R"(t:"Zg==")"},
    {"json", R"({"$regexp":["a\"b","gi"]})", kShown, R"(t:"/a\"b/gi")"},
    {"json", R"({"$error":{"name":"TypeError","message":"m"}})", kShown,
     R"(t:{"name":"TypeError","message":"m"})"},
    {"json", R"({"$array":{"length":3,"entries":{"1":"x"}}})", kShown,
     R"(t:{"1":"x"})"},
    {"json", R"({"$instance":["Number",5]})", kShown, "t:5"},
    {"json", R"([{"$instance":["DataView",{"$bytes":"00666f6f"},1,3]},2])",
     kShown, R"(t:["Zm9v",2])"},

    {"any", R"("x")", kExact, "t:x"},
    {"any", R"({"$string16":[56320]})", kExact, "b:edb080"},
    {"any", "5", kExact, "i:5"},
    {"any", "0.5", kExact, "r:0.5"},
    {"any", R"({"$number":"-0"})", kShown, "i:0"},
    {"any", R"({"$number":"NaN"})", kShown, "null"},
    {"any", R"({"$number":"Infinity"})", kShown, "r:inf"},
    {"any", "1e300", kShown, "r:1.0000000000000001e+300"},
    {"any", "true", kShown, "i:1"},
    {"any", R"({"$date":5})", kShown, "i:5"},
    {"any", R"({"$date":null})", kShown, "null"},
    {"any", "null", kShown, "null"},
    {"any", R"({"$bigint":"1"})", kMismatch},
    {"any", "{}", kMismatch},
    {"any", R"({"$uint8":"00"})", kMismatch},
};

// What the lossless column holds where the bytes moved into the column.
std::string WithoutBytes(const std::string& value) {
  if (value.starts_with(R"({"$blob")")) {
    return R"({"$instance":["Blob","text/plain",{"$instance":["Taken"]}]})";
  }
  if (value.starts_with(R"({"$file")")) {
    return R"({"$instance":["File","a.txt","text/plain",5,)"
           R"({"$instance":["Taken"]}]})";
  }
  return R"({"$instance":["Taken"]})";
}

std::string Canonical(const std::string& json) {
  return DecodeJsonText(EncodeJson(json).value());
}

void HoldsShowsOrRefuses(const Case& given) {
  Mapping mapping(std::string(R"("columns":{"v":")") + given.type + "\"}");
  const std::string record = std::string(R"({"v":)") + given.value + "}";
  const std::vector<std::string> row = mapping.Row(record);
  if (given.expect == kMismatch) {
    EXPECT_EQ(row, std::vector<std::string>{"type_mismatch /v"});
    return;
  }
  const std::string left = given.expect == kExact ? "null"
                           : given.expect == kShown
                               ? Canonical(record)
                               : R"({"v":)" + WithoutBytes(given.value) + "}";
  EXPECT_EQ(row, (std::vector<std::string>{"i:1", given.cell, left}));
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(record)));
}

// The same value as the whole record, and inside a nested object.
void ComesBackFromAnyPlace(const Case& given) {
  if (given.expect == kMismatch) return;
  const std::string type = std::string(R"("type":")") + given.type + "\"";
  Mapping whole(R"("columns":{"v":{"path":"",)" + type + "}}");
  EXPECT_TRUE(whole.ComesBack(*whole.Map(given.value))) << given.value;
  Mapping nested(R"("columns":{"v":{"path":"/a/b~1c",)" + type + "}}");
  EXPECT_TRUE(nested.ComesBack(*nested.Map(
      std::string(R"({"x":1,"a":{"b/c":)") + given.value + R"(}})")));
}

// Loops, since a test of its own for each case is a process of its own.
TEST(ColumnTypes, HoldShowOrRefuse) {
  for (const Case& given : kCases) {
    SCOPED_TRACE(std::string(given.type) + " " + given.value);
    HoldsShowsOrRefuses(given);
  }
}

TEST(ColumnTypes, ComeBackFromAnyPlace) {
  for (const Case& given : kCases) {
    SCOPED_TRACE(std::string(given.type) + " " + given.value);
    ComesBackFromAnyPlace(given);
  }
}

}  // namespace
}  // namespace ferrite::testing
