// What a store has to say against a migration, before anything is written.
#ifndef FERRITE_CORE_SRC_STORE_CHECK_H_
#define FERRITE_CORE_SRC_STORE_CHECK_H_

#include <optional>

#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "migration_row.h"

namespace ferrite::internal {

// The migration that this plan has to go on with, if any. kPlanChanged,
// kTableExists, kStoreCorrupt or kState when the store speaks against it;
// `is_sampled` says that it is to be a trial run.
Result<std::optional<MigrationRow>> CheckStore(Store* store, const Plan& plan,
                                               bool is_sampled);

// Whether an incremental run can bring `completed` up to date. kState when it
// kept no origins or its chain went on, kPlanChanged when the plan is not its
// newest or another one's migration is unfinished, kInvalidArgument for a trial
// run, kTableExists and kStoreCorrupt as above.
Result<void> CheckCanUpdate(Store* store, const Plan& plan,
                            const MigrationRow& completed, bool is_sampled);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_STORE_CHECK_H_
