#include "native/cli/migration_backup.h"

#include <utility>

#include "native/backup/backup_folder.h"
#include "native/backup/backup_writer.h"
#include "native/backup/store_restore.h"
#include "native/cli/backup_print.h"
#include "native/cli/history.h"
#include "native/cli/sqlite_file.h"
#include "native/cli/stop_on_signal.h"
#include "native/cli/store_question.h"
#include "native/clock.h"

namespace ferrite {
namespace {

constexpr size_t kPlanWidth = 100;

bool GoOn(uint64_t, uint64_t) { return !StopOnSignal::came(); }

}  // namespace

MigrationBackup::MigrationBackup(const MigrateOptions& options)
    : options_(options), was_there_(FileSize(options.store) != 0) {}

Result<void> MigrationBackup::CheckNothingPending() const {
  Result<std::optional<PendingRollback>> pending =
      BackupFolder(options_.store).Pending();
  if (!pending.ok()) return std::move(pending).error();
  if (!pending->has_value()) return {};
  return Error{ErrorCode::kState,
               "A rollback of " + options_.store + " was cut off.",
               "Finish it first: ferrite rollback --yes.", ""};
}

Result<std::string> MigrationBackup::Make(Store* store,
                                          const std::string& plan) {
  if (!was_there_) return std::string(kAbsent);
  if (options_.no_backup) return std::string();
  StopOnSignal signals;
  BackupFolder folder(options_.store);
  if (auto locked = folder.Lock(); !locked.ok()) return locked.error();
  BackupRequest request;
  request.reason = "migration";
  request.description = "Before the migration " + Cut(plan, kPlanWidth);
  request.now = Now();
  request.progress = GoOn;
  Result<StoredBackup> made = MakeBackup(&folder, store, request);
  if (!made.ok()) return std::move(made).error();
  if (!options_.no_retention) {
    // An old backup that cannot be deleted is no reason not to migrate.
    (void)ApplyRetention(&folder, options_.backups, request.now);
  }
  return made->id;
}

Error MigrationBackup::TakeBack(Error failure,
                                std::unique_ptr<Store>* store) const {
  if (options_.no_rollback || !IsTakenBack(failure.code)) return failure;
  Result<std::optional<RollbackPoint>> point = FindRollbackPoint(store->get());
  // A backup of this run, or of an earlier attempt of the same migration.
  const bool has_backup =
      point.ok() && point->has_value() && (*point)->status == "failed" &&
      !(*point)->point.empty() && (*point)->point != kAbsent;
  if (!has_backup) return failure;
  store->reset();
  BackupFolder folder(options_.store);
  RestoreRequest request;
  request.store = options_.store;
  request.to = (*point)->point;
  request.now = Now();
  request.actor = CommandActor("migrate");
  request.reason = std::string(ErrorSentence(failure.code));
  Result<void> locked = folder.Lock();
  Result<RestoredStore> restored = locked.ok()
                                       ? RestoreFromBackup(&folder, request)
                                       : Result<RestoredStore>(locked.error());
  if (restored.ok()) {
    failure.message += " The store was rolled back: it is what it was before.";
    failure.hint +=
        (failure.hint.empty() ? "" : " ") +
        std::string("What the migration had done is in the backup ") +
        ShortId(restored->safety) + ".";
  } else {
    failure.message +=
        " It could not be rolled back: " + restored.error().message;
    failure.hint = "ferrite rollback --list says what can be done.";
  }
  return failure;
}

}  // namespace ferrite
