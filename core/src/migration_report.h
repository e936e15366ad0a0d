// The report of a migration, put together from what the store holds.
#ifndef FERRITE_CORE_SRC_MIGRATION_REPORT_H_
#define FERRITE_CORE_SRC_MIGRATION_REPORT_H_

#include "ferrite/plan.h"
#include "migration_row.h"
#include "report.h"

namespace ferrite::internal {

// As it is when the migration begins; kept in its row, since the counts that
// were expected are nowhere else.
Report FirstReport(Store* store, const Plan& plan,
                   const std::vector<SourceState>& sources);

// `report` with the numbers of the migration's row, checkpoint, totals and
// ledger.
Result<void> BringUpToDate(Store* store, const MigrationRow& row,
                           Report* report);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_MIGRATION_REPORT_H_
