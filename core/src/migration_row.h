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
inline constexpr char kFailed[] = "failed";        // it goes on
inline constexpr char kCompleted[] = "completed";  // a trial run

inline constexpr char kCopy[] = "copy";
inline constexpr char kRelations[] = "relations";
inline constexpr char kIndex[] = "index";
inline constexpr char kReconcile[] = "reconcile";
inline constexpr char kRetry[] = "retry";
inline constexpr char kDone[] = "done";

struct MigrationRow {
  int64_t id = 0;
  std::string plan_name;
  Hash128 plan_hash;
  std::string status = kRunning;
  std::string stage = kCopy;
  std::string initiator;
  int64_t started_at = 0;
  int64_t updated_at = 0;
  std::optional<int64_t> finished_at;
  int64_t attempts = 1;
  int64_t busy_ms = 0;
  std::string report;
};

// The latest migration, of any plan.
Result<std::optional<MigrationRow>> LatestMigration(Store* store);
// The latest one that reached its end and of which this is the plan, or was
// before a retry brought a corrected one.
Result<std::optional<MigrationRow>> CompletedMigration(Store* store,
                                                       const Hash128& plan);
// The one that began and neither reached its end nor was rolled back.
Result<std::optional<MigrationRow>> UnfinishedMigration(Store* store);

// Inserts the row and sets its id.
Result<void> InsertMigration(Store* store, MigrationRow* row);
Result<void> UpdateMigration(Store* store, const MigrationRow& row);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_MIGRATION_ROW_H_
