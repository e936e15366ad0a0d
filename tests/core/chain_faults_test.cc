// A chain on a disk that fails: the store is always at a whole version.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "ferrite/chain.h"
#include "tests/support/chains.h"
#include "tests/support/fault_vfs.h"

namespace ferrite {
namespace {

using testing::Content;
using testing::FaultVfs;

constexpr int64_t kNow = 1700000000000;

class ChainFaults : public ::testing::Test {
 protected:
  ChainFaults() : chain_(*Chain::Parse(testing::kChain)) {
    for (int64_t version = 0; version <= 3; ++version) {
      Prepare();
      std::unique_ptr<Store> store = Open().value();
      EXPECT_TRUE(ApplyChain(store.get(), chain_, version, kNow).ok());
      contents_.push_back(Content(store.get()));
    }
    Prepare();
    const uint64_t before = vfs_.faults.changes();
    EXPECT_TRUE(Climb().ok());
    changes_ = vfs_.faults.changes() - before;
  }

  Result<std::unique_ptr<Store>> Open() {
    Store::Options options;
    options.vfs = FaultVfs::kName;
    options.page_size = 1024;
    return Store::Open("versions.db", options);
  }

  // A store at version 1 with 500 rows.
  void Prepare() {
    vfs_.Format();
    std::unique_ptr<Store> store = Open().value();
    ASSERT_TRUE(ApplyChain(store.get(), chain_, 1, kNow).ok());
    ASSERT_TRUE(store
                    ->Execute("INSERT INTO orders SELECT value, 'town ' || "
                              "(value % 7), value FROM (WITH RECURSIVE "
                              "s(value) AS (SELECT 1 UNION ALL SELECT value+1 "
                              "FROM s WHERE value<500) SELECT value FROM s)")
                    .ok());
  }

  // Up to the newest, through all versions, and halfway back and up again.
  Result<void> Climb() {
    Result<std::unique_ptr<Store>> store = Open();
    if (!store.ok()) return std::move(store).error();
    for (const int64_t target : {3, 1, 3}) {
      Result<void> done = ApplyChain(store->get(), chain_, target, kNow);
      if (!done.ok()) return done;
    }
    return {};
  }

  void ExpectWholeVersion(Store* store, uint64_t call) {
    const Result<std::string> status = ChainStatus(store, chain_);
    ASSERT_TRUE(status.ok()) << call << ": " << status.error().message;
    const size_t version = nlohmann::json::parse(*status)["current"];
    ASSERT_LT(version, contents_.size());
    ASSERT_EQ(Content(store), contents_[version]) << call;
    Result<Statement> check = store->Prepare("PRAGMA integrity_check");
    ASSERT_TRUE(check.ok() && *check->Step());
    ASSERT_EQ(check->Column(0).text(), "ok") << call;
  }

  void StopEverywhere(FaultVfs::Unsynced unsynced) {
    ASSERT_GT(changes_, 30u);
    for (uint64_t call = 1; call <= changes_; call += testing::kFaultStride) {
      Prepare();
      vfs_.faults.Clear();
      vfs_.faults.StopAtChange(call);
      (void)Climb();
      ASSERT_TRUE(vfs_.faults.struck()) << call;
      vfs_.PowerCut(unsynced, static_cast<uint32_t>(call));
      {
        std::unique_ptr<Store> store = Open().value();
        ExpectWholeVersion(store.get(), call);
        ASSERT_TRUE(ApplyChain(store.get(), chain_, 3, kNow).ok()) << call;
        ASSERT_EQ(Content(store.get()), contents_[3]) << call;
      }
    }
  }

  void FailEverywhere(int result) {
    for (uint64_t call = 1; call <= changes_; call += testing::kFaultStride) {
      Prepare();
      vfs_.faults.Clear();
      vfs_.faults.FailChange(call, result);
      {
        Result<std::unique_ptr<Store>> store = Open();
        if (!store.ok()) store = Open();
        ASSERT_TRUE(store.ok()) << call;
        for (const int64_t target : {3, 1, 3}) {
          if (ApplyChain(store->get(), chain_, target, kNow).ok()) continue;
          // The same connection goes on.
          ExpectWholeVersion(store->get(), call);
          const auto again = ApplyChain(store->get(), chain_, target, kNow);
          ASSERT_TRUE(again.ok()) << call << ": " << again.error().message;
        }
        ASSERT_EQ(Content(store->get()), contents_[3]) << call;
      }
      ASSERT_TRUE(vfs_.faults.struck()) << call;
    }
  }

  FaultVfs vfs_;
  const Chain chain_;
  std::vector<std::string> contents_;  // by version
  uint64_t changes_ = 0;
};

TEST_F(ChainFaults, PowerCutAtEveryCallLeavesAWholeVersion) {
  StopEverywhere(FaultVfs::Unsynced::kDropped);
}

TEST_F(ChainFaults, ProcessDeathAtEveryCallLeavesAWholeVersion) {
  StopEverywhere(FaultVfs::Unsynced::kKept);
}

TEST_F(ChainFaults, PowerCutThatKeepsSomeWritesLeavesAWholeVersion) {
  StopEverywhere(FaultVfs::Unsynced::kSome);
}

TEST_F(ChainFaults, FullDiskAtEveryCallLeavesAWholeVersion) {
  FailEverywhere(SQLITE_FULL);
}

TEST_F(ChainFaults, FailedWriteAtEveryCallLeavesAWholeVersion) {
  FailEverywhere(SQLITE_IOERR_WRITE);
}

}  // namespace
}  // namespace ferrite
