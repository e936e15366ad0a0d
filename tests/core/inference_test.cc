#include "ferrite/inference.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "ferrite/migration.h"
#include "tests/support/memory_host.h"
#include "tests/support/shop.h"

namespace ferrite::testing {
namespace {

using Json = nlohmann::ordered_json;

Json Report(MemoryHost* host, uint64_t sample_size = 2000,
            uint32_t batch_bytes = 1 << 20) {
  InferenceOptions options;
  options.sample_size = sample_size;
  options.batch_bytes = batch_bytes;
  auto pass = BeginInference(host->States(), options);
  EXPECT_TRUE(pass.ok());
  const Result<void> driven = host->Drive(pass->get());
  EXPECT_TRUE(driven.ok()) << driven.error().message;
  return Json::parse((*pass)->ReportJson());
}

Json Infer(MemoryHost* host, uint64_t sample_size = 2000) {
  return Report(host, sample_size)["plan"];
}

MemorySource Store(const std::string& name, const std::string& info) {
  return MemorySource::IndexedDb("app", name, info);
}

const Json& TableOf(const Json& plan, const std::string& name) {
  for (const Json& table : plan["tables"]) {
    if (table["name"] == name) return table;
  }
  ADD_FAILURE() << "no table " << name << " in " << plan.dump(1);
  static const Json kNone = Json::object();
  return kNone;
}

std::string Comment(const Json& column) { return column.value("$comment", ""); }

bool Says(const Json& column, const std::string& text) {
  return Comment(column).find(text) != std::string::npos;
}

// `count` records {"id": i, "field": value}.
MemoryHost OneField(const std::vector<std::string>& values) {
  MemoryHost host;
  MemorySource store = Store("things", R"({"keyPath":"id"})");
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string id = std::to_string(i + 1);
    store.Put(id, values[i].empty()
                      ? "{\"id\":" + id + "}"
                      : "{\"id\":" + id + ",\"field\":" + values[i] + "}");
  }
  host.sources.push_back(std::move(store));
  return host;
}

Json FieldOf(const std::vector<std::string>& values) {
  MemoryHost host = OneField(values);
  return TableOf(Infer(&host), "things")["columns"]["field"];
}

std::string TypeOf(const std::vector<std::string>& values) {
  return FieldOf(values).value("type", "none");
}

TEST(Inference, ChoosesTheTypeWhoseExactValuesCoverAllThatWasSeen) {
  EXPECT_EQ(TypeOf({"\"a\"", "null", ""}), "text");
  EXPECT_EQ(TypeOf({"1", "2"}), "integer");
  EXPECT_EQ(TypeOf({"1", "2.5"}), "real");
  EXPECT_EQ(TypeOf({"true", "false"}), "boolean");
  EXPECT_EQ(TypeOf({R"({"$date": 5})"}), "datetime");
  EXPECT_EQ(TypeOf({R"({"$bigint": "5"})"}), "bigint");
  EXPECT_EQ(TypeOf({R"({"$uint8": "0a"})", R"({"$bytes": "0b"})"}), "blob");
  EXPECT_EQ(TypeOf({"\"123e4567-e89b-12d3-a456-426614174000\""}), "uuid");
  EXPECT_EQ(TypeOf({"1", "\"a\""}), "any");
  EXPECT_EQ(TypeOf({"null", R"({"$undefined": true})"}), "any");
  EXPECT_EQ(TypeOf({"1", "[2]"}), "json");
  EXPECT_EQ(TypeOf({"1", "true"}), "json");
  EXPECT_EQ(TypeOf({R"({"$map": [[1, 2]]})"}), "json");
}

TEST(Inference, LetsNoTypedColumnSendARecordToTheLedger) {
  MemoryHost host = Shop(200);
  const Json plan = Infer(&host);
  for (const Json& table : plan["tables"]) {
    const Json key = table.value("primaryKey", Json::array());
    for (const auto& [name, column] : table["columns"].items()) {
      const bool is_key = std::find(key.begin(), key.end(), name) != key.end();
      const bool is_fixed = column.value("path", "").starts_with("$") ||
                            column.contains("record");
      if (is_key || is_fixed || column["type"] == "json") continue;
      EXPECT_EQ(column.value("onMismatch", ""), "null") << name;
      EXPECT_FALSE(column.contains("notNull")) << name;
    }
  }
}

TEST(Inference, ConvertsDatesInTextsOnlyWhenNoTextWouldChange) {
  const Json exact = FieldOf({"\"2024-02-29T10:20:30.400Z\""});
  EXPECT_EQ(exact["type"], "datetime");
  EXPECT_EQ(exact["convert"], "iso");
  const Json zoned = FieldOf(
      {"\"2024-02-29T10:20:30+01:00\"", "\"2024-02-29T10:20:30.400Z\""});
  EXPECT_EQ(zoned["type"], "datetime-text");
  EXPECT_EQ(zoned["convert"], "iso");
  const Json local =
      FieldOf({"\"2024-02-29\"", "\"2024-02-29T10:20\"", "\"2024-02-28\""});
  EXPECT_EQ(local["type"], "text");
  EXPECT_FALSE(local.contains("convert"));
  EXPECT_TRUE(Says(local, "without time or zone"));
  EXPECT_EQ(TypeOf({"\"2023-02-29T10:20:30.400Z\""}), "text");
  EXPECT_EQ(TypeOf({"\"2024-02-29T10:20:30.400Z\"", "\"soon\""}), "text");
}

TEST(Inference, SuggestsDatesInNumbersWithoutConvertingThem) {
  const Json milliseconds = FieldOf({"1700000000000", "1600000000000"});
  EXPECT_EQ(milliseconds["type"], "integer");
  EXPECT_TRUE(Says(milliseconds, "\"convert\": \"milliseconds\""));
  EXPECT_TRUE(Says(FieldOf({"1700000000"}), "\"convert\": \"seconds\""));
  EXPECT_FALSE(Says(FieldOf({"1700000000", "5"}), "convert"));
}

TEST(Inference, NamesColumnsInSnakeCaseWithTheirPaths) {
  MemoryHost host;
  MemorySource store = Store("userProfiles", R"({"keyPath":"userId"})");
  store.Put("1", R"({"userId":1,"HTMLText":"a","rowid":2,"_key":3,"a.b":4,
      "A-B":5,"größe":6,"":7,"home":{"zipCode":"1","geo":{"lat":1.5,"deep":{"x":1}}}})");
  host.sources.push_back(std::move(store));
  const Json table = TableOf(Infer(&host), "user_profiles");
  std::vector<std::pair<std::string, std::string>> columns;
  for (const auto& [name, column] : table["columns"].items()) {
    columns.emplace_back(name, column["path"]);
  }
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"user_id", "/userId"},
      {"html_text", "/HTMLText"},
      {"app_rowid", "/rowid"},
      {"key", "/_key"},
      {"a_b", "/a.b"},
      {"a_b_2", "/A-B"},
      {"größe", "/größe"},
      {"field", "/"},
      {"home_zip_code", "/home/zipCode"},
      {"home_geo_lat", "/home/geo/lat"},
      {"home_geo_deep", "/home/geo/deep"}};
  EXPECT_EQ(columns, expected);
  EXPECT_EQ(table["columns"]["home_geo_deep"]["type"], "json");
}

TEST(Inference, TakesMapsOfChangingNamesForJson) {
  std::vector<std::string> values;
  for (int i = 0; i < 40; ++i) {
    const std::string name = std::to_string(i);
    values.push_back("{\"u" + name + "\":1,\"v" + name + "\":2}");
  }
  const Json column = FieldOf(values);
  EXPECT_EQ(column["type"], "json");
  EXPECT_TRUE(Says(column, "a map of changing names"));
}

TEST(Inference, TakesThePrimaryKeyFromTheKeyPath) {
  MemoryHost host;
  MemorySource one = Store("one", R"({"keyPath":"meta.id"})");
  one.Put("\"a\"", R"({"meta":{"id":"a"}})");
  MemorySource two = Store("two", R"({"keyPath":["a","b"]})");
  two.Put("[1,\"x\"]", R"({"a":1,"b":"x"})");
  MemorySource out = Store("out", R"({"keyPath":null})");
  out.Put("1", R"({"a":1})");
  MemorySource mixed = Store("mixed", R"({"keyPath":"id"})");
  mixed.Put("1", R"({"id":1})");
  mixed.Put("[1]", R"({"id":[1]})");
  host.sources = {one, two, out, mixed};
  const Json plan = Infer(&host);
  EXPECT_EQ(TableOf(plan, "one")["primaryKey"], Json({"meta_id"}));
  EXPECT_EQ(TableOf(plan, "two")["primaryKey"], Json({"a", "b"}));
  EXPECT_FALSE(TableOf(plan, "out").contains("primaryKey"));
  EXPECT_FALSE(TableOf(plan, "mixed").contains("primaryKey"));
}

TEST(Inference, KnowsUnseenKeysByTheFirstAndTheLast) {
  MemoryHost host;
  MemorySource texts = Store("texts", R"({"keyPath":"id"})");
  MemorySource numbers = Store("numbers", R"({"keyPath":"id"})");
  MemorySource both = Store("both", R"({"keyPath":"id"})");
  for (int i = 1000; i < 3000; ++i) {
    const std::string id = std::to_string(i);
    const std::string text = "\"k" + id + "\"";
    texts.Put(text, "{\"id\":" + text + "}");
    numbers.Put(id, "{\"id\":" + id + "}");
    both.Put(id, "{\"id\":" + id + "}");
  }
  both.Put("\"z\"", R"({"id":"z"})");
  host.sources = {texts, numbers, both};
  const Json report = Report(&host, 100, 1000);
  const Json plan = report["plan"];
  EXPECT_EQ(TableOf(plan, "texts")["columns"]["id"]["type"], "text");
  EXPECT_EQ(TableOf(plan, "texts")["primaryKey"], Json({"id"}));
  EXPECT_EQ(TableOf(plan, "numbers")["columns"]["id"]["type"], "any");
  EXPECT_FALSE(TableOf(plan, "both").contains("primaryKey"));
  EXPECT_EQ(report["notes"].size(), 3u);
}

TEST(Inference, ReadsStrataOfALargeSource) {
  MemoryHost host;
  MemorySource store = Store("log", R"({"keyPath":"id"})");
  for (int i = 1; i <= 20000; ++i) {
    const std::string id = std::to_string(i);
    // A field that only the last tenth has, and one that the last record has.
    store.Put(id, "{\"id\":" + id + (i > 18000 ? ",\"late\":1" : "") +
                      (i == 20000 ? ",\"end\":1}" : "}"));
  }
  host.sources.push_back(std::move(store));
  InferenceOptions options;
  options.sample_size = 200;
  auto pass = BeginInference(host.States(), options);
  ASSERT_TRUE(pass.ok());
  uint64_t skips = 0;
  while ((*pass)->step().kind != StepKind::kDone) {
    if ((*pass)->step().skip > 0) ++skips;
    ASSERT_TRUE(host.Advance(pass->get()).ok());
  }
  EXPECT_GE(skips, 15u);
  EXPECT_LT((*pass)->progress().current, 6000u);
  const Json plan = Json::parse((*pass)->ReportJson())["plan"];
  const Json columns = TableOf(plan, "log")["columns"];
  EXPECT_TRUE(columns.contains("late"));
  EXPECT_TRUE(columns.contains("end"));
}

TEST(Inference, MakesChildTablesOfArraysOfLikeObjects) {
  MemoryHost host = Shop(50);
  const Json plan = Infer(&host);
  const Json lines = TableOf(plan, "order_lines");
  EXPECT_EQ(lines["each"], "/lines");
  EXPECT_EQ(lines["primaryKey"], Json({"order_id", "position"}));
  EXPECT_EQ(lines["columns"]["order_id"]["record"], "/id");
  EXPECT_EQ(lines["columns"]["order_id"]["references"]["table"], "orders");
  EXPECT_EQ(lines["columns"]["position"]["path"], "$position");
  EXPECT_EQ(lines["columns"]["sku"]["type"], "text");
  const Json orders = TableOf(plan, "orders");
  EXPECT_EQ(orders["columns"]["lines"]["type"], "json");
  EXPECT_FALSE(orders.contains("drop"));
  // A record that was not seen may have something else there.
  MemoryHost large = Shop(3000);
  const Json sampled = Report(&large, 100)["plan"];
  for (const Json& table : sampled["tables"]) {
    EXPECT_FALSE(table.contains("each"));
  }
  EXPECT_TRUE(Says(TableOf(sampled, "orders")["columns"]["lines"], "\"each\""));
}

MemoryHost Library() {
  MemoryHost host;
  MemorySource authors = Store("authors", R"({"keyPath":"id"})");
  MemorySource books = Store("books", R"({"keyPath":"id","indexes":[
          {"name":"by_year","keyPath":"year","unique":false,"multiEntry":false},
          {"name":"tags","keyPath":"tags","unique":false,"multiEntry":true}]})");
  for (int i = 1; i <= 20; ++i) {
    const std::string id = std::to_string(i);
    authors.Put("\"a" + id + "\"",
                "{\"id\":\"a" + id + "\",\"password\":\"p" + id + "\"}");
  }
  for (int i = 1; i <= 60; ++i) {
    const std::string id = std::to_string(i);
    books.Put(
        id, "{\"id\":" + id + ",\"authorId\":\"a" + std::to_string(i % 20 + 1) +
                "\",\"year\":" + std::to_string(1900 + i) +
                ",\"stars\":" + std::to_string(i % 5 + 1) +
                ",\"sequelId\":" + std::to_string(i * 7) + ",\"state\":\"" +
                (i % 3 == 0 ? "lent" : "here") + "\",\"eMail\":\"" +
                (i % 2 == 0 ? "a@b.c" : "d@e.f") + "\"}");
  }
  host.sources = {authors, books};
  return host;
}

TEST(Inference, FindsRelationsByValuesAndNames) {
  MemoryHost host = Library();
  const Json books = TableOf(Infer(&host), "books");
  EXPECT_EQ(books["columns"]["author_id"]["references"],
            Json::parse(R"({"table":"authors","onOrphan":"null"})"));
  EXPECT_TRUE(Says(books["columns"]["author_id"], "confidence"));
  // Small numbers lie among many tables' keys.
  EXPECT_FALSE(books["columns"]["stars"].contains("references"));
  // Not all of its values are keys.
  EXPECT_FALSE(books["columns"]["sequel_id"].contains("references"));
  EXPECT_EQ(books["indexes"], Json::parse(R"([["year"],["author_id"]])"));
}

TEST(Inference, NeverQuotesWhatLooksSensitive) {
  MemoryHost host = Library();
  const Json plan = Infer(&host);
  const Json books = TableOf(plan, "books");
  EXPECT_TRUE(Says(books["columns"]["state"], R"(2 distinct: "here", "lent")"));
  EXPECT_FALSE(Says(books["columns"]["e_mail"], "a@b.c"));
  EXPECT_TRUE(Says(books["columns"]["e_mail"], "values not shown"));
  EXPECT_EQ(TableOf(plan, "authors")["columns"]["password"]["sensitive"], true);
  EXPECT_EQ(plan.dump().find("p7"), std::string::npos);
}

TEST(Inference, GroupsStorageEntriesOfOneShape) {
  MemoryHost host;
  MemorySource local = MemorySource::LocalStorage();
  for (const char* id : {"1", "2", "3"}) {
    local.Put("\"todo:" + std::string(id) + "\"",
              R"("{\"title\":\"t\",\"done\":false}")");
    local.Put("\"cfg:" + std::string(id) + "\"", "\"x\"");
    // A name that comes twice could not be mapped.
    local.Put("\"twice:" + std::string(id) + "\"", R"("{\"a\":1,\"a\":2}")");
  }
  local.Put("\"lang\"", "\"de\"");
  host.sources.push_back(std::move(local));
  const Json plan = Infer(&host);
  ASSERT_EQ(plan["tables"].size(), 2u);
  const Json todo = TableOf(plan, "todo");
  EXPECT_EQ(todo["as"], "json");
  EXPECT_EQ(todo["from"],
            Json::parse(R"({"localStorage":{"prefix":"todo:"}})"));
  EXPECT_EQ(todo["columns"]["done"]["type"], "boolean");
  EXPECT_EQ(todo["primaryKey"], Json({"key"}));
  const Json rest = TableOf(plan, "local_storage");
  EXPECT_EQ(rest["from"], Json::parse(R"({"localStorage":true})"));
  EXPECT_EQ(rest["when"], "substr(key, 1, 5) <> 'todo:'");
}

TEST(Inference, LeavesOutWhatIsNotReady) {
  MemoryHost host = Shop(5);
  host.sources[0].set_status(SourceState::Status::kBlocked);
  const Json report = Report(&host);
  EXPECT_EQ(report["plan"]["tables"].size(), 1u);
  ASSERT_EQ(report["notes"].size(), 1u);
  EXPECT_NE(report["notes"][0]["text"].get<std::string>().find("blocked"),
            std::string::npos);
  host.sources.clear();
  EXPECT_TRUE(Report(&host)["plan"].is_null());
}

TEST(Inference, RefusesASampleOfFewerThanTwenty) {
  InferenceOptions options;
  options.sample_size = 19;
  const auto pass = BeginInference({}, options);
  ASSERT_FALSE(pass.ok());
  EXPECT_EQ(pass.error().code, ErrorCode::kInvalidArgument);
}

TEST(Inference, AnErrorLeavesThePassAsItWas) {
  MemoryHost host = Shop(5);
  auto pass = BeginInference(host.States(), {});
  ASSERT_TRUE(pass.ok());
  const ByteBuffer wrong = {0x82, 0x01, 0x01, 0x82, 0x01, 0x01};
  EXPECT_EQ((*pass)->Apply(wrong, true, 1).error().code,
            ErrorCode::kRecordMalformed);
  EXPECT_EQ((*pass)->Work(1).error().code, ErrorCode::kState);
  EXPECT_EQ((*pass)->Apply({}, false, 1).error().code,
            ErrorCode::kInvalidArgument);
  ASSERT_TRUE(host.Drive(pass->get()).ok());
  const Json plan = Json::parse((*pass)->ReportJson())["plan"];
  EXPECT_TRUE(Says(TableOf(plan, "orders"), "read all 5 records"));
}

}  // namespace
}  // namespace ferrite::testing
