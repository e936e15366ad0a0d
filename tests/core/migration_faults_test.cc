// Migration on a disk that fails: whatever call is hit, no record is lost or
// doubled.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "ferrite/migration.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/shop.h"

namespace ferrite {
namespace {

using nlohmann::json;
using testing::FaultVfs;
using testing::MemoryHost;
using testing::ParsePlan;
using testing::Shop;

constexpr char kFile[] = "shop.db";

std::string Fingerprint(const Pass& pass) {
  const json report = json::parse(pass.ReportJson());
  return report["tables"].dump() + report["failed"].dump() +
         report["sources"].dump() + report["status"].dump();
}

class MigrationFaults : public ::testing::Test {
 protected:
  MigrationFaults() : plan_(ParsePlan()), host_(Shop(300)) {
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
    return Fingerprint(**pass);
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
    return Fingerprint(**pass);
  }

  void StopEverywhere(FaultVfs::Unsynced unsynced) {
    for (uint64_t call = 1; call <= changes_; ++call) {
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
    for (uint64_t call = 1; call <= changes_; ++call) {
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

TEST_F(MigrationFaults, PowerCutAtEveryCallLosesAndDoublesNothing) {
  StopEverywhere(FaultVfs::Unsynced::kDropped);
}

TEST_F(MigrationFaults, ProcessDeathAtEveryCallLosesAndDoublesNothing) {
  StopEverywhere(FaultVfs::Unsynced::kKept);
}

TEST_F(MigrationFaults, PowerCutThatKeepsSomeWritesLosesAndDoublesNothing) {
  StopEverywhere(FaultVfs::Unsynced::kSome);
}

TEST_F(MigrationFaults, CallCanBeRepeatedWhenTheDiskWasFull) {
  FailEverywhere(SQLITE_FULL, ErrorCode::kStoreFull);
}

TEST_F(MigrationFaults, CallCanBeRepeatedWhenAWriteFailed) {
  FailEverywhere(SQLITE_IOERR_WRITE, ErrorCode::kStoreIo);
}

TEST_F(MigrationFaults, CallCanBeRepeatedWhenAReadFailed) {
  for (uint64_t call = 1; call <= reads_; ++call) {
    Format();
    vfs_.faults.FailRead(call, SQLITE_IOERR_READ);
    const Result<std::string> done = RunRepeatingOnce();
    ASSERT_TRUE(done.ok()) << call << ": " << done.error().message;
    ASSERT_EQ(*done, expected_) << call;
  }
}

}  // namespace
}  // namespace ferrite
