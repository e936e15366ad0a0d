#include "tests/faults/market_run.h"

#include <utility>

#include "tests/support/allocation_faults.h"

namespace ferrite::testing {

using What = AllocationFaults::What;
using Watched = AllocationFaults::Watched;

Result<std::unique_ptr<Store>> MarketRun::Open() const {
  Store::Options options;
  options.vfs = FaultVfs::kName;
  options.page_size = options_.page_size;
  const std::string path = "market.db";
  Result<std::unique_ptr<Store>> store = [&] {
    const Watched watched(What::kAll);
    return Store::Open(path, options);
  }();
  if (!store.ok() || options_.cache_pages == 0) return store;
  Result<void> done = (*store)->Execute("PRAGMA cache_size=" +
                                        std::to_string(options_.cache_pages));
  if (!done.ok()) return std::move(done).error();
  return store;
}

Result<std::unique_ptr<Pass>> MarketRun::Begin(Store* store) {
  MigrationOptions options;
  options.now = host_.now;
  options.batch_bytes = options_.batch_bytes;
  // The same batches in every run: entries have the same ids then.
  options.target_ms = 0;
  std::vector<SourceState> states = host_.States();
  const Watched watched(What::kSqlite);
  return BeginMigration(store, plan_, std::move(states), options);
}

Result<void> MarketRun::Advance(Pass* pass) {
  ++host_.now;
  const Step step = pass->step();
  if (step.kind != StepKind::kRead) {
    // The last one writes the report.
    const bool has_json = pass->progress().stage == "reconcile";
    const Watched watched(has_json ? What::kSqlite : What::kAll);
    return pass->Work(host_.now);
  }
  Writer batch;
  bool last = false;
  host_.sources[step.source].Read(step, &batch, &last);
  const Watched watched(What::kAll);
  return pass->Apply(batch.bytes(), last, host_.now);
}

Result<Outcome> MarketRun::Look(const Pass& pass, Store* store) {
  Result<Content> content = Content::Read(store);
  if (!content.ok()) return std::move(content).error();
  return Outcome{std::move(content).value(), ReportOf(pass), Integrity(store)};
}

Result<Outcome> MarketRun::ToTheEnd(
    uint64_t* at_start, const std::function<void(uint64_t)>& on_progress) {
  Result<std::unique_ptr<Store>> store = Open();
  if (!store.ok()) return std::move(store).error();
  if (auto opened = OpenMarket(store->get()); !opened.ok()) {
    return std::move(opened).error();
  }
  Result<std::unique_ptr<Pass>> pass = Begin(store->get());
  if (!pass.ok()) return std::move(pass).error();
  if (at_start != nullptr) *at_start = (*pass)->progress().bytes;
  while ((*pass)->step().kind != StepKind::kDone) {
    Result<void> done = Advance(pass->get());
    if (!done.ok()) return std::move(done).error();
    if (on_progress) on_progress((*pass)->progress().bytes);
  }
  return Look(**pass, store->get());
}

}  // namespace ferrite::testing
