// Whether a table that is there already can take a plan's rows.
#ifndef FERRITE_CORE_SRC_TABLE_FIT_H_
#define FERRITE_CORE_SRC_TABLE_FIT_H_

#include <string>

#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

// kTableExists, at `path`, unless it is an ordinary table with row numbers and
// the plan's primary key, that has all of the plan's columns with the same
// affinity (and _unmapped where the plan keeps it there); what else it has may
// be NULL, has a default or is computed. What a row breaks beyond that sends
// its record to the ledger.
Result<void> CheckTableFits(Store* store, const Table& table,
                            const std::string& path);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_TABLE_FIT_H_
