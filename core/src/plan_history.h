// The plans that a migration's rows were made by: the first one, and each that
// a retry brought. Table ferrite_plan, core/doc/store.md.
#ifndef FERRITE_CORE_SRC_PLAN_HISTORY_H_
#define FERRITE_CORE_SRC_PLAN_HISTORY_H_

#include <cstdint>
#include <vector>

#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

// Adds `plan` as the migration's newest. To be called in a transaction.
Result<void> SavePlan(Store* store, int64_t migration, const Plan& plan,
                      int64_t now);

// The migration's plans but for `plan`, the newest first. One that this version
// cannot read any more is left out.
Result<std::vector<Plan>> OtherPlans(Store* store, int64_t migration,
                                     const Plan& plan);

// The plan that made the migration's tables. kPlanChanged when it cannot be
// read any more.
Result<Plan> FirstPlan(Store* store, int64_t migration);

// Whether a store filled by `before` can go on with `after`: the sources, what
// is taken from them and excluded, and each table's name, columns, types, keys,
// uniqueness, references and elements are the same. What a value is made of
// (paths, conversions, defaults, SQL, onMismatch, when, schema, drop, onOrphan)
// may differ, and so may the indexes. Else kPlanChanged, with the path in
// `after` and the name of the table that differs.
Result<void> CheckSameShape(const Plan& before, const Plan& after);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_PLAN_HISTORY_H_
