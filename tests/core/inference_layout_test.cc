// Inference where a known library wrote what lies in the sources.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "ferrite/inference.h"
#include "ferrite/migration.h"
#include "ferrite/store.h"
#include "tests/support/memory_host.h"

namespace ferrite::testing {
namespace {

using Json = nlohmann::ordered_json;

Json Report(MemoryHost* host) {
  auto pass = BeginInference(host->States(), {});
  EXPECT_TRUE(pass.ok());
  const Result<void> driven = host->Drive(pass->get());
  EXPECT_TRUE(driven.ok()) << driven.error().message;
  return Json::parse((*pass)->ReportJson());
}

// Runs the plan as it is; the rows of each table by its name.
Json RowsOf(const MemoryHost& host, const Json& json) {
  Json rows = Json::object();
  Result<Plan> plan = Plan::Parse(json.dump());
  EXPECT_TRUE(plan.ok()) << plan.error().path << plan.error().message;
  if (!plan.ok()) return rows;
  MemoryHost ordered;
  for (const Source& source : plan->sources) {
    for (const MemorySource& held : host.sources) {
      if (held.state().source == source) ordered.sources.push_back(held);
    }
  }
  auto store = Store::Open(":memory:", {});
  auto pass = BeginMigration(store->get(), *plan, ordered.States(), {});
  EXPECT_TRUE(pass.ok()) << pass.error().message;
  if (!pass.ok()) return rows;
  EXPECT_TRUE(ordered.Drive(pass->get()).ok());
  const Json report = Json::parse((*pass)->ReportJson());
  EXPECT_EQ(report["status"], "verified") << report.dump(1);
  for (const Json& table : report["tables"]) {
    rows[table["name"].get<std::string>()] = table["rows"];
  }
  return rows;
}

bool IsNoted(const Json& report, const std::string& text) {
  for (const Json& note : report["notes"]) {
    if (note["text"].get<std::string>().find(text) != std::string::npos) {
      return true;
    }
  }
  return false;
}

TEST(InferenceLayout, TakesTheTablesOfALibraryAndInfersTheRest) {
  MemoryHost host;
  auto forage = MemorySource::IndexedDb("localforage", "keyvaluepairs",
                                        R"({"keyPath":null,"version":2})");
  forage.Put("\"a\"", "1");
  forage.Put("\"b\"", R"({"x":2})");
  host.sources.push_back(forage);
  auto detect =
      MemorySource::IndexedDb("localforage", "local-forage-detect-blob-support",
                              R"({"keyPath":null,"version":2})");
  detect.Put("\"key\"", "1");
  host.sources.push_back(detect);
  auto orders = MemorySource::IndexedDb("shop", "orders",
                                        R"({"keyPath":"id","version":3})");
  orders.Put("1", R"({"id":1,"name":"x"})");
  host.sources.push_back(orders);
  const Json report = Report(&host);
  const Json rows = RowsOf(host, report["plan"]);
  EXPECT_EQ(rows, Json::parse(R"({"orders":1,"localforage":2})"));
  ASSERT_EQ(report["plan"]["excluded"].size(), 1u);
  EXPECT_EQ(report["plan"]["excluded"][0]["from"]["store"],
            "local-forage-detect-blob-support");
  ASSERT_EQ(report["layouts"].size(), 1u);
  EXPECT_EQ(report["layouts"][0]["preset"], "localforage");
  EXPECT_FALSE(report["layouts"][0]["evidence"].empty());
  EXPECT_TRUE(IsNoted(report, "localForage: Values are kept as they are"));
}

TEST(InferenceLayout, FillsInferredColumnsByTheStatistics) {
  MemoryHost host;
  for (const char* store : {"authors", "books"}) {
    auto source = MemorySource::IndexedDb("library", store,
                                          R"({"keyPath":"id","version":20})");
    source.Put("1", R"({"id":1,"title":"x"})");
    host.sources.push_back(source);
  }
  const Json report = Report(&host);
  EXPECT_EQ(report["layouts"][0]["preset"], "dexie");
  const Json& tables = report["plan"]["tables"];
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[1]["name"], "books");
  EXPECT_EQ(tables[1]["columns"]["title"]["type"], "text");
  EXPECT_EQ(tables[1]["primaryKey"], Json::array({"id"}));
}

TEST(InferenceLayout, SharesAStorageWithLibraries) {
  MemoryHost host;
  auto local = MemorySource::LocalStorage();
  local.Put("\"persist:root\"", R"("{\"cart\":\"[1]\",\"_persist\":\"{}\"}")");
  local.Put("\"theme\"", "\"dark\"");
  local.Put("\"user:1\"", R"("{\"name\":\"a\",\"age\":1}")");
  local.Put("\"user:2\"", R"("{\"name\":\"b\",\"age\":2}")");
  host.sources.push_back(local);
  const Json report = Report(&host);
  EXPECT_EQ(report["layouts"][0]["preset"], "redux-persist");
  // The state's two slices and its entry as it is, two users, the theme.
  EXPECT_EQ(RowsOf(host, report["plan"]),
            Json::parse(R"({"user":2,"local_storage":1,"persist_root":2,"persist_root_entry":1})"));
}

TEST(InferenceLayout, FallsBackWhereARecordDoesNotSuit) {
  MemoryHost host;
  auto local = MemorySource::LocalStorage();
  local.Put("\"persist:root\"", "\"no JSON\"");
  local.Put("\"theme\"", "\"dark\"");
  host.sources.push_back(local);
  const Json report = Report(&host);
  EXPECT_EQ(RowsOf(host, report["plan"]),
            Json::parse(R"({"local_storage":1,"persist_root_entry":1})"));
  EXPECT_TRUE(IsNoted(report, "persist_root"));
  EXPECT_TRUE(IsNoted(report, "does not suit"));
}

TEST(InferenceLayout, FallsBackForTheWholeStore) {
  MemoryHost host;
  auto docs = MemorySource::IndexedDb("_pouch_notes", "docs",
                                      R"({"keyPath":"id","version":1})");
  // The layout's id is a text.
  docs.Put("1", R"({"id":1,"rev":"1-a","revs":{"1-a":{"data":{}}}})");
  docs.Put("2", R"({"id":2,"rev":"1-a","revs":{"1-a":{"data":{}}}})");
  auto meta = MemorySource::IndexedDb("_pouch_notes", "meta",
                                      R"({"keyPath":"id","version":1})");
  meta.Put("\"meta\"", R"({"id":"meta","doc_count":2})");
  host.sources.push_back(docs);
  host.sources.push_back(meta);
  const Json report = Report(&host);
  const Json rows = RowsOf(host, report["plan"]);
  EXPECT_EQ(rows, Json::parse(R"({"docs":2,"notes_meta":1})"));
  EXPECT_TRUE(IsNoted(report, "does not suit"));
}

TEST(InferenceLayout, GivesUpALibraryWithMoreTablesThanAPlanShouldHave) {
  MemoryHost host;
  auto local = MemorySource::LocalStorage();
  for (int i = 0; i < 150; ++i) {
    local.Put("\"persist:" + std::to_string(i) + "\"", R"("{\"a\":\"1\"}")");
  }
  host.sources.push_back(local);
  const Json report = Report(&host);
  const Json rows = RowsOf(host, report["plan"]);
  size_t all = 0;
  for (const auto& [name, count] : rows.items()) all += count.get<size_t>();
  // Fifty entries are in the layout's two tables, a slice each and whole.
  EXPECT_EQ(all, 200u);
  EXPECT_LT(rows.size(), 110u);
}

TEST(InferenceLayout, LeavesOutCredentials) {
  MemoryHost host;
  auto local = MemorySource::LocalStorage();
  local.Put("\"msal.account.keys\"", "\"[]\"");
  local.Put("\"theme\"", "\"dark\"");
  host.sources.push_back(local);
  const Json report = Report(&host);
  ASSERT_FALSE(report["plan"]["excluded"].empty()) << report.dump(1);
  EXPECT_EQ(RowsOf(host, report["plan"]),
            Json::parse(R"({"local_storage":1})"));
}

}  // namespace
}  // namespace ferrite::testing
