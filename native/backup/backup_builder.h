// BuildBackup: the SQLite file that a backup and what it builds on give.
#ifndef FERRITE_NATIVE_BACKUP_BACKUP_BUILDER_H_
#define FERRITE_NATIVE_BACKUP_BACKUP_BUILDER_H_

#include <string>

#include "native/backup/backup_folder.h"
#include "native/container/container_copy.h"
#include "native/container/container_key.h"

namespace ferrite {

// Writes it to `path`, in place of what is there, readable by its owner only.
// Each container is checked, and the result by its plain hash. kContainerBase,
// kContainerDamaged, kKeyMissing, kKeyWrong, kNotEncrypted; kStoreFull when
// there is no room, before anything is written.
Result<void> BuildBackup(const BackupFolder& folder, const std::string& id,
                         const ContainerKey* key, const std::string& path,
                         const CopyProgress& progress);

// Builds it beside the store, runs SQLite's integrity_check over it and notes
// what was found. Errors of key, room and cancellation say nothing about it;
// any other makes it kDamaged.
Result<StoredBackup> VerifyBackup(BackupFolder* folder, const std::string& id,
                                  const ContainerKey* key, int64_t now,
                                  const CopyProgress& progress);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_BACKUP_BACKUP_BUILDER_H_
