// How a migration's row, tables and checkpoint come into the store.
#ifndef FERRITE_CORE_SRC_MIGRATION_BEGIN_H_
#define FERRITE_CORE_SRC_MIGRATION_BEGIN_H_

#include <optional>

#include "ferrite/migration.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "migration_row.h"
#include "report.h"

namespace ferrite::internal {

// The row of the migration that goes on, or of a new one; tables, checkpoint
// and row are in the store afterwards. `report` says what it brings up to date.
Result<MigrationRow> StartOrContinue(Store* store, const Plan& plan,
                                     const std::vector<SourceState>& sources,
                                     std::optional<MigrationRow> unfinished,
                                     const Report& report,
                                     const MigrationOptions& options);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_MIGRATION_BEGIN_H_
