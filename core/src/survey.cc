#include "survey.h"

#include <algorithm>

namespace ferrite::internal {

Result<std::unique_ptr<Survey>> Survey::Open(Store* store, const Plan& plan,
                                             int64_t migration,
                                             std::optional<int64_t> since) {
  Result<TotalTable> totals = TotalTable::Open(store, migration);
  if (!totals.ok()) return std::move(totals).error();
  std::vector<bool> wanted(plan.tables.size());
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    if (plan.tables[i].on_conflict.strategy == Strategy::kLedger) continue;
    Result<bool> is_known = totals->Has(plan.tables[i].name);
    if (!is_known.ok()) return std::move(is_known).error();
    wanted[i] = !*is_known;
  }
  if (std::find(wanted.begin(), wanted.end(), true) == wanted.end()) {
    return std::unique_ptr<Survey>();
  }
  std::optional<TotalTable> before;
  if (since) {
    Result<TotalTable> opened = TotalTable::Open(store, *since);
    if (!opened.ok()) return std::move(opened).error();
    before.emplace(std::move(opened).value());
  }
  return std::unique_ptr<Survey>(
      new Survey(store, plan, std::move(totals).value(), std::move(before),
                 std::move(wanted)));
}

Result<bool> Survey::Work() {
  Result<bool> scanned = scan_.Work();
  if (!scanned.ok() || !*scanned) return scanned;
  if (auto saved = store_->Atomically([&] { return Save(); }); !saved.ok()) {
    return std::move(saved).error();
  }
  return true;
}

Result<void> Survey::Save() {
  for (size_t i = 0; i < plan_.tables.size(); ++i) {
    if (!wanted_[i]) continue;
    const std::string& name = plan_.tables[i].name;
    const Total& total = scan_.totals()[i];
    if (auto saved = totals_.Save(name, total); !saved.ok()) return saved;
    ConflictCounts counts;
    counts.before = total.rows;
    if (before_) {
      Result<ConflictCounts> last = before_->LoadConflicts(name);
      if (!last.ok()) return std::move(last).error();
      counts.undecided = last->undecided;
      Result<OrphanCounts> orphans = before_->LoadOrphans(name);
      if (!orphans.ok()) return std::move(orphans).error();
      if (auto added = totals_.AddOrphans(name, *orphans); !added.ok()) {
        return added;
      }
    }
    if (auto saved = totals_.SaveConflicts(name, counts); !saved.ok()) {
      return saved;
    }
  }
  return {};
}

}  // namespace ferrite::internal
