// Backups as the commands print them.
#ifndef FERRITE_NATIVE_CLI_BACKUP_PRINT_H_
#define FERRITE_NATIVE_CLI_BACKUP_PRINT_H_

#include <string>
#include <vector>

#include "native/backup/backup_folder.h"
#include "native/backup/rollback_outlook.h"
#include "native/backup/store_restore.h"
#include "native/cli/console.h"

namespace ferrite {

// As much of an id as tells it from the others.
std::string ShortId(const std::string& id);

// One JSON object.
std::string BackupJson(const StoredBackup& backup);

// The newest first: a document, or a table.
void PrintBackups(const std::vector<StoredBackup>& backups,
                  const Console& console);
// What a restore or rollback did; the exit status.
int PrintRestored(const RestoredStore& restored, const std::string& store,
                  const Console& console);
void PrintOutlook(const RollbackOutlook& outlook,
                  const std::vector<StoredBackup>& backups,
                  const Console& console);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_BACKUP_PRINT_H_
