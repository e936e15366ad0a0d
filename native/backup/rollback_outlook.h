// RollbackOutlook: whether a store can be rolled back, and to what.
#ifndef FERRITE_NATIVE_BACKUP_ROLLBACK_OUTLOOK_H_
#define FERRITE_NATIVE_BACKUP_ROLLBACK_OUTLOOK_H_

#include <optional>
#include <string>

#include "ferrite/rollback.h"
#include "native/backup/backup_folder.h"

namespace ferrite {

struct RollbackOutlook {
  bool can = false;
  std::string reason;  // why not, a sentence
  std::string to;      // a backup's id, or kAbsent
  bool is_pending = false;
  std::optional<RollbackPoint> point;
};
Result<RollbackOutlook> LookAtRollback(const BackupFolder& folder,
                                       const std::string& store);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_BACKUP_ROLLBACK_OUTLOOK_H_
