#include "ferrite/mapper.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/mapping.h"

namespace ferrite::testing {
namespace {

using Row = std::vector<std::string>;

TEST(Mapper, TakesFieldsOutAndKeepsTheRest) {
  Mapping mapping(R"("columns":{"id":"text","city":{"path":"/address/city",
                     "type":"text"}},"primaryKey":["id"])");
  EXPECT_EQ(
      mapping.Row(
          R"({"z":1,"id":"a","address":{"street":"s","city":"c"},"y":[]})"),
      (Row{"t:a", "t:c", R"({"z":1,"address":{"street":"s"},"y":[]})"}));
}

TEST(Mapper, LeavesNothingWhereAllIsTaken) {
  Mapping mapping(R"("columns":{"a":{"path":"/x/y/a","type":"integer"},
                     "b":{"path":"/x/b","type":"integer"}})");
  EXPECT_EQ(mapping.Row(R"({"x":{"y":{"a":1},"b":2}})"),
            (Row{"i:1", "i:1", "i:2", "null"}));
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(R"({"x":{"y":{"a":1},"b":2}})")));
}

TEST(Mapper, KeepsObjectsThatWereEmpty) {
  Mapping mapping(R"("columns":{"a":{"path":"/x/a","type":"integer"}})");
  EXPECT_EQ(mapping.Row(R"({"x":{}})"), (Row{"i:1", "null", R"({"x":{}})"}));
  EXPECT_EQ(mapping.Row("{}"), (Row{"i:1", "null", "null"}));
  for (const char* record : {R"({"x":{}})", "{}", R"({"x":{"a":1}})"}) {
    EXPECT_TRUE(mapping.ComesBack(*mapping.Map(record)));
  }
}

TEST(Mapper, KeepsWhatIsNoPlainObjectWhole) {
  Mapping mapping(R"("columns":{"a":"integer"})");
  for (const char* record :
       {"5", "null", R"("text")", R"([{"a":1}])", R"({"$map":[["a",1]]})",
        R"({"$error":{"a":1}})", R"({"$date":0})"}) {
    EXPECT_EQ(mapping.Row(record), (Row{"i:1", "null", record}));
    EXPECT_TRUE(mapping.ComesBack(*mapping.Map(record)));
  }
}

TEST(Mapper, ShowsWhatItReachesThroughArrays) {
  Mapping mapping(R"("columns":{"first":{"path":"/tags/0","type":"text"},
                     "deep":{"path":"/tags/1/name","type":"text"},
                     "named":{"path":"/tags/x","type":"text"}})");
  const char* record = R"({"tags":["a",{"name":"n"},"c"]})";
  EXPECT_EQ(mapping.Row(record), (Row{"i:1", "t:a", "t:n", "null", record}));
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(record)));
  // The same paths through an object take.
  EXPECT_EQ(mapping.Row(R"({"tags":{"0":"a"}})"),
            (Row{"i:1", "t:a", "null", "null", "null"}));
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(R"({"tags":{"0":"a"}})")));
}

TEST(Mapper, ShowsItemsOfRecordsThatAreArrays) {
  Mapping mapping(R"("columns":{"second":{"path":"/1","type":"integer"}})");
  EXPECT_EQ(mapping.Row("[1,2,3]"), (Row{"i:1", "i:2", "[1,2,3]"}));
  EXPECT_EQ(mapping.Row("[1]"), (Row{"i:1", "null", "[1]"}));
}

TEST(Mapper, LetsTheFirstOfTwoColumnsWithOnePathTake) {
  Mapping mapping(R"("columns":{"big":{"path":"/n","type":"bigint"},
                     "n":"integer"})");
  // The first cannot hold a Number exactly, so it stays, though the second
  // could.
  EXPECT_EQ(mapping.Row(R"({"n":5})"),
            (Row{"i:1", "i:5", "i:5", R"({"n":5})"}));
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(R"({"n":5})")));
  Mapping other(R"("columns":{"n":"integer",
                   "big":{"path":"/n","type":"bigint"}})");
  EXPECT_EQ(other.Row(R"({"n":5})"), (Row{"i:1", "i:5", "i:5", "null"}));
  EXPECT_TRUE(other.ComesBack(*other.Map(R"({"n":5})")));
}

TEST(Mapper, ShowsBelowAColumnThatMayTakeTheWhole) {
  Mapping mapping(R"("columns":{"city":{"path":"/a/city","type":"text"},
                     "a":"json"})");
  const char* taken = R"({"a":{"city":"c","n":1}})";
  EXPECT_EQ(mapping.Row(taken),
            (Row{"i:1", "t:c", R"(t:{"city":"c","n":1})", "null"}));
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(taken)));
  // All fields of /a have columns, but /a is not exact: it stays whole.
  const char* shown = R"({"a":{"city":{"$undefined":true}}})";
  EXPECT_EQ(mapping.Row(shown), (Row{"i:1", "null", "t:{}", shown}));
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(shown)));
}

TEST(Mapper, TakesWholeRecords) {
  Mapping mapping(R"("columns":{"doc":{"path":"","type":"json"},"id":"text"})");
  EXPECT_EQ(mapping.Row(R"({"id":"a","n":[1]})"),
            (Row{"i:1", R"(t:{"id":"a","n":[1]})", "t:a", "null"}));
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(R"({"id":"a","n":[1]})")));
  for (const char* record :
       {"null", R"({"$undefined":true})", "{}", R"({"id":null})", "[]",
        R"({"id":"a","d":{"$date":0}})"}) {
    EXPECT_TRUE(mapping.ComesBack(*mapping.Map(record))) << record;
  }
}

TEST(Mapper, ShowsTheColumnsOfRecordsWithReferences) {
  Mapping mapping(R"("columns":{"name":{"path":"/b/name","type":"text"},
                     "all":{"path":"/b","type":"json"},"n":"integer"})");
  const char* shared =
      R"({"n":1,"a":{"$share":{"name":"x","t":[1]}},"b":{"$ref":0}})";
  EXPECT_EQ(mapping.Row(shared),
            (Row{"i:1", "t:x", R"(t:{"name":"x","t":[1]})", "i:1", shared}));
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(shared)));

  const char* cycle =
      R"({"$share":{"b":{"name":"x","up":{"$ref":0}},"n":{"$number":"-0"}}})";
  EXPECT_EQ(mapping.Row(cycle),
            (Row{"i:1", "t:x",
                 R"(t:{"name":"x","up":{"b":{"name":"x","up":null},"n":0}})",
                 "i:0", cycle}));
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(cycle)));
}

TEST(Mapper, ShowsViewsOfSharedBuffers) {
  Mapping mapping(R"("columns":{"v":"blob"})");
  const char* record =
      R"({"buffer":{"$share":{"$bytes":"00010203"}},
          "v":{"$instance":["Uint8Array",{"$ref":0},1,2]}})";
  EXPECT_EQ(mapping.Row(record)[1], "b:0102");
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(record)));
}

TEST(Mapper, BoundsTheTextOfReferences) {
  // Each level names the one below ten times.
  std::string record = R"({"$share":["leaf"]})";
  for (int level = 0; level < 20; ++level) {
    std::string next = R"({"$share":[)" + record;
    for (int i = 1; i < 10; ++i) {
      // Tag 28 counts from the outside: the level below is the next index.
      next += R"(,{"$ref":)" + std::to_string(20 - level) + "}";
    }
    record = next + "]}";
  }
  Mapping mapping(R"("columns":{"v":{"path":"","type":"json"}})");
  const auto row = mapping.Map(record);
  ASSERT_TRUE(row.ok()) << row.error().ToJson();
  EXPECT_LT((*row)[1].bytes.size(), size_t{3} << 20);
  EXPECT_TRUE(mapping.ComesBack(*row));
}

TEST(Mapper, SaysWhichFieldDoesNotFit) {
  Mapping mapping(R"("columns":{"n":{"path":"/a~1b/~0","type":"integer"}})");
  const auto row = mapping.Map(R"({"a/b":{"~":"text"}})");
  ASSERT_FALSE(row.ok());
  EXPECT_EQ(row.error().code, ErrorCode::kTypeMismatch);
  EXPECT_EQ(row.error().path, "/a~1b/~0");
  EXPECT_EQ(row.error().message,
            "Found a string for the column \"n\" of type integer.");
}

TEST(Mapper, RequiresValues) {
  Mapping mapping(R"("columns":{"id":"text","at":{"path":"/x/at",
                     "type":"datetime","notNull":true}},"primaryKey":["id"])");
  EXPECT_EQ(mapping.Row(R"({"x":{"at":{"$date":0}}})"), Row{"not_null /id"});
  EXPECT_EQ(mapping.Row(R"({"id":null,"x":{"at":{"$date":0}}})"),
            Row{"not_null /id"});
  EXPECT_EQ(mapping.Row(R"({"id":"a"})"), Row{"not_null /x/at"});
  EXPECT_EQ(mapping.Row(R"({"id":"a","x":{"at":{"$date":null}}})"),
            Row{"not_null /x/at"});
  EXPECT_EQ(mapping.Row(R"({"id":"a","x":{"at":{"$date":0}}})"),
            (Row{"t:a", "i:0", "null"}));
}

TEST(Mapper, AcceptsLongValuesThatLieInTheScratch) {
  Mapping mapping(R"("columns":{"v":{"type":"json","notNull":true},
                     "w":{"path":"/v","type":"json"}},"primaryKey":["v"])");
  EXPECT_EQ(mapping.Row(R"({"v":[1]})"), (Row{"t:[1]", "t:[1]", "null"}));
}

TEST(Mapper, DropsUnmappedFields) {
  Mapping mapping(R"("columns":{"id":"text","b":"blob"},"unmapped":"drop")");
  const char* record = R"({"id":"a","x":1,"b":{"$bytes":"01"},"y":{"z":null}})";
  EXPECT_EQ(mapping.Row(record), (Row{"i:1", "t:a", "b:01"}));
  Writer out;
  EXPECT_EQ(mapping.mapper().Rebuild(*mapping.Map(record), &out).error().code,
            ErrorCode::kState);
}

TEST(Mapper, FailsOnUnmappedFields) {
  Mapping mapping(R"("columns":{"id":"text","c":{"path":"/a/c",
                     "type":"real"},"b":"blob"},"unmapped":"fail")");
  EXPECT_EQ(mapping.Row(R"({"id":"a","a":{"c":1}})"),
            (Row{"i:1", "t:a", "r:1", "null"}));
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(R"({"id":"a","a":{"c":1}})")));
  EXPECT_EQ(mapping.Row(R"({"id":"a","x/y":1,"z":2})"),
            Row{"constraint /x~1y"});
  EXPECT_EQ(mapping.Row(R"({"id":"a","a":{"c":1,"d":2}})"),
            Row{"constraint /a/d"});
  EXPECT_EQ(mapping.Row(R"({"id":null})"), Row{"constraint /id"});
  EXPECT_EQ(mapping.Row(R"({"a":{"c":{"$number":"-0"}}})"),
            Row{"constraint /a/c"});
  EXPECT_EQ(mapping.Row(R"({"a":{}})"), Row{"constraint /a"});
  EXPECT_EQ(mapping.Row(R"({"b":{"$bytes":"00"}})"), Row{"constraint /b"});
  EXPECT_EQ(mapping.Row("5"), Row{"constraint "});
}

TEST(Mapper, RefusesUnsupportedValuesAnywhere) {
  Mapping mapping(
      R"("columns":{"a":"json","o":{"path":"/p/o","type":"text"}})");
  const std::string bad = R"({"$instance":["Unsupported","CryptoKey"]})";
  EXPECT_EQ(mapping.Row(bad), Row{"record_unsupported "});
  EXPECT_EQ(mapping.Row(R"({"a":[1,{"k":)" + bad + "}]}"),
            Row{"record_unsupported /a/1/k"});
  EXPECT_EQ(mapping.Row(R"({"x":1,"y~":{"$set":[1,)" + bad + "]}}"),
            Row{"record_unsupported /y~0/1"});
  EXPECT_EQ(mapping.Row(R"({"p":{"q":)" + bad + "}}"),
            Row{"record_unsupported /p/q"});
  EXPECT_EQ(mapping.Row(R"({"x":{"$share":{}},"p":)" + bad + "}"),
            Row{"record_unsupported /p"});
  EXPECT_EQ(mapping.Map(bad).error().message,
            "A value of type \"CryptoKey\" cannot be carried.");
}

TEST(Mapper, RefusesMalformedRecords) {
  Mapping mapping(R"("columns":{"a":"integer","d":{"path":"/b/d",
                     "type":"text"}})");
  EXPECT_EQ(mapping.Row(R"({"$object":[["a",1],["a",2]]})"),
            Row{"record_malformed /a"});
  EXPECT_EQ(mapping.Row(R"({"$object":[["b",{}],["b",{}]]})"),
            Row{"record_malformed /b"});
  EXPECT_EQ(mapping.Row(R"({"x":{"$instance":["Taken"]}})"),
            Row{"record_malformed "});
  EXPECT_EQ(mapping.Row(R"({"a":{"$ref":0}})"), Row{"record_malformed "});
  EXPECT_EQ(mapping.Row(R"({"$raw":"a1"})"), Row{"record_malformed "});
  EXPECT_EQ(mapping.Row(R"({"$raw":"a0a0"})"), Row{"record_malformed "});
  EXPECT_EQ(mapping.Row(R"({"$raw":"a10102"})"), Row{"record_malformed "});
  EXPECT_EQ(mapping.Row(R"({"$raw":""})"), Row{"record_malformed "});
  // {"x": {1: 2}}
  EXPECT_EQ(mapping.Row(R"({"$raw":"a16178a10102"})"),
            Row{"record_malformed "});
}

TEST(Mapper, RefusesRecordsThatAreTooDeep) {
  Mapping mapping(R"("columns":{"x":{"path":"/a/a/a","type":"json"}})");
  const auto nested = [](int depth) {
    std::string record = "[]";
    for (int i = 1; i < depth; ++i) record = R"({"a":)" + record + "}";
    return record;
  };
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(nested(512))));
  EXPECT_EQ(mapping.Row(nested(513)), Row{"record_malformed "});
}

TEST(Mapper, MapsKeys) {
  Mapping mapping("");
  const auto key = [&](const char* given) {
    return mapping.Row("{}", given)[0];
  };
  EXPECT_EQ(key(R"("k")"), "t:k");
  EXPECT_EQ(key("5"), "i:5");
  EXPECT_EQ(key("0.5"), "r:0.5");
  EXPECT_EQ(key(R"({"$number":"-0"})"), "i:0");
  EXPECT_EQ(key(R"({"$number":"-Infinity"})"), "r:-inf");
  EXPECT_EQ(key("1e300"), "r:1.0000000000000001e+300");
  EXPECT_EQ(key(R"({"$string16":[55357]})"), "b:30eda0bd00");
  EXPECT_EQ(key(R"({"$bytes":"0a"})"), "b:400a00");
  EXPECT_EQ(key(R"(["a"])"),
            "b:50306100"
            "00");
  EXPECT_EQ(key(R"({"$date":0})"), "b:208000000000000000");
  EXPECT_EQ(key(R"({"$number":"NaN"})"), "record_malformed $key");
  EXPECT_EQ(key("{}"), "record_malformed $key");
}

TEST(Mapper, MapsKeysAsTextOrInteger) {
  Mapping text(R"("columns":{"k":{"path":"$key","type":"text"}},
                  "primaryKey":["k"])");
  EXPECT_EQ(text.Row("{}", R"("a")"), (Row{"t:a", "null"}));
  EXPECT_EQ(text.Row("{}", R"({"$string16":[55357]})"),
            (Row{"b:eda0bd", "null"}));
  EXPECT_EQ(text.Row("{}", "1"), Row{"type_mismatch $key"});
  Mapping integer(R"("columns":{"k":{"path":"$key","type":"integer"}},
                     "primaryKey":["k"])");
  EXPECT_EQ(integer.Row("{}", "7"), (Row{"i:7", "null"}));
  EXPECT_EQ(integer.Row("{}", "7.5"), Row{"type_mismatch $key"});
  EXPECT_EQ(integer.Row("{}", R"("7")"), Row{"type_mismatch $key"});
}

TEST(Mapper, TakesKeysByTextOrPrefix) {
  const auto takes = [](const char* local, const char* key) {
    const Plan plan =
        MustParse(R"({"ferrite":1,"name":"p","tables":[{"name":"t","from":)"
                  R"({"localStorage":)" +
                  std::string(local) + "}}]}");
    return Mapper(plan, 0).Takes(0, *EncodeJson(key));
  };
  EXPECT_TRUE(takes("true", R"("x")"));
  EXPECT_TRUE(takes(R"({"key":"a\u0000b"})", R"("a\u0000b")"));
  EXPECT_FALSE(takes(R"({"key":"a"})", R"("ab")"));
  EXPECT_TRUE(takes(R"({"prefix":"a."})", R"("a.b")"));
  EXPECT_TRUE(takes(R"({"prefix":"a."})", R"("a.")"));
  EXPECT_FALSE(takes(R"({"prefix":"a."})", R"("A.b")"));
  EXPECT_TRUE(takes(R"({"prefix":""})", R"("x")"));
  EXPECT_TRUE(takes(R"({"prefix":"a"})", R"({"$string16":[97,55357]})"));
  EXPECT_FALSE(takes(R"({"prefix":"1"})", "1"));
}

TEST(Mapper, MatchesNamesByTheirText) {
  Mapping mapping(R"("columns":{"nul":{"path":"/a\u0000b","type":"integer"},
                     "é":"integer","none":{"path":"/","type":"integer"}})");
  const char* record = R"({"a\u0000b":1,"é":2,"":3,"a":4})";
  EXPECT_EQ(mapping.Row(record),
            (Row{"i:1", "i:1", "i:2", "i:3", R"({"a":4})"}));
  EXPECT_TRUE(mapping.ComesBack(*mapping.Map(record)));
}

TEST(Mapper, TakesFieldsInAnyOrder) {
  Mapping mapping(R"("columns":{"a":"integer","b":"integer","c":"integer"})");
  for (const char* record :
       {R"({"a":1,"b":2,"c":3})", R"({"c":3,"b":2,"a":1})",
        R"({"b":2,"x":0,"c":3,"a":1})", R"({"c":3,"a":1,"b":2})"}) {
    const Row row = mapping.Row(record);
    EXPECT_EQ(Row(row.begin(), row.end() - 1),
              (Row{"i:1", "i:1", "i:2", "i:3"}));
    EXPECT_TRUE(mapping.ComesBack(*mapping.Map(record)));
  }
}

TEST(Mapper, HashesCellsByTypeAndValue) {
  Mapping mapping("");
  Mapper& mapper = mapping.mapper();
  const auto hash = [&](std::vector<Cell> cells) {
    return mapper.HashRow(cells).ToHex();
  };
  const uint8_t one[] = {'1'};
  const std::vector<std::string> hashes = {
      hash({}),
      hash({Cell::Null()}),
      hash({Cell::Integer(1)}),
      hash({Cell::Real(1)}),
      hash({Cell::Text("1")}),
      hash({Cell::Blob(one)}),
      hash({Cell::Integer(1), Cell::Null()}),
      hash({Cell::Null(), Cell::Integer(1)}),
      hash({Cell::Integer(INT64_MIN)}),
      hash({Cell::Integer(INT64_MAX)}),
  };
  EXPECT_EQ(std::set<std::string>(hashes.begin(), hashes.end()).size(),
            hashes.size());
  // [1.5, "é", 1, null, h'00'] as core/doc/record-encoding.md says.
  const uint8_t zero[] = {0};
  const uint8_t bytes[] = {0x85, 0xfb, 0x3f, 0xf8, 0,    0,    0,    0,   0,
                           0,    0x62, 0xc3, 0xa9, 0x01, 0xf6, 0x41, 0x00};
  EXPECT_EQ(hash({Cell::Real(1.5), Cell::Text("é"), Cell::Integer(1),
                  Cell::Null(), Cell::Blob(zero)}),
            HashBytes(bytes).ToHex());
}

TEST(Mapper, RefusesRowsThatSomebodyChanged) {
  Mapping mapping(R"("columns":{"n":"integer","j":"json","b":"blob"})");
  const auto code = [&](std::vector<Cell> row) {
    Writer out;
    out.Null();
    const auto done = mapping.mapper().Rebuild(row, &out);
    EXPECT_EQ(out.size(), 1u);
    return done.ok() ? "ok" : std::string(ErrorText(done.error().code));
  };
  const Cell null = Cell::Null(), key = Cell::Integer(1);
  const uint8_t item[] = {0xa1, 0x61, 'b', 0xd8, 0x1b, 0x81,
                          0x65, 'T',  'a', 'k',  'e',  'n'};
  const uint8_t broken[] = {0xa1};
  EXPECT_EQ(code({key, null, null}), "invalid_argument");
  EXPECT_EQ(code({key, Cell::Text("x"), null, null, null}), "type_mismatch");
  EXPECT_EQ(code({key, Cell::Integer(INT64_MAX), null, null, null}),
            "type_mismatch");
  EXPECT_EQ(code({key, null, Cell::Text("{"), null, null}), "type_mismatch");
  EXPECT_EQ(code({key, null, null, null, Cell::Blob(item)}), "type_mismatch");
  EXPECT_EQ(code({key, null, null, null, Cell::Blob(broken)}),
            "record_malformed");
  EXPECT_EQ(code({key, null, null, null, Cell::Text("x")}), "record_malformed");
}

}  // namespace
}  // namespace ferrite::testing
