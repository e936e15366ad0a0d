// MakeBackup: writes a store's bytes into the folder of its backups.
//
// The backup has its name only when it was synced and read back. Memory is
// bounded by the group, and 32 bytes for each.
#ifndef FERRITE_NATIVE_BACKUP_BACKUP_WRITER_H_
#define FERRITE_NATIVE_BACKUP_BACKUP_WRITER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "ferrite/rollback.h"
#include "ferrite/store.h"
#include "native/backup/backup_folder.h"
#include "native/container/byte_io.h"
#include "native/container/container_copy.h"
#include "native/container/container_key.h"

namespace ferrite {

struct BackupRequest {
  std::string reason = "manual";
  std::string description;
  bool full = false;                  // not an increment
  const ContainerKey* key = nullptr;  // none: not encrypted
  int64_t now = 0;                    // milliseconds since the epoch
  CopyProgress progress;
};

// Of an open store. kStoreCorrupt when SQLite's quick_check fails, kStoreFull
// when there is no room; the folder has its lock.
Result<StoredBackup> MakeBackup(BackupFolder* folder, Store* store,
                                const BackupRequest& request);
// Of a file whatever is in it: its state is kUnsound.
Result<StoredBackup> BackUpBytes(BackupFolder* folder, ByteSource* file,
                                 const BackupRequest& request);

// Removes what has expired; the ids. What was removed before an error stays so.
Result<std::vector<std::string>> ApplyRetention(BackupFolder* folder,
                                                const RetentionLimits& limits,
                                                int64_t now);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_BACKUP_BACKUP_WRITER_H_
