// Migration on a disk that fails: whatever call is hit, no record is lost or
// doubled.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "ferrite/migration.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/references.h"
#include "tests/support/shop.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::FaultVfs;
using testing::MemoryHost;
using testing::MemorySource;
using testing::ParsePlan;
using testing::Shop;

constexpr char kFile[] = "shop.db";

std::string Fingerprint(const Pass& pass, Store* store) {
  const json report = json::parse(pass.ReportJson());
  Result<Statement> indexes = store->Prepare(
      "SELECT group_concat(sql) FROM (SELECT sql FROM sqlite_schema WHERE "
      "type='index' ORDER BY name)");
  if (!indexes.ok() || !indexes->Step().ok()) return "";
  return report["tables"].dump() + report["failed"].dump() +
         report["sources"].dump() + report["status"].dump() +
         std::string(indexes->Column(0).text());
}

// Orders with several lines, of customers some of which are not there.
Plan RelationsPlan() {
  Plan plan = ParsePlan(R"({"ferrite": 1, "name": "p", "tables": [
    {"name": "orders", "from": {"indexedDB": "d", "store": "orders"},
     "columns": {"id": "integer", "customer": "integer", "parent": "integer"},
     "primaryKey": ["id"]},
    {"name": "customers", "from": {"indexedDB": "d", "store": "customers"},
     "columns": {"id": "integer", "best": "integer"}, "primaryKey": ["id"]},
    {"name": "notes", "from": {"indexedDB": "d", "store": "notes"},
     "columns": {"id": "integer", "order": "integer", "customer": "integer"},
     "primaryKey": ["id"]},
    {"name": "lines", "from": {"indexedDB": "d", "store": "orders"},
     "columns": {"order": {"path": "$key", "type": "integer"}, "sku": "integer"},
     "primaryKey": ["order", "sku"]}]})");
  plan.tables[3].each = {{"lines"}};
  testing::Refer(&plan, "lines", {"order"}, "orders", OnOrphan::kQuarantine);
  testing::Refer(&plan, "orders", {"customer"}, "customers",
                 OnOrphan::kQuarantine);
  testing::Refer(&plan, "orders", {"parent"}, "orders", OnOrphan::kNull);
  testing::Refer(&plan, "customers", {"best"}, "orders", OnOrphan::kFail);
  testing::Refer(&plan, "notes", {"order"}, "orders", OnOrphan::kQuarantine);
  testing::Refer(&plan, "notes", {"customer"}, "customers", OnOrphan::kNull);
  testing::AddIndex(&plan, "orders", "orders_customer", {"customer"});
  testing::AddIndex(&plan, "notes", "notes_order", {"order", "customer"});
  return plan;
}

MemoryHost RelationsHost() {
  MemoryHost host;
  for (const char* store : {"orders", "customers", "notes"}) {
    host.sources.push_back(MemorySource::IndexedDb("d", store));
  }
  for (int id = 1; id <= 40; ++id) {
    const std::string key = std::to_string(id);
    host.sources[0].Put(key, R"({"id":)" + key + R"(,"customer":)" +
                                 std::to_string(id % 7) + R"(,"parent":)" +
                                 std::to_string(id * 3 % 50) +
                                 // Every eighth has one line twice.
                                 R"(,"lines":[{"sku":1},{"sku":2},{"sku":)" +
                                 (id % 8 == 0 ? "2" : "3") + "}]}");
    host.sources[2].Put(
        key, R"({"id":)" + key + R"(,"order":)" + std::to_string(id * 5 % 45) +
                 R"(,"customer":)" + std::to_string(id % 8) + "}");
  }
  // Customer 6 is not there, and 0 neither.
  for (int id = 1; id <= 5; ++id) {
    const std::string key = std::to_string(id);
    host.sources[1].Put(key, R"({"id":)" + key + R"(,"best":)" + key + "}");
  }
  return host;
}

class MigrationFaults : public ::testing::Test {
 protected:
  MigrationFaults() : MigrationFaults(ParsePlan(), Shop(300)) {}
  MigrationFaults(Plan plan, MemoryHost host)
      : plan_(std::move(plan)), host_(std::move(host)) {
    expected_ = *RunToTheEnd();
    changes_ = vfs_.faults.changes();
    reads_ = vfs_.faults.reads();
    Format();
  }

  void Format() {
    vfs_.Format();
    acknowledged_ = 0;
  }

  Result<std::unique_ptr<Store>> Open() {
    Store::Options options;
    options.vfs = FaultVfs::kName;
    options.page_size = 1024;
    return Store::Open(kFile, options);
  }

  Result<std::unique_ptr<Pass>> Begin(Store* store) {
    MigrationOptions options;
    options.now = host_.now;
    options.batch_bytes = 4000;
    return BeginMigration(store, plan_, host_.States(), options);
  }

  // Opens, migrates and gives the fingerprint, or the first error.
  Result<std::string> RunToTheEnd() {
    Result<std::unique_ptr<Store>> store = Open();
    if (!store.ok()) return store.error();
    Result<std::unique_ptr<Pass>> pass = Begin(store->get());
    if (!pass.ok()) return pass.error();
    // What was acknowledged before the power went is still there.
    EXPECT_GE((*pass)->progress().bytes, acknowledged_);
    while ((*pass)->step().kind != StepKind::kDone) {
      Result<void> done = host_.Advance(pass->get());
      if (!done.ok()) return done.error();
      acknowledged_ = (*pass)->progress().bytes;
    }
    return Fingerprint(**pass, store->get());
  }

  // As RunToTheEnd, but a call that fails is made once more.
  Result<std::string> RunRepeatingOnce() {
    Result<std::unique_ptr<Store>> store = Open();
    if (!store.ok()) store = Open();
    if (!store.ok()) return store.error();
    Result<std::unique_ptr<Pass>> pass = Begin(store->get());
    if (!pass.ok()) pass = Begin(store->get());
    if (!pass.ok()) return pass.error();
    while ((*pass)->step().kind != StepKind::kDone) {
      const ByteBuffer after((*pass)->step().after.begin(),
                             (*pass)->step().after.end());
      Result<void> done = host_.Advance(pass->get());
      if (done.ok()) continue;
      seen_.insert(done.error().code);
      const Bytes after_error = (*pass)->step().after;
      EXPECT_EQ(after, ByteBuffer(after_error.begin(), after_error.end()));
      done = host_.Advance(pass->get());
      if (!done.ok()) return done.error();
    }
    return Fingerprint(**pass, store->get());
  }

  void StopEverywhere(FaultVfs::Unsynced unsynced) {
    for (uint64_t call = 1; call <= changes_; call += testing::kFaultStride) {
      Format();
      vfs_.faults.StopAtChange(call);
      (void)RunToTheEnd();
      ASSERT_TRUE(vfs_.faults.struck()) << call;
      vfs_.PowerCut(unsynced, static_cast<uint32_t>(call));
      const Result<std::string> resumed = RunToTheEnd();
      ASSERT_TRUE(resumed.ok()) << call << ": " << resumed.error().message;
      ASSERT_EQ(*resumed, expected_) << call;
    }
  }

  void FailEverywhere(int result, ErrorCode code) {
    for (uint64_t call = 1; call <= changes_; call += testing::kFaultStride) {
      Format();
      vfs_.faults.FailChange(call, result);
      const Result<std::string> done = RunRepeatingOnce();
      ASSERT_TRUE(vfs_.faults.struck()) << call;
      ASSERT_TRUE(done.ok()) << call << ": " << done.error().message;
      ASSERT_EQ(*done, expected_) << call;
    }
    EXPECT_EQ(seen_, std::set<ErrorCode>{code});
  }

  FaultVfs vfs_;
  const Plan plan_;
  MemoryHost host_;
  std::string expected_;
  uint64_t changes_ = 0;
  uint64_t reads_ = 0;
  uint64_t acknowledged_ = 0;
  std::set<ErrorCode> seen_;
};

class RelationFaults : public MigrationFaults {
 protected:
  RelationFaults() : MigrationFaults(RelationsPlan(), RelationsHost()) {}
};

TEST_F(MigrationFaults, PowerCutAtEveryCallLosesAndDoublesNothing) {
  StopEverywhere(FaultVfs::Unsynced::kDropped);
}

TEST_F(MigrationFaults, ProcessDeathAtEveryCallLosesAndDoublesNothing) {
  StopEverywhere(FaultVfs::Unsynced::kKept);
}

TEST_F(MigrationFaults, PowerCutThatKeepsSomeWritesLosesAndDoublesNothing) {
  StopEverywhere(FaultVfs::Unsynced::kSome);
}

TEST_F(RelationFaults, DealWithOrphansOfEveryKind) {
  for (const char* some :
       {R"("code":"orphan")", R"("quarantined":10,"rows":30)",
        R"("code":"not_unique")", R"("quarantined":30,"rows":75)",
        R"("nulled":)", "CREATE INDEX \"notes_order\""}) {
    EXPECT_NE(expected_.find(some), std::string::npos) << some << expected_;
  }
}

TEST_F(RelationFaults, PowerCutAtEveryCallEndsInTheSameContent) {
  StopEverywhere(FaultVfs::Unsynced::kDropped);
}

TEST_F(RelationFaults, ProcessDeathAtEveryCallEndsInTheSameContent) {
  StopEverywhere(FaultVfs::Unsynced::kKept);
}

TEST_F(RelationFaults, PowerCutThatKeepsSomeWritesEndsInTheSameContent) {
  StopEverywhere(FaultVfs::Unsynced::kSome);
}

TEST_F(RelationFaults, CallCanBeRepeatedWhenTheDiskWasFull) {
  FailEverywhere(SQLITE_FULL, ErrorCode::kStoreFull);
}

TEST_F(MigrationFaults, CallCanBeRepeatedWhenTheDiskWasFull) {
  FailEverywhere(SQLITE_FULL, ErrorCode::kStoreFull);
}

TEST_F(MigrationFaults, CallCanBeRepeatedWhenAWriteFailed) {
  FailEverywhere(SQLITE_IOERR_WRITE, ErrorCode::kStoreIo);
}

TEST_F(MigrationFaults, CallCanBeRepeatedWhenAReadFailed) {
  for (uint64_t call = 1; call <= reads_; call += testing::kFaultStride) {
    Format();
    vfs_.faults.FailRead(call, SQLITE_IOERR_READ);
    const Result<std::string> done = RunRepeatingOnce();
    ASSERT_TRUE(done.ok()) << call << ": " << done.error().message;
    ASSERT_EQ(*done, expected_) << call;
  }
}

}  // namespace
}  // namespace ferrite
