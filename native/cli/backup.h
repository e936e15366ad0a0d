// The commands backup and rollback, and what migrate does with them.
#ifndef FERRITE_NATIVE_CLI_BACKUP_H_
#define FERRITE_NATIVE_CLI_BACKUP_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ferrite/backup.h"
#include "ferrite/error.h"
#include "native/cli/console.h"
#include "native/cli/key_options.h"
#include "native/cli/plan.h"

namespace ferrite {

struct BackupOptions {
  std::string store;
  std::vector<std::string> ids;
  std::string description;
  bool full = false;
  bool yes = false;
  bool no_retention = false;
  RetentionLimits limits;
  KeyOptions key;
};
Result<int> BackupCreate(const BackupOptions& options, const Console& console);
Result<int> BackupList(const BackupOptions& options, const Console& console);
// Of those that are named, or all; the exit status is that of the first error.
Result<int> BackupVerify(const BackupOptions& options, const Console& console);
Result<int> BackupRestore(const BackupOptions& options, const Console& console);
Result<int> BackupDelete(const BackupOptions& options, const Console& console);

struct RollbackCommandOptions {
  std::string store;
  bool list = false;
  bool yes = false;
  KeyOptions key;
};
Result<int> RollbackCommand(const RollbackCommandOptions& options,
                            const Console& console);

struct BackupArguments {
  BackupOptions backup;
  RollbackCommandOptions rollback;
};
// `arguments` and `console` must outlive the commands.
void AddBackupCommands(CLI::App* app, const AddCommand& add,
                       BackupArguments* arguments, const Console& console);
// --keep, --max-age-days, --no-retention.
void AddRetentionOptions(CLI::App* app, RetentionLimits* limits,
                         bool* no_retention);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_BACKUP_H_
