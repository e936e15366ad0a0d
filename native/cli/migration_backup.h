// MigrationBackup: what migrate does so that it can be taken back.
#ifndef FERRITE_NATIVE_CLI_MIGRATION_BACKUP_H_
#define FERRITE_NATIVE_CLI_MIGRATION_BACKUP_H_

#include <memory>
#include <string>

#include "ferrite/error.h"
#include "ferrite/store.h"
#include "native/cli/commands.h"

namespace ferrite {

class MigrationBackup {
 public:
  // Before the store at options.store is opened.
  explicit MigrationBackup(const MigrateOptions& options);

  // kState when a rollback was cut off.
  Result<void> CheckNothingPending() const;

  // What a migration that is about to begin anew can be taken back to
  // (RollbackPoint::point): a backup is made, unless there was no store or none
  // is wanted.
  Result<std::string> Make(Store* store, const std::string& plan);

  // Takes a migration back that failed, when core/doc/backup.md says so; the
  // error to tell, with what became of the store. `store` is closed then.
  Error TakeBack(Error failure, std::unique_ptr<Store>* store) const;

 private:
  const MigrateOptions& options_;
  const bool was_there_;
};

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_MIGRATION_BACKUP_H_
