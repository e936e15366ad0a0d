// Bringing a store up to date on a disk that fails: whatever call is hit, it
// ends in the same content.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "ferrite/migration.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/shop.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::FaultVfs;
using testing::MemoryHost;
using testing::MemorySource;
using testing::ParsePlan;

constexpr char kFile[] = "shop.db";

constexpr char kPlan[] = R"({"ferrite": 1, "name": "p", "tables": [
  {"name": "orders", "from": {"indexedDB": "d", "store": "orders"},
   "columns": {"id": "integer", "code": {"type": "text", "unique": true},
     "customer": {"type": "integer", "references": {"table": "customers"}}},
   "primaryKey": ["id"], "drop": ["/lines"]},
  {"name": "lines", "from": {"indexedDB": "d", "store": "orders"},
   "each": "/lines", "columns": {"order": {"record": "/id", "type": "integer"},
     "sku": "integer"}, "primaryKey": ["order", "sku"]},
  {"name": "customers", "from": {"indexedDB": "d", "store": "customers"},
   "columns": {"id": "integer"}, "primaryKey": ["id"]}]})";

std::string Order(int id, int code, int customer, int lines) {
  std::string text = R"({"id":)" + std::to_string(id) + R"(,"code":"c)" +
                     std::to_string(code) + R"(","customer":)" +
                     std::to_string(customer) + R"(,"lines":[)";
  for (int sku = 0; sku < lines; ++sku) {
    text += std::string(sku == 0 ? "" : ",") + R"({"sku":)" +
            std::to_string(sku) + "}";
  }
  return text + "]}";
}

class IncrementalFaults : public ::testing::Test {
 protected:
  IncrementalFaults() : plan_(ParsePlan(kPlan)) {
    for (const char* store : {"orders", "customers"}) {
      before_.sources.push_back(MemorySource::IndexedDb("d", store));
    }
    for (int id = 1; id <= 24; ++id) {
      before_.sources[0].Put(std::to_string(id), Order(id, id, id % 7, id % 4));
      before_.sources[0].SetTime(std::to_string(id), id);
    }
    for (int id = 0; id < 6; ++id) {
      const std::string key = std::to_string(id);
      before_.sources[1].Put(key, R"({"id":)" + key + "}");
      before_.sources[1].SetTime(key, id);
    }
    after_ = before_;
    for (int id = 3; id <= 24; id += 5) {
      // Their codes go round, so that each meets the next one's.
      after_.sources[0].Put(std::to_string(id),
                            Order(id, id == 23 ? 3 : id + 5, id % 6, 2));
    }
    for (int id = 4; id <= 24; id += 9) {
      after_.sources[0].Remove(std::to_string(id));
    }
    after_.sources[0].Put("70", Order(70, 4, 6, 3));
    after_.sources[1].Put("6", R"({"id":6})");
    after_.sources[1].Remove("1");
    Prepare();
    const uint64_t begun = vfs_.faults.changes();
    expected_ = *Update();
    changes_ = vfs_.faults.changes() - begun;
  }

  // The store as the first migration leaves it.
  void Prepare() {
    vfs_.Format();
    ASSERT_TRUE(Migrate(&before_).ok());
  }

  Result<std::string> Migrate(MemoryHost* host) {
    Store::Options file;
    file.vfs = FaultVfs::kName;
    file.page_size = 1024;
    Result<std::unique_ptr<Store>> store = Store::Open(kFile, file);
    if (!store.ok()) return store.error();
    MigrationOptions options;
    options.now = host->now;
    options.batch_bytes = 600;
    options.incremental = true;
    auto pass = BeginMigration(store->get(), plan_, host->States(), options);
    if (!pass.ok()) return pass.error();
    while ((*pass)->step().kind != StepKind::kDone) {
      if (auto done = host->Advance(pass->get()); !done.ok()) {
        if (!is_patient_) return done.error();
        is_patient_ = false;
        done = host->Advance(pass->get());
        if (!done.ok()) return done.error();
      }
    }
    const json report = json::parse((*pass)->ReportJson());
    return report["tables"].dump() + report["status"].dump() +
           report["totals"]["failed"].dump();
  }

  Result<std::string> Update() { return Migrate(&after_); }

  void StopEverywhere(FaultVfs::Unsynced unsynced) {
    for (uint64_t call = 1; call <= changes_; call += testing::kFaultStride) {
      Prepare();
      vfs_.faults.Clear();
      vfs_.faults.StopAtChange(call);
      (void)Update();
      ASSERT_TRUE(vfs_.faults.struck()) << call;
      vfs_.PowerCut(unsynced, static_cast<uint32_t>(call));
      // When it had ended, this is one more run without a change.
      const Result<std::string> resumed = Update();
      ASSERT_TRUE(resumed.ok()) << call << ": " << resumed.error().message;
      ASSERT_EQ(*resumed, expected_) << call;
    }
  }

  FaultVfs vfs_;
  Plan plan_;
  MemoryHost before_, after_;
  std::string expected_;
  uint64_t changes_ = 0;
  bool is_patient_ = false;  // a call that fails is made once more
};

TEST_F(IncrementalFaults, WhatIsExpectedIsWhatANewStoreComesTo) {
  vfs_.Format();
  const Result<std::string> fresh = Update();
  ASSERT_TRUE(fresh.ok());
  EXPECT_EQ(*fresh, expected_);
  EXPECT_NE(expected_.find("in the ledger"), std::string::npos) << expected_;
}

TEST_F(IncrementalFaults, PowerCutAtEveryCallEndsInTheSameContent) {
  StopEverywhere(FaultVfs::Unsynced::kDropped);
}

TEST_F(IncrementalFaults, PowerCutAtEveryCallOfARunThatReadsLessDoesToo) {
  plan_.changed = {{0, {"at"}}, {1, {"at"}}};
  Prepare();
  const uint64_t reads = after_.sources[1].reads();
  ASSERT_EQ(*Update(), expected_);
  ASSERT_EQ(after_.sources[1].reads() - reads, 2u);
  StopEverywhere(FaultVfs::Unsynced::kDropped);
}

TEST_F(IncrementalFaults, ProcessDeathAtEveryCallEndsInTheSameContent) {
  StopEverywhere(FaultVfs::Unsynced::kKept);
}

TEST_F(IncrementalFaults, CallCanBeRepeatedWhenTheDiskWasFull) {
  for (uint64_t call = 1; call <= changes_; call += testing::kFaultStride) {
    Prepare();
    vfs_.faults.Clear();
    vfs_.faults.FailChange(call, SQLITE_FULL);
    is_patient_ = true;
    Result<std::string> done = Update();
    // What fails before the pass has begun is begun again.
    if (!done.ok()) done = Update();
    ASSERT_TRUE(done.ok()) << call << ": " << done.error().message;
    ASSERT_EQ(*done, expected_) << call;
  }
}

}  // namespace
}  // namespace ferrite
