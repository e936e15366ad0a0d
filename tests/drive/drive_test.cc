// Migrations of random sources by several threads.
#include "native/drive/drive.h"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ferrite/migration.h"
#include "ferrite/verification.h"
#include "tests/support/memory_host.h"
#include "tests/support/random_record.h"
#include "tests/support/shop.h"
#include "tests/support/store_text.h"
#include "tests/support/temp_dir.h"

namespace ferrite::testing {
namespace {

using nlohmann::json;

constexpr char kPlan[] = R"json({"ferrite":1,"name":"p","tables":[
  {"name":"a","from":{"indexedDB":"d","store":"a"},
   "columns":{"id":{"path":"$key","type":"integer"},"a":"text",
     "b":{"type":"real","onMismatch":"null"},
     "up":{"sql":"upper(record ->> '$.c')","type":"any"}},
   "schema":{"type":"object","properties":{"c":{"pattern":"^[^q]*$"}}},
   "primaryKey":["id"]},
  {"name":"parts","from":{"indexedDB":"d","store":"a"},"each":"/c",
   "columns":{"of":{"record":"/id","type":"any"},"a":"json"}},
  {"name":"b","from":[{"indexedDB":"d","store":"b"},
                      {"indexedDB":"d","store":"c"}],
   "columns":{"id":{"path":"$key","type":"integer"},"a":"any"},
   "primaryKey":["id"]},
  {"name":"rest","from":{"localStorage":{"prefix":"n"}}}]})json";

class DriveOn : public ::testing::Test {
 protected:
  DriveOn() {
    Random random(7);
    MemoryHost host;
    for (const auto& [name, records] :
         {std::pair("a", 15000), std::pair("b", 8000), std::pair("c", 5000)}) {
      MemorySource source = MemorySource::IndexedDb("d", name, "{}");
      for (int i = 0; i < records; ++i) {
        Writer key, value;
        key.Integer(i);
        RandomRecord(&random).Write(&value);
        source.Put(key.bytes(), value.bytes());
      }
      host.sources.push_back(source);
    }
    MemorySource local = MemorySource::LocalStorage();
    for (int i = 0; i < 50; ++i) {
      const std::string name = (i % 3 == 0 ? "m" : "n") + std::to_string(i);
      local.Put("\"" + name + "\"", "\"value\"");
    }
    host.sources.push_back(local);
    auto pass = BeginBundle(path_, {}, host.States(), {}, 1);
    EXPECT_TRUE(pass.ok() && host.Drive(pass->get()).ok());
    bundle_ = std::move(BundleReader::Open(path_)).value();
    states_ = bundle_->StatesFor(plan_.sources);
  }

  std::unique_ptr<Store> NewStore() {
    return std::move(Store::Open(":memory:", {})).value();
  }

  // Batches of one size, so that two runs have the same ones.
  MigrationOptions Options(bool incremental) {
    MigrationOptions options;
    options.now = 1;
    options.target_ms = 0;
    options.batch_bytes = 50000;
    options.incremental = incremental;
    return options;
  }

  Result<void> Run(size_t threads, Store* store, std::string* report,
                   bool incremental = false, int batches = -1) {
    auto pass = BeginMigration(store, plan_, states_, Options(incremental));
    if (!pass.ok()) return std::move(pass).error();
    Result<void> done = DrivePassOn(
        threads, bundle_.get(), states_, pass->get(), [] { return int64_t{1}; },
        [&](const Progress&) { return batches-- != 0; });
    *report = (*pass)->ReportJson();
    return done;
  }

  TempDir dir_;
  const std::string path_ = dir_.File("bundle");
  const Plan plan_ = ParsePlan(kPlan);
  std::unique_ptr<BundleReader> bundle_;
  std::vector<SourceState> states_;
};

TEST_F(DriveOn, LeavesTheSameStoreByAnyNumberOfThreads) {
  for (const bool incremental : {false, true}) {
    std::string wanted;
    for (const size_t threads : {1, 2, 4}) {
      auto store = NewStore();
      std::string report;
      for (int run = 0; run < (incremental ? 2 : 1); ++run) {
        const auto done = Run(threads, store.get(), &report, incremental);
        ASSERT_TRUE(done.ok()) << done.error().message;
      }
      const std::string found = StoreText(store.get(), report);
      if (threads == 1) wanted = found;
      ASSERT_EQ(found == wanted, true) << threads << " threads";
    }
    for (const char* code : {"'type_mismatch'", "'schema'"}) {
      EXPECT_NE(wanted.find(code), std::string::npos) << code;
    }
  }
}

TEST_F(DriveOn, GoesOnWhereItWasCancelledWithOtherThreads) {
  auto whole = NewStore();
  std::string wanted, report;
  ASSERT_TRUE(Run(1, whole.get(), &wanted).ok());
  auto store = NewStore();
  int runs = 0;
  for (size_t threads = 4;; threads = threads % 4 + 1) {
    const auto done = Run(threads, store.get(), &report, false, 12);
    if (done.ok()) break;
    ASSERT_EQ(done.error().code, ErrorCode::kCancelled);
    ASSERT_LT(++runs, 100);
  }
  EXPECT_GT(runs, 2);
  for (const char* part : {"tables", "failed", "status"}) {
    EXPECT_EQ(json::parse(report)[part], json::parse(wanted)[part]) << part;
  }
  auto verification =
      BeginVerification(store.get(), plan_, states_, {.now = 2});
  ASSERT_TRUE(verification.ok());
  ASSERT_TRUE(DrivePassOn(
                  4, bundle_.get(), states_, verification->get(),
                  [] { return int64_t{2}; },
                  [](const Progress&) { return true; })
                  .ok());
  const json found = json::parse((*verification)->ReportJson());
  EXPECT_EQ(found["totals"]["differences"], 0);
}

TEST_F(DriveOn, TellsThatTheBundleWasDamagedMeanwhile) {
  // Its records go on in the middle of the file.
  std::string damaged = ReadFile(path_);
  for (size_t i = damaged.size() / 3; i < damaged.size() / 2; ++i) {
    damaged[i] = static_cast<char>(0xa5);
  }
  ++damaged[27];  // the count of changes, so that no cache hides it
  WriteFile(path_, damaged);
  std::string wanted;
  for (const size_t threads : {1, 2, 4}) {
    auto store = NewStore();
    std::string report;
    const auto done = Run(threads, store.get(), &report);
    ASSERT_FALSE(done.ok());
    const std::string found = StoreText(store.get(), done.error().ToJson());
    if (threads == 1) wanted = found;
    EXPECT_EQ(found == wanted, true) << done.error().ToJson();
  }
}

}  // namespace
}  // namespace ferrite::testing
