// RestoreFromBackup: a store becomes what a backup holds, or is removed again.
//
// core/doc/backup.md has the steps. Cut off anywhere, the same call goes on.
#ifndef FERRITE_NATIVE_BACKUP_STORE_RESTORE_H_
#define FERRITE_NATIVE_BACKUP_STORE_RESTORE_H_

#include <string>

#include "ferrite/audit.h"
#include "ferrite/rollback.h"
#include "native/backup/backup_folder.h"
#include "native/container/container_copy.h"
#include "native/container/container_key.h"

namespace ferrite {

struct RestoreRequest {
  std::string store;
  std::string to;  // a backup's whole id, or kAbsent
  // Opens the backup; the one that is made first is encrypted with it too.
  const ContainerKey* key = nullptr;
  int64_t now = 0;
  Actor actor;
  std::string reason;  // why, when nobody asked for it
  CopyProgress progress;
};

struct RestoredStore {
  std::string to;
  std::string safety;  // undoes it; empty when there was no store
  bool resumed = false;
  // As RestoreStore gives it; "{}" when the store was removed, or when it was
  // restored before and only the end was missing.
  std::string carried = "{}";
};

// kState when another restore was cut off and can be finished. The folder has
// its lock.
Result<RestoredStore> RestoreFromBackup(BackupFolder* folder,
                                        const RestoreRequest& request);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_BACKUP_STORE_RESTORE_H_
