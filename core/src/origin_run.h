// OriginRun: a migration that keeps where its rows came from, so that a later
// one can bring them up to date. core/doc/store.md, "Origins".
#ifndef FERRITE_CORE_SRC_ORIGIN_RUN_H_
#define FERRITE_CORE_SRC_ORIGIN_RUN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "change_counts.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

struct OriginRun {
  int64_t migration = 0;
  int64_t origin = 0;            // the first migration of its line
  std::optional<int64_t> since;  // the one that it brings up to date
};

// Nothing when the migration keeps no origins.
Result<std::optional<OriginRun>> FindOriginRun(Store* store, int64_t migration);

// Makes what tables there are not, and notes the run. In the transaction that
// begins the migration.
Result<void> BeginOriginRun(Store* store, const OriginRun& run);

// What `since` keeps of records becomes the run's: ledger, corrections,
// undecided conflicts, plans, and the totals of tables whose conflicts go to
// the ledger; a Survey begins those of the others. In the same transaction.
Result<void> TakeOver(Store* store, const Plan& plan, const OriginRun& run);

// ferrite_watermark of one run: SourceState::watermark, one per source; empty
// where there is none.
Result<void> SaveWatermarks(Store* store, int64_t migration,
                            const std::vector<std::string>& watermarks);
Result<std::vector<std::string>> LoadWatermarks(Store* store, int64_t migration,
                                                size_t sources);

// ferrite_change of one run.
Result<void> SaveChanges(Store* store, int64_t migration, size_t source,
                         const ChangeCounts& changes);
Result<ChangeCounts> LoadChanges(Store* store, int64_t migration,
                                 size_t source);
// Forgets the counts, when the run reads its sources anew.
Result<void> ClearChanges(Store* store, int64_t migration);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_ORIGIN_RUN_H_
