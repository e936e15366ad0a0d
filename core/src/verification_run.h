// VerificationRun: one row of ferrite_verification, and which one counts. The
// history's row of the same id says who ran it and how it ended; they change
// together.
#ifndef FERRITE_CORE_SRC_VERIFICATION_RUN_H_
#define FERRITE_CORE_SRC_VERIFICATION_RUN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "ferrite/audit.h"
#include "ferrite/store.h"
#include "migration_row.h"

namespace ferrite::internal {

struct VerificationRun {
  int64_t id = 0;
  int64_t migration = 0;
  std::string status;
  int64_t started_at = 0;
  std::optional<int64_t> finished_at;
  std::string report;
};

// Clears what runs that did not end left behind, and begins one with `row` in
// the history, whose id it sets. In the caller's transaction.
Result<VerificationRun> BeginRun(Store* store, int64_t migration,
                                 const Actor& actor, MigrationRow* row);

// The run has ended: it is the one that counts, and the earlier ones go with
// their differences. In the caller's transaction; may be repeated.
Result<void> EndRun(Store* store, const VerificationRun& run,
                    const Actor& actor, MigrationRow row);

// The run that counts: the last one that ended.
Result<std::optional<VerificationRun>> EndedRun(Store* store);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_VERIFICATION_RUN_H_
