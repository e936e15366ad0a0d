#include "store_check.h"

#include <utility>

#include "index_builder.h"
#include "report.h"
#include "table_writer.h"

namespace ferrite::internal {

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
  Result<void> ours = CheckTablesAreOurs(store, plan);
  if (ours.ok()) ours = CheckIndexNames(store, plan);
  if (!ours.ok()) return std::move(ours).error();
  return unfinished;
}

}  // namespace ferrite::internal
