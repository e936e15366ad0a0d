// Inferred plans run as they are: everything arrives, nothing is lost.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "ferrite/inference.h"
#include "ferrite/migration.h"
#include "ferrite/store.h"
#include "ferrite/verification.h"
#include "tests/support/json_record.h"
#include "tests/support/memory_host.h"
#include "tests/support/random_record.h"
#include "tests/support/shop.h"

namespace ferrite::testing {
namespace {

using Json = nlohmann::ordered_json;

Json Infer(MemoryHost* host, uint64_t sample_size) {
  InferenceOptions options;
  options.sample_size = sample_size;
  auto pass = BeginInference(host->States(), options);
  if (!pass.ok()) throw std::runtime_error(pass.error().message);
  if (auto driven = host->Drive(pass->get()); !driven.ok()) {
    throw std::runtime_error(driven.error().message);
  }
  return Json::parse((*pass)->ReportJson())["plan"];
}

// The sources in the plan's order.
MemoryHost InPlanOrder(const MemoryHost& host, const Plan& plan) {
  MemoryHost ordered;
  for (const Source& source : plan.sources) {
    for (const MemorySource& held : host.sources) {
      if (held.state().source == source) ordered.sources.push_back(held);
    }
  }
  return ordered;
}

class InferredPlan : public ::testing::Test {
 protected:
  // Infers with `sample_size`, runs the plan on everything and compares.
  Json RunPlan(MemoryHost* host, uint64_t sample_size = 2000) {
    const Json json = Infer(host, sample_size);
    Result<Plan> plan = Plan::Parse(json.dump());
    EXPECT_TRUE(plan.ok()) << plan.error().path << ": " << plan.error().message;
    if (!plan.ok()) return {};
    for (const Table& table : plan->tables) {
      EXPECT_EQ(table.unmapped, Unmapped::kKeep);
      EXPECT_TRUE(table.drop.empty());
    }
    MemoryHost ordered = InPlanOrder(*host, *plan);
    auto store = Store::Open(":memory:", {});
    EXPECT_TRUE(store.ok());
    auto pass = BeginMigration(store->get(), *plan, ordered.States(), {});
    EXPECT_TRUE(pass.ok()) << pass.error().message;
    if (!pass.ok()) return {};
    const Result<void> driven = ordered.Drive(pass->get());
    EXPECT_TRUE(driven.ok()) << driven.error().message;
    const Json report = Json::parse((*pass)->ReportJson());
    EXPECT_EQ(report["status"], "verified")
        << report.dump(1).substr(0, 5000) << json.dump(1).substr(0, 5000);
    auto verification =
        BeginVerification(store->get(), *plan, ordered.States(), {.now = ordered.now});
    EXPECT_TRUE(verification.ok()) << verification.error().message;
    if (!verification.ok()) return report;
    EXPECT_TRUE(ordered.Drive(verification->get()).ok());
    EXPECT_EQ(Json::parse((*verification)->ReportJson())["status"], "verified");
    return report;
  }
};

TEST_F(InferredPlan, MigratesTheShop) {
  MemoryHost host = Shop(300);
  const Json report = RunPlan(&host);
  EXPECT_EQ(report["tables"][0]["rows"], 300);
  EXPECT_EQ(report["tables"][1]["rows"], 300);
  EXPECT_EQ(report["tables"][2]["rows"], 3);
}

TEST_F(InferredPlan, MigratesASourceOfWhichOnlyASampleWasSeen) {
  MemoryHost host;
  MemorySource store = MemorySource::IndexedDb("app", "log");
  for (int i = 1; i <= 5000; ++i) {
    const std::string id = std::to_string(i);
    // Where no stratum lies there is nothing that fits.
    const bool is_odd = i > 1040 && i < 1200;
    store.Put(
        id,
        is_odd
            ? "{\"id\":" + id + R"(,"n":"text","at":[1],"lines":7,"in":null})"
            : "{\"id\":" + id + ",\"n\":" + id +
                  R"(,"at":{"$date":5},"lines":[{"a":1}],"in":{"x":1}})");
  }
  store.Put("1100.5", R"({"id":1100.5,"n":{"$bigint":"7"}})");
  host.sources.push_back(std::move(store));
  const Json report = RunPlan(&host, 60);
  EXPECT_EQ(report["tables"][0]["rows"], 5001);
}

TEST_F(InferredPlan, MigratesRandomRecords) {
  Random random(20240229);
  for (int round = 0; round < 12; ++round) {
    MemoryHost host;
    MemorySource out =
        MemorySource::IndexedDb("app", "out", R"({"keyPath":null})");
    MemorySource local = MemorySource::LocalStorage();
    for (int i = 0; i < 150; ++i) {
      Writer key;
      key.Integer(i);
      Writer value;
      RandomRecord(&random).Write(&value);
      out.Put(key.bytes(), value.bytes());
    }
    host.sources = {out, local};
    RunPlan(&host, round % 2 == 0 ? 2000 : 20);
  }
}

TEST_F(InferredPlan, MigratesMixedTypesAndCycles) {
  MemoryHost host;
  MemorySource store = MemorySource::IndexedDb("app", "odd");
  const char* const values[] = {"1",
                                "\"a\"",
                                "null",
                                R"({"$undefined":true})",
                                "[1,{\"a\":1}]",
                                "{}",
                                R"({"$number":"NaN"})",
                                R"({"$number":"-0"})",
                                R"({"$date":null})",
                                R"({"$map":[[1,2]]})",
                                R"({"$uint8":"00ff"})",
                                R"({"$bigint":"9"})",
                                R"({"$share":{"self":{"$ref":0}}})",
                                R"({"$string16":[55357]})",
                                "true"};
  int id = 0;
  for (const char* a : values) {
    for (const char* b : values) {
      const bool is_shared =
          std::string_view(b).find("$share") != std::string_view::npos;
      const std::string other = is_shared ? "1" : b;
      const std::string number = std::to_string(++id);
      store.Put(number, "{\"id\":" + number + ",\"a\":" + a + ",\"b\":" +
                            other + ",\"c\":{\"d\":" + other + "}}");
    }
  }
  host.sources.push_back(std::move(store));
  RunPlan(&host);
}

TEST_F(InferredPlan, MigratesManyPropertyNamesInBoundedMemory) {
  MemoryHost host;
  MemorySource store = MemorySource::IndexedDb("app", "wide");
  for (int i = 0; i < 1000; ++i) {
    const std::string id = std::to_string(i);
    std::string value = "{\"id\":" + id + ",\"name\":\"n\",\"map\":{";
    for (int j = 0; j < 100; ++j) {
      value += (j == 0 ? "\"" : ",\"") + std::string("p") +
               std::to_string(i * 100 + j) + "\":" + std::to_string(j);
    }
    value += "}";
    for (int j = 0; j < 100; ++j) {
      value += ",\"q" + std::to_string(i * 100 + j) + "\":1";
    }
    store.Put(id, value + "}");
  }
  host.sources.push_back(std::move(store));
  const Json plan = Infer(&host, 2000);
  EXPECT_LT(plan.dump().size(), 20000u);
  EXPECT_EQ(plan["tables"][0]["columns"].size(), 3u);
  EXPECT_EQ(plan["tables"][0]["columns"]["map"]["type"], "json");
  RunPlan(&host);
}

TEST_F(InferredPlan, MigratesRecordsAsDeepAsThereAre) {
  MemoryHost host;
  MemorySource store = MemorySource::IndexedDb("app", "deep");
  for (int i = 0; i < 3; ++i) {
    Writer key;
    key.Integer(i);
    Writer value;
    value.BeginObject(2);
    value.String("id");
    value.Integer(i);
    value.String("in");
    for (int depth = 0; depth < 240; ++depth) {
      value.BeginArray(1);
      value.BeginObject(1);
      value.String("x");
    }
    value.Null();
    store.Put(key.bytes(), value.bytes());
  }
  host.sources.push_back(std::move(store));
  RunPlan(&host);
}

TEST_F(InferredPlan, MigratesManyStores) {
  MemoryHost host;
  for (int i = 0; i < 300; ++i) {
    MemorySource store = MemorySource::IndexedDb(
        "app", "Sqlite_" + std::to_string(i % 150) + (i < 150 ? "" : "é\"'"));
    for (int j = 0; j < 3; ++j) {
      const std::string id = std::to_string(j);
      store.Put(id, "{\"id\":" + id + ",\"a\":1}");
    }
    host.sources.push_back(std::move(store));
  }
  RunPlan(&host);
}

TEST_F(InferredPlan, MigratesStorageWithStrangeKeysAndValues) {
  MemoryHost host;
  MemorySource local = MemorySource::LocalStorage();
  local.Put(R"("it's:1")", R"("{\"a\":1}")");
  local.Put(R"("it's:2")", R"("{\"a\":\"x\",\"b\":[1,{}]}")");
  local.Put(R"("it's:3")", R"("{\"a\":1e400}")");
  local.Put(R"("é:1")", R"("{\"a\":{\"b\":1}}")");
  local.Put(R"("é:2")", R"("{\"a\":{\"b\":1.5}}")");
  local.Put(R"({"$string16":[55357,58]})", R"({"$string16":[56832]})");
  local.Put(R"("")", R"("")");
  local.Put(R"("a\u0000b")", R"("a\u0000b")");
  local.Put(R"(":")", R"("{}")");
  host.sources.push_back(std::move(local));
  RunPlan(&host);
}

}  // namespace
}  // namespace ferrite::testing
