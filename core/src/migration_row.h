// MigrationRow: one row of ferrite_migration.
#ifndef FERRITE_CORE_SRC_MIGRATION_ROW_H_
#define FERRITE_CORE_SRC_MIGRATION_ROW_H_

#include <cstdint>
#include <optional>
#include <string>

#include "ferrite/hash.h"
#include "ferrite/store.h"

namespace ferrite::internal {

inline constexpr char kRunning[] = "running";
inline constexpr char kVerified[] = "verified";
inline constexpr char kWithDifferences[] = "completed_with_differences";
inline constexpr char kCompleted[] = "completed";  // not all was read
inline constexpr char kFailed[] = "failed";  // it goes on, as the next two
inline constexpr char kCancelled[] = "cancelled";
inline constexpr char kInterrupted[] = "interrupted";
inline constexpr char kRolledBack[] = "rolled_back";

inline constexpr char kMigration[] = "migration";
inline constexpr char kVerification[] = "verification";
inline constexpr char kCleanUp[] = "cleanUp";

inline constexpr char kSurvey[] = "survey";
inline constexpr char kCopy[] = "copy";
inline constexpr char kRelations[] = "relations";
inline constexpr char kIndex[] = "index";
inline constexpr char kReconcile[] = "reconcile";
inline constexpr char kRetry[] = "retry";  // also a kind
inline constexpr char kDone[] = "done";

struct MigrationRow {
  int64_t id = 0;
  std::string kind = kMigration;  // core/doc/store.md has them all
  std::string plan_name;
  Hash128 plan_hash;
  std::string status = kRunning;
  std::string stage = kCopy;
  std::string initiator;
  std::string config = "{}";  // what it was asked for with, as given
  int64_t started_at = 0;
  int64_t updated_at = 0;
  std::optional<int64_t> finished_at;
  int64_t attempts = 1;
  int64_t busy_ms = 0;
  int64_t records = 0;
  int64_t bytes = 0;
  int64_t failed = 0;
  int64_t differences = 0;
  std::string tables = "[]";  // [{"name","rows","hash"}]
  // Why it failed or was cancelled; empty when it was neither.
  std::string code;
  std::string message;
  std::string report;

  // Takes counts and tables from its report.
  void CountFromReport();
};

// Of all four: of the migrations that this store was filled by, not of those
// that were imported, nor of what else the history holds.

// The latest migration, of any plan, that was not rolled back.
Result<std::optional<MigrationRow>> LatestMigration(Store* store);
// The latest one that reached its end and of which this is the plan, or was
// before a retry brought a corrected one; none while a run is unfinished that
// brings it up to date.
Result<std::optional<MigrationRow>> CompletedMigration(Store* store,
                                                       const Hash128& plan);
// The one that began and neither reached its end nor was rolled back.
Result<std::optional<MigrationRow>> UnfinishedMigration(Store* store);

// Rows that say they run, of which nobody is there to say that they ended: the
// last one who had the store was killed. They become "interrupted", as of
// their last sign of life.
Result<void> CloseInterrupted(Store* store);

// The latest verification, also of a migration that was rolled back.
Result<std::optional<MigrationRow>> LatestVerification(Store* store);
// The row of that id, of whatever kind.
Result<std::optional<MigrationRow>> FindRow(Store* store, int64_t id);

// The row, of whatever kind, that says it runs.
Result<std::optional<MigrationRow>> RunningRow(Store* store);

// Inserts the row and sets its id. Both also write the row's last attempt to
// ferrite_attempt, begun when it is first written.
Result<void> InsertMigration(Store* store, MigrationRow* row);
Result<void> UpdateMigration(Store* store, const MigrationRow& row);
// Stage and time alone: the counts in the table are newer than the row's.
Result<void> UpdateStage(Store* store, const MigrationRow& row);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_MIGRATION_ROW_H_
