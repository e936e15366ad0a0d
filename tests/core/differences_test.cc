#include "ferrite/differences.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/migration.h"
#include "ferrite/verification.h"
#include "tests/support/memory_host.h"
#include "tests/support/shop.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::MemoryHost;
using testing::MemorySource;
using testing::ParsePlan;

constexpr char kPlan[] = R"({
  "ferrite": 1, "name": "people",
  "tables": [
    {"name": "people", "from": {"indexedDB": "a", "store": "people"},
     "columns": {"id": "integer", "name": "text", "note": "any",
                 "pin": {"type": "text", "sensitive": true}},
     "primaryKey": ["id"]},
    {"name": "secrets", "from": {"indexedDB": "a", "store": "secrets"},
     "columns": {"card": {"path": "$key", "type": "text", "sensitive": true},
                 "of": "integer"},
     "primaryKey": ["card"]}
  ]})";

class Differences : public ::testing::Test {
 protected:
  void SetUp() override {
    host_.sources.push_back(MemorySource::IndexedDb("a", "people"));
    host_.sources.push_back(MemorySource::IndexedDb("a", "secrets", "{}"));
    for (int i = 1; i <= kPeople; ++i) {
      host_.sources[0].Put(std::to_string(i),
                           json{{"id", i},
                                {"name", "Person " + std::to_string(i)},
                                {"note", "n"},
                                {"pin", "1234"},
                                {"more", i}}
                               .dump());
    }
    host_.sources[1].Put(R"("4000-1")", R"({"of": 1})");
    host_.sources[1].Put(R"("4000-2")", R"({"of": 2})");
    store_ = std::move(Store::Open(":memory:", {})).value();
    auto pass = BeginMigration(store_.get(), plan_, host_.States(), {});
    ASSERT_TRUE(pass.ok()) << pass.error().message;
    ASSERT_TRUE(host_.Drive(pass->get()).ok());
  }

  void Verify() {
    auto pass = BeginVerification(store_.get(), plan_, host_.States(),
                                  {.now = host_.now});
    ASSERT_TRUE(pass.ok()) << pass.error().message;
    ASSERT_TRUE(host_.Drive(pass->get()).ok());
  }

  void Execute(const std::string& sql) {
    Result<void> done = store_->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  json List(const json& request) {
    Result<std::string> page = ListDifferences(store_.get(), request.dump());
    EXPECT_TRUE(page.ok()) << page.error().message;
    return json::parse(*page);
  }

  std::string Export(const json& request) {
    DifferenceExport pieces(store_.get(), request.dump());
    std::string all;
    std::string piece;
    for (;;) {
      Result<bool> more = pieces.Next(&piece);
      EXPECT_TRUE(more.ok()) << more.error().message;
      if (!more.ok() || !*more) return all;
      all += piece;
    }
  }

  static constexpr int kPeople = 1500;
  const Plan plan_ = ParsePlan(kPlan);
  MemoryHost host_;
  std::unique_ptr<Store> store_;
};

TEST_F(Differences, AreEmptyBeforeAVerificationHasEnded) {
  const json page = List(json::object());
  EXPECT_EQ(page["compared"], false);
  EXPECT_EQ(page["total"], 0);
  EXPECT_EQ(page["rows"], json::array());
}

TEST_F(Differences, HaveBothValuesAndBothSizes) {
  Execute("UPDATE people SET name='Somebody else', note=x'00ff' WHERE id=7");
  Execute("DELETE FROM people WHERE id=8");
  Execute("INSERT INTO people(id, name) VALUES(-1, 'abc')");
  Verify();
  const json page = List(json::object());
  EXPECT_EQ(page["compared"], true);
  EXPECT_EQ(page["status"], "completed_with_differences");
  ASSERT_EQ(page["total"], 3);
  const json& changed = page["rows"][0];
  EXPECT_EQ(changed["kind"], "different");
  EXPECT_EQ(changed["key"], "7");
  EXPECT_EQ(changed["columns"], json::parse(R"json({
      "name": {"source": "\"Person 7\"", "store": "\"Somebody else\""},
      "note": {"source": "\"n\"", "store": "bytes(00ff)"}})json"));
  EXPECT_EQ(changed["storeBytes"], changed["sourceBytes"].get<int>() + 5 + 1);
  EXPECT_EQ(page["rows"][1]["kind"], "missing");
  EXPECT_TRUE(page["rows"][1].contains("sourceBytes"));
  EXPECT_FALSE(page["rows"][1].contains("storeBytes"));
  EXPECT_EQ(page["rows"][2]["kind"], "extra");
  EXPECT_EQ(page["rows"][2]["storeBytes"], 8 + 3);
}

TEST_F(Differences, HideWhatIsSensitive) {
  Execute("UPDATE people SET pin='9876', _unmapped=NULL WHERE id=7");
  Execute("UPDATE secrets SET \"of\"=3 WHERE card='4000-1'");
  Execute("DELETE FROM secrets WHERE card='4000-2'");
  Verify();
  const json rows = List(json::object())["rows"];
  ASSERT_EQ(rows.size(), 3u);
  for (const char* column : {"pin", "_unmapped"}) {
    EXPECT_EQ(rows[0]["columns"].value(column, json())["source"], "(redacted)")
        << column << rows;
  }
  EXPECT_EQ(rows[1]["columns"]["of"]["store"], "3");
  EXPECT_EQ(rows[1]["key"], "(redacted)");
  const std::string all = Export({{"format", "csv"}}) + Export(json::object());
  for (const char* secret : {"9876", "1234", "4000"}) {
    EXPECT_EQ(all.find(secret), std::string::npos) << secret;
  }
}

TEST_F(Differences, ShowTheLosslessColumnAsJson) {
  Execute(
      "UPDATE people SET _unmapped=(SELECT _unmapped FROM people WHERE id=9) "
      "WHERE id=7");
  Plan open = plan_;
  for (Column& column : open.tables[0].columns) column.sensitive = false;
  auto pass = BeginVerification(store_.get(), open, host_.States(), {.now = 1});
  ASSERT_TRUE(pass.ok());
  ASSERT_TRUE(host_.Drive(pass->get()).ok());
  EXPECT_EQ(List(json::object())["rows"][0]["columns"]["_unmapped"],
            json::parse(R"({"source": "{\"more\":7}",
                            "store": "{\"more\":9}"})"));
}

TEST_F(Differences, AreBoundedAndWellFormedWhateverTheValuesAre) {
  Execute("UPDATE people SET name=printf('%.*c', 100000, 'x') WHERE id=1");
  Execute("UPDATE people SET name=char(0,10,34,92,0x202e)||'ü' WHERE id=2");
  Execute("UPDATE people SET name=CAST(x'41eda08042ff' AS TEXT) WHERE id=3");
  Verify();
  const json rows = List(json::object())["rows"];
  const auto stored = [&](int row) {
    return rows[row]["columns"]["name"]["store"].get<std::string>();
  };
  EXPECT_LT(stored(0).size(), 300u);
  EXPECT_EQ(stored(0).substr(stored(0).size() - 4), "\"…");
  EXPECT_EQ(stored(1), "\"\\u0000\\u000a\\\"\\\\\u202eü\"");
  EXPECT_EQ(stored(2), "\"A\\ud800B\uFFFD\"");
}

TEST_F(Differences, AreFilteredSearchedSortedAndPagedWithRightTotals) {
  Execute("UPDATE people SET name='x' WHERE id<=1200");
  Execute("UPDATE people SET note='y' WHERE id BETWEEN 1100 AND 1299");
  Execute("DELETE FROM people WHERE id>1400");
  Execute("DELETE FROM secrets");
  Verify();
  EXPECT_EQ(List(json::object())["total"], 1299 + 100 + 2);
  EXPECT_EQ(List({{"table", "secrets"}})["total"], 2);
  EXPECT_EQ(List({{"kind", "missing"}})["total"], 102);
  EXPECT_EQ(
      List({{"kind", {"missing", "extra"}}, {"table", "people"}})["total"],
      100);
  EXPECT_EQ(List({{"column", "note"}})["total"], 200);
  EXPECT_EQ(List({{"column", "name"}, {"kind", "different"}})["total"], 1200);
  EXPECT_EQ(List({{"column", "other"}})["total"], 0);
  EXPECT_EQ(List({{"search", "149"}})["total"], 12);  // 149, 1149, 1490 to 1499
  EXPECT_EQ(List({{"sort", "key"},
                  {"table", "people"},
                  {"limit", 1}})["rows"][0]["key"],
            "1");
  EXPECT_EQ(List({{"sort", "-key"},
                  {"table", "people"},
                  {"limit", 1}})["rows"][0]["key"],
            "1500");
  const json page = List({{"offset", 1400}});
  EXPECT_EQ(page["total"], 1401);
  EXPECT_EQ(page["rows"].size(), 1u);
  EXPECT_FALSE(page.contains("next"));

  int64_t seen = 0;
  json request = {{"limit", 500}, {"sort", "-key"}};
  for (;;) {
    const json part = List(request);
    seen += static_cast<int64_t>(part["rows"].size());
    if (!part.contains("next")) break;
    request["after"] = part["next"];
  }
  EXPECT_EQ(seen, 1401);
  Result<std::string> wrong =
      ListDifferences(store_.get(), R"({"kind": "mising"})");
  EXPECT_EQ(wrong.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(wrong.error().path, "/kind");
  EXPECT_EQ(ListDifferences(store_.get(), "[]").error().code,
            ErrorCode::kInvalidArgument);
}

TEST_F(Differences, AreExportedWhole) {
  Execute("UPDATE people SET name='a,\"b\"' WHERE id<=1200");
  Verify();
  const json rows = json::parse(Export(json::object()));
  ASSERT_EQ(rows.size(), 1200u);
  EXPECT_EQ(rows[1199]["key"], "1200");
  const std::string csv = Export({{"format", "csv"}, {"column", "name"}});
  size_t lines = 0;
  for (size_t at = 0; (at = csv.find("\r\n", at)) != csv.npos; at += 2) ++lines;
  EXPECT_EQ(lines, 1201u);
  EXPECT_EQ(csv.substr(0, csv.find("\r\n")),
            "table,kind,key,columns,sourceBytes,storeBytes,at");
  EXPECT_EQ(Export({{"table", "none"}}), "[\n]\n");
  std::string text;
  EXPECT_FALSE(DifferenceExport(store_.get(), "{").Next(&text).ok());
}

}  // namespace
}  // namespace ferrite
