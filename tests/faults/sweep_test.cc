// Each allocation and each call to the disk fails once: an error says so, the
// file is whole, and the migration goes on to what an undisturbed run gives.
#include <gtest/gtest.h>

#include <cstdio>
#include <new>
#include <set>
#include <string>

#include "tests/faults/effort.h"
#include "tests/faults/market_run.h"
#include "tests/support/allocation_faults.h"

namespace ferrite::testing {
namespace {

using Span = AllocationFaults::Span;
using Codes = std::set<ErrorCode>;

constexpr uint64_t kSampledPoints = 120;
constexpr int kTries = 4;

// What happens behind an error.
enum class Then { kRepeat, kReopen };

class Sweep : public ::testing::Test {
 protected:
  Sweep() : run_({.records = 240, .batch_bytes = 4000}) {
    PrepareDisk();
    Result<Outcome> done = Run(Then::kRepeat);
    EXPECT_TRUE(done.ok()) << done.error().message;
    wanted_ = std::move(done).value();
  }

  void PrepareDisk() {
    vfs_.Format();
    AllocationFaults::Clear();
    errors_ = 0;
  }

  // Repeats `call` until it succeeds.
  template <typename Call>
  auto Try(Call call) -> decltype(call()) {
    auto done = call();
    for (int i = 1; i < kTries && !done.ok(); ++i) {
      Note(done.error());
      done = call();
    }
    return done;
  }

  void Note(const Error& error) {
    ++errors_;
    seen_.insert(error.code);
    EXPECT_NE(error.code, ErrorCode::kInternal) << error.message;
  }

  Result<Outcome> Run(Then then) {
    for (int i = 0; i < kTries; ++i) {
      Result<std::unique_ptr<Store>> store = Try([&] { return run_.Open(); });
      if (!store.ok()) return std::move(store).error();
      if (auto opened = OpenMarket(store->get()); !opened.ok()) {
        Note(opened.error());
        continue;
      }
      Result<std::unique_ptr<Pass>> pass =
          Try([&] { return run_.Begin(store->get()); });
      if (!pass.ok()) return std::move(pass).error();
      Result<bool> done = Drive(pass->get(), store->get(), then);
      if (!done.ok()) return std::move(done).error();
      if (*done) {
        Result<Outcome> outcome = Look(pass->get(), store->get());
        Close(std::move(pass).value(), std::move(store).value());
        return outcome;
      }
      Close(std::move(pass).value(), std::move(store).value());
    }
    return Error{ErrorCode::kInternal, "It fails for ever.", "", ""};
  }

  // False when the store is to be opened again.
  Result<bool> Drive(Pass* pass, Store* store, Then then) {
    int errors = 0;
    while (pass->step().kind != StepKind::kDone) {
      Result<void> done = run_.Advance(pass);
      if (done.ok()) continue;
      Note(done.error());
      EXPECT_EQ(Integrity(store), "ok");
      if (++errors == kTries) return std::move(done).error();
      if (then == Then::kReopen) return false;
    }
    return true;
  }

  static Result<Outcome> Look(Pass* pass, Store* store) {
    {
      const AllocationFaults::Watched watched(AllocationFaults::What::kSqlite);
      (void)pass->ReportJson();
    }
    Result<Outcome> outcome = MarketRun::Look(*pass, store);
    // Looking meets the disk's faults too.
    return outcome.ok() ? std::move(outcome) : MarketRun::Look(*pass, store);
  }

  static void Close(std::unique_ptr<Pass> pass, std::unique_ptr<Store> store) {
    const AllocationFaults::Watched watched(AllocationFaults::What::kAll);
    pass.reset();
    store.reset();
  }

  void ExpectWanted(const Result<Outcome>& done, const std::string& where) {
    ASSERT_TRUE(done.ok()) << where << ": " << done.error().message;
    const Discrepancy found = done->content.From(wanted_.content);
    EXPECT_TRUE(found.is_none())
        << where << ": lost " << found.lost << ", doubled " << found.doubled
        << ", in " << found.table;
    EXPECT_EQ(done->integrity, "ok") << where;
    EXPECT_TRUE(done->report == wanted_.report) << where << ": another report";
  }

  void FailAllocations(Span span, const char* name) {
    PrepareDisk();
    ExpectWanted(Run(Then::kRepeat), name);
    const uint64_t allocations = AllocationFaults::count();
    ASSERT_GT(allocations, 1000u);
    uint64_t runs = 0;
    uint64_t errors = 0;
    seen_.clear();
    for (const uint64_t number :
         Chosen(1, allocations, kSampledPoints, /*seed=*/11)) {
      const std::string where =
          std::string(name) + " from allocation " + std::to_string(number);
      SCOPED_TRACE(where);
      PrepareDisk();
      AllocationFaults::FailAt(number, span);
      try {
        const Result<Outcome> done =
            Run(number % 2 == 0 ? Then::kRepeat : Then::kReopen);
        ASSERT_TRUE(AllocationFaults::struck()) << where;
        ExpectWanted(done, where);
      } catch (const std::bad_alloc&) {
        ADD_FAILURE() << where << ": an exception came out";
      }
      if (HasFailure()) return;
      ++runs;
      errors += errors_;
    }
    EXPECT_EQ(seen_, Codes{ErrorCode::kOutOfMemory});
    std::printf("allocations: %llu, failed %s: %llu, errors: %llu\n",
                static_cast<unsigned long long>(allocations), name,
                static_cast<unsigned long long>(runs),
                static_cast<unsigned long long>(errors));
  }

  void FailCalls(int result, const char* name, const Codes& codes) {
    PrepareDisk();
    ExpectWanted(Run(Then::kRepeat), name);
    const uint64_t calls = vfs_.faults.calls();
    ASSERT_GT(calls, 300u);
    uint64_t runs = 0;
    uint64_t errors = 0;
    seen_.clear();
    for (const uint64_t number :
         Chosen(1, calls, kSampledPoints, /*seed=*/13)) {
      const std::string where =
          std::string(name) + " at call " + std::to_string(number);
      SCOPED_TRACE(where);
      PrepareDisk();
      vfs_.faults.FailCall(number, result);
      const Result<Outcome> done =
          Run(number % 2 == 0 ? Then::kRepeat : Then::kReopen);
      ASSERT_TRUE(vfs_.faults.struck()) << where;
      ExpectWanted(done, where);
      if (HasFailure()) return;
      ++runs;
      errors += errors_;
    }
    for (const ErrorCode code : seen_) {
      EXPECT_TRUE(codes.contains(code)) << name << ": " << ErrorText(code);
    }
    std::printf("calls to the disk: %llu, failed with %s: %llu, errors: %llu\n",
                static_cast<unsigned long long>(calls), name,
                static_cast<unsigned long long>(runs),
                static_cast<unsigned long long>(errors));
  }

  FaultVfs vfs_;
  MarketRun run_;
  Outcome wanted_;
  Codes seen_;
  uint64_t errors_ = 0;
};

TEST_F(Sweep, AnAllocationThatFailsIsAnErrorAndNoMore) {
  FailAllocations(Span::kOnce, "once");
}

TEST_F(Sweep, MemoryThatIsOutForACallIsAnErrorAndNoMore) {
  FailAllocations(Span::kScope, "to the end of the call");
}

TEST_F(Sweep, ADiskThatCannotIsAnErrorAndNoMore) {
  FailCalls(SQLITE_IOERR, "IOERR",
            {ErrorCode::kStoreIo, ErrorCode::kStoreOpen});
}

TEST_F(Sweep, ADiskThatIsFullIsAnErrorAndNoMore) {
  FailCalls(SQLITE_FULL, "FULL", {ErrorCode::kStoreFull});
}

TEST_F(Sweep, ADiskThatIsBusyIsAnErrorAndNoMore) {
  FailCalls(SQLITE_BUSY, "BUSY", {ErrorCode::kStoreBusy});
}

TEST_F(Sweep, ADiskWithoutMemoryIsAnErrorAndNoMore) {
  FailCalls(SQLITE_NOMEM, "NOMEM", {ErrorCode::kOutOfMemory});
}

}  // namespace
}  // namespace ferrite::testing
