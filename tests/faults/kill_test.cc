// A migration that is killed behind every change of its disk: whatever the disk
// kept, the next process ends where an undisturbed run ends.
//
// One run is recorded. The disk at a kill point is then what the recorded
// changes up to it make of an empty one, so that a kill costs only the run that
// resumes.
#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "tests/faults/effort.h"
#include "tests/faults/market_run.h"

namespace ferrite::testing {
namespace {

constexpr uint64_t kSampledPoints = 40;

struct Recorded {
  std::string file;
  DiskChange change;
};

struct Variant {
  const char* name;
  Unsynced unsynced;
  // The process that resumes is killed as well.
  bool is_twice = false;
};

constexpr Variant kVariants[] = {
    {"dropped", Unsynced::kDropped},
    {"kept", Unsynced::kKept},
    {"reordered", Unsynced::kSome},
    {"torn", Unsynced::kTorn},
    {"torn, and the run that resumes too", Unsynced::kTorn, true}};

class Kill : public ::testing::TestWithParam<int> {
 protected:
  Kill() : run_({.cache_pages = GetParam()}) {}

  void Record() {
    vfs_.on_change = [&](const std::string& file, const DiskChange& change) {
      changes_.push_back({file, change});
      acknowledged_.push_back(acknowledged_.empty() ? 0 : bytes_);
    };
    Result<Outcome> done =
        run_.ToTheEnd(nullptr, [&](uint64_t bytes) { bytes_ = bytes; });
    vfs_.on_change = {};
    ASSERT_TRUE(done.ok()) << done.error().message;
    wanted_ = std::move(done).value();
  }

  // What resumes a run that was killed behind `point` changes.
  void Resume(uint64_t point, const Variant& variant) {
    const auto seed = static_cast<uint32_t>(point);
    vfs_.disk = disk_;
    vfs_.PowerCut(variant.unsynced, seed);
    const std::string where = "behind change " + std::to_string(point) + " (" +
                              changes_[point - 1].file + "), " + variant.name;
    uint64_t bytes = 0;
    if (variant.is_twice) {
      std::mt19937 random(seed);
      vfs_.faults.StopAtChange(1 + random() % (changes_.size() - point + 8));
      (void)run_.ToTheEnd(nullptr, [&](uint64_t now) { bytes = now; });
      vfs_.PowerCut(variant.unsynced, seed + 1);
    }
    bytes = std::max(bytes, acknowledged_[point - 1]);
    uint64_t at_start = 0;
    const Result<Outcome> resumed = run_.ToTheEnd(&at_start);
    ASSERT_TRUE(resumed.ok()) << where << ": " << resumed.error().message;
    // What was acknowledged is still there.
    EXPECT_GE(at_start, bytes) << where;
    const Discrepancy found = resumed->content.From(wanted_.content);
    lost_ += found.lost;
    doubled_ += found.doubled;
    EXPECT_TRUE(found.is_none())
        << where << ": lost " << found.lost << ", doubled " << found.doubled
        << ", in " << found.table;
    EXPECT_EQ(resumed->integrity, "ok") << where;
    EXPECT_TRUE(resumed->report == wanted_.report)
        << where << ": another report";
    ++runs_;
  }

  FaultVfs vfs_;
  MarketRun run_;
  Outcome wanted_;
  std::vector<Recorded> changes_;
  std::vector<uint64_t> acknowledged_;  // bytes, when each change happened
  uint64_t bytes_ = 0;
  FaultDisk disk_;
  uint64_t runs_ = 0;
  uint64_t lost_ = 0;
  uint64_t doubled_ = 0;
};

TEST_P(Kill, LosesAndDoublesNothing) {
  Record();
  uint64_t done = 0;
  for (const uint64_t point :
       Chosen(1, changes_.size(), kSampledPoints, /*seed=*/7)) {
    for (; done < point; ++done) {
      disk_.Apply(changes_[done].file, changes_[done].change);
    }
    for (const Variant& variant : kVariants) {
      Resume(point, variant);
      if (HasFatalFailure()) return;
    }
  }
  std::printf(
      "kill points: %zu, variants: %zu, runs: %llu, lost %llu, doubled %llu\n",
      changes_.size(), std::size(kVariants),
      static_cast<unsigned long long>(runs_),
      static_cast<unsigned long long>(lost_),
      static_cast<unsigned long long>(doubled_));
}

TEST_P(Kill, HasEverythingInIt) {
  Record();
  EXPECT_GT(changes_.size(), 500u);
  for (const char* table :
       {"orders", "lines", "customers", "notes", "people", "contacts", "asked",
        "ferrite_conflict", "ferrite_failed"}) {
    EXPECT_GT(wanted_.content.rows(table), 10u) << table;
  }
  for (const char* some :
       {R"("code":"not_unique")", R"("code":"not_null")", R"("nulled":)",
        R"("quarantined":)", R"("overwritten":)", R"("kept":)", R"("merged":)",
        R"("undecided":)", R"("completed_with_differences")"}) {
    EXPECT_NE(wanted_.report.find(some), std::string::npos) << some;
  }
}

// 0: the cache holds every transaction; 12: the file is written to in the
// middle of each.
INSTANTIATE_TEST_SUITE_P(Market, Kill, ::testing::Values(0, 12));

}  // namespace
}  // namespace ferrite::testing
