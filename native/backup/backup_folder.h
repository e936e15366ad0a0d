// BackupFolder: the backups of a store, in the folder "<store>.backups".
//
// core/doc/backup.md has its files. What a backup is comes from the container's
// header and its last 32 bytes; the ".json" beside it says what Ferrite found
// when it looked at it. Errors: kStoreOpen, kStoreFull, kStoreIo.
//
// For one thread at a time. Who changes the folder holds its lock.
#ifndef FERRITE_NATIVE_BACKUP_BACKUP_FOLDER_H_
#define FERRITE_NATIVE_BACKUP_BACKUP_FOLDER_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ferrite/backup.h"
#include "ferrite/container.h"
#include "ferrite/error.h"

namespace ferrite {

// What is known of a backup's content.
enum class BackupState { kGood, kUnchecked, kUnsound, kDamaged };
std::string_view BackupStateText(BackupState state);

struct StoredBackup : Backup {
  std::string name;  // of its files, without their endings
  BackupState state = BackupState::kUnchecked;
  std::string reason;  // "manual", "migration", "rollback"; empty: not known
  std::string description;
  int64_t checked_at = 0;  // 0: never
  bool is_encrypted = false;
  bool needs_passphrase = false;  // else a raw key
  std::string plain_hash;         // 64 hexadecimal digits; empty: not known
  std::string marker;  // a browser's, kept for it; JSON text or empty
};

// A restore that is under way, or was when the program was killed.
struct PendingRollback {
  std::string to;      // the id of what is restored, or kAbsent
  std::string safety;  // the id of what holds the old content; empty: not yet
  std::string token;
};

class BackupFolder {
 public:
  explicit BackupFolder(const std::string& store);
  ~BackupFolder();
  BackupFolder(const BackupFolder&) = delete;
  BackupFolder& operator=(const BackupFolder&) = delete;

  const std::string& path() const { return path_; }
  bool is_there() const;
  std::string FileOf(const StoredBackup& backup, const char* ending) const;

  // Makes the folder when it is not there, and keeps other programs from
  // changing it until this object goes. kStoreBusy when one does. Removes what
  // writers that were killed left.
  Result<void> Lock();

  // The oldest first; empty when there is no folder.
  Result<std::vector<StoredBackup>> List() const;
  // A name that sorts behind those of the list.
  Result<std::string> NewName(int64_t created_at) const;

  // Writes what is known of it.
  Result<void> Note(const StoredBackup& backup);
  Result<void> NoteGroups(const StoredBackup& backup,
                          const std::vector<Digest>& groups);
  // Empty when they are not there or are not those of `plain_hash`.
  std::vector<Digest> GroupsOf(const StoredBackup& backup) const;
  Result<void> Remove(const StoredBackup& backup);

  Result<std::optional<PendingRollback>> Pending() const;
  Result<void> NotePending(const PendingRollback& pending);
  void ClearPending();

 private:
  void Sweep();

  const std::string path_;
  int lock_ = -1;
};

// kStoreFull with what is missing, when the disk at `path` has no room for
// `bytes` more.
Result<void> CheckRoom(const std::string& path, uint64_t bytes);

// The one of that id, or a prefix of it: kInvalidArgument.
Result<StoredBackup> FindBackup(const std::vector<StoredBackup>& backups,
                                const std::string& id);

// As the decisions of ferrite/backup.h take them.
std::vector<Backup> Plainly(const std::vector<StoredBackup>& backups);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_BACKUP_BACKUP_FOLDER_H_
