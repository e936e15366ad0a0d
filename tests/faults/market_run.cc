#include "tests/faults/market_run.h"

#include <utility>

namespace ferrite::testing {

Result<std::unique_ptr<Store>> MarketRun::Open() const {
  Store::Options options;
  options.vfs = FaultVfs::kName;
  options.page_size = options_.page_size;
  Result<std::unique_ptr<Store>> store = Store::Open("market.db", options);
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
  return BeginMigration(store, plan_, host_.States(), options);
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
