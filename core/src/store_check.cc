#include "store_check.h"

#include <utility>

#include "chain_history.h"
#include "ferrite/clean_up.h"
#include "index_builder.h"
#include "origin_run.h"
#include "plan_history.h"
#include "report.h"
#include "table_writer.h"

namespace ferrite::internal {
namespace {

// A retry may have brought another plan than the one that made the tables.
Result<void> CheckTables(Store* store, const Plan& plan, int64_t migration) {
  Result<Plan> first = FirstPlan(store, migration);
  if (!first.ok()) return std::move(first).error();
  Result<void> ours =
      CheckTablesAreOurs(store, first->hash == plan.hash ? plan : *first);
  return ours.ok() ? CheckIndexNames(store, plan) : ours;
}

}  // namespace

Result<std::optional<MigrationRow>> CheckStore(Store* store, const Plan& plan,
                                               bool is_sampled) {
  Result<std::optional<MigrationRow>> unfinished = UnfinishedMigration(store);
  if (!unfinished.ok()) return unfinished;
  if (!unfinished->has_value()) {
    Result<void> free = CheckNamesAreFree(store, plan);
    if (free.ok()) free = CheckIndexNames(store, plan);
    if (!free.ok()) return std::move(free).error();
    return unfinished;
  }
  if ((*unfinished)->plan_hash != plan.hash) {
    return Error{ErrorCode::kPlanChanged,
                 "The store holds an unfinished migration of the plan \"" +
                     (*unfinished)->plan_name + "\" as it was before.",
                 "Finish it with that plan, or use a new store.", ""};
  }
  if (Report::FromJson((*unfinished)->report).is_sampled != is_sampled) {
    return Error{ErrorCode::kState,
                 "The store holds an unfinished migration, and only one of it "
                 "and this is a trial run.",
                 "Use a new store for a trial run.", ""};
  }
  Result<void> ours = CheckTables(store, plan, (*unfinished)->id);
  if (!ours.ok()) return std::move(ours).error();
  return unfinished;
}

Result<void> CheckCanUpdate(Store* store, const Plan& plan,
                            const MigrationRow& completed, bool is_sampled) {
  if (is_sampled) {
    return Error{ErrorCode::kInvalidArgument,
                 "A trial run cannot bring a store up to date.",
                 "Leave out either of the two.", ""};
  }
  if (auto there = CheckNotCleanedUp(store); !there.ok()) return there;
  Result<std::optional<OriginRun>> run = FindOriginRun(store, completed.id);
  if (!run.ok()) return std::move(run).error();
  if (!*run) {
    return Error{ErrorCode::kState,
                 "The store does not know where its rows came from: its "
                 "migration was not begun as an incremental one.",
                 "Migrate into a new store with the same option, or verify to "
                 "see what differs.",
                 ""};
  }
  if (auto still = CheckOnlyStamped(store); !still.ok()) return still;
  Result<std::optional<MigrationRow>> unfinished = UnfinishedMigration(store);
  if (!unfinished.ok()) return std::move(unfinished).error();
  if (*unfinished) {
    return Error{ErrorCode::kPlanChanged,
                 "The store holds an unfinished migration of the plan \"" +
                     (*unfinished)->plan_name + "\".",
                 "Finish it first.", ""};
  }
  if (completed.plan_hash != plan.hash) {
    return Error{ErrorCode::kPlanChanged,
                 "A retry brought a corrected plan since.",
                 "Use the plan as it was corrected.", ""};
  }
  return CheckTables(store, plan, completed.id);
}

}  // namespace ferrite::internal
