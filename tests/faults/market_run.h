// MarketRun: the market's migration on a disk that fails.
//
// What is the engine's runs watched by AllocationFaults.
#ifndef FERRITE_TESTS_FAULTS_MARKET_RUN_H_
#define FERRITE_TESTS_FAULTS_MARKET_RUN_H_

#include <functional>
#include <memory>
#include <string>

#include "ferrite/migration.h"
#include "tests/faults/content.h"
#include "tests/faults/market.h"
#include "tests/support/fault_vfs.h"

namespace ferrite::testing {

// What an undisturbed run must be equal to.
struct Outcome {
  Content content;
  std::string report;
  std::string integrity;  // "ok", or what is wrong with the file
};

struct MarketOptions {
  int records = 3000;
  uint32_t batch_bytes = 24000;
  int page_size = 4096;
  // In pages; 0: as the Store has it. A small cache writes to the file in the
  // middle of a transaction.
  int cache_pages = 0;
};

class MarketRun {
 public:
  explicit MarketRun(const MarketOptions& options)
      : options_(options),
        plan_(MarketPlan()),
        host_(MarketHost(options.records)) {}

  Result<std::unique_ptr<Store>> Open() const;
  Result<std::unique_ptr<Pass>> Begin(Store* store);
  // One call of the pass.
  Result<void> Advance(Pass* pass);
  // What a finished pass and its store hold.
  static Result<Outcome> Look(const Pass& pass, Store* store);

  // Opens, goes on to the end and looks; or the first error. `at_start` gets
  // the bytes that were there to begin with, `on_progress` those after each
  // call.
  Result<Outcome> ToTheEnd(
      uint64_t* at_start = nullptr,
      const std::function<void(uint64_t)>& on_progress = {});

 private:
  const MarketOptions options_;
  const Plan plan_;
  MemoryHost host_;
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_FAULTS_MARKET_RUN_H_
