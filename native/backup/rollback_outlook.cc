#include "native/backup/rollback_outlook.h"

#include <filesystem>
#include <utility>

namespace ferrite {
namespace {

// 0 when there is none: an empty file is no store yet.
uint64_t SizeOf(const std::string& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  return failed ? 0 : size;
}

bool IsUnreadable(ErrorCode code) {
  return code == ErrorCode::kStoreCorrupt || code == ErrorCode::kStoreForeign;
}

std::string WhyNot(const BackupFolder& folder, const RollbackPoint& point,
                   const std::vector<StoredBackup>& backups) {
  if (point.point == kAbsent) return "";
  if (point.point.empty()) {
    return "The migration \"" + point.plan + "\" began without a backup.";
  }
  Result<std::vector<Backup>> chain =
      BackupChain(Plainly(backups), point.point);
  if (!chain.ok() && chain.error().code == ErrorCode::kInvalidArgument) {
    return "The backup from before the migration, " +
           point.point.substr(0, 12) + ", is no longer in " + folder.path() +
           ".";
  }
  if (!chain.ok()) return chain.error().message;
  Result<StoredBackup> backup = FindBackup(backups, point.point);
  if (backup.ok() && backup->state == BackupState::kDamaged) {
    return "The backup from before the migration, " +
           point.point.substr(0, 12) + ", is damaged.";
  }
  return "";
}

}  // namespace

Result<RollbackOutlook> LookAtRollback(const BackupFolder& folder,
                                       const std::string& store) {
  RollbackOutlook outlook;
  Result<std::optional<PendingRollback>> pending = folder.Pending();
  if (!pending.ok()) return std::move(pending).error();
  Result<std::vector<StoredBackup>> backups = folder.List();
  if (!backups.ok()) return std::move(backups).error();
  if (pending->has_value()) {
    outlook.is_pending = true;
    outlook.to = (*pending)->to;
    outlook.can = outlook.to == kAbsent ||
                  BackupChain(Plainly(*backups), outlook.to).ok();
    if (!outlook.can) {
      outlook.reason = "A restore of " + outlook.to.substr(0, 12) +
                       " was cut off, and that backup is gone: restore "
                       "another one by its id.";
    }
    return outlook;
  }
  if (SizeOf(store) == 0) {
    outlook.reason = "There is no store " + store + ".";
    return outlook;
  }
  Store::Options options;
  options.create = false;
  options.read_only = true;
  Result<std::unique_ptr<Store>> opened = Store::Open(store, options);
  if (!opened.ok() && opened.error().code == ErrorCode::kStoreIo) {
    // What a kill left is rolled back by who may write.
    options.read_only = false;
    opened = Store::Open(store, options);
  }
  if (!opened.ok() && IsUnreadable(opened.error().code)) {
    outlook.reason =
        "The store cannot be read: restore one of its backups by its id. " +
        opened.error().message;
    return outlook;
  }
  if (!opened.ok()) return std::move(opened).error();
  Result<std::optional<RollbackPoint>> point = FindRollbackPoint(opened->get());
  if (!point.ok()) return std::move(point).error();
  outlook.point = *point;
  if (!point->has_value()) {
    outlook.reason =
        "There is no migration in the store that was not rolled back.";
    return outlook;
  }
  outlook.reason = WhyNot(folder, **point, *backups);
  outlook.can = outlook.reason.empty();
  outlook.to = (*point)->point;
  return outlook;
}

}  // namespace ferrite
