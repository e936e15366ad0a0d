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

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_STORE_CHECK_H_
