#include "native/backup/backup_builder.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "ferrite/rollback.h"

namespace ferrite {
namespace {

Result<std::unique_ptr<DiskFile>> NewFile(const std::string& path) {
  std::remove(path.c_str());
  std::remove((path + "-journal").c_str());
  const int descriptor =
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor >= 0) return std::make_unique<DiskFile>(descriptor, path, 0);
  return Error{ErrorCode::kStoreOpen,
               path + " cannot be made: " + std::strerror(errno) + ".", "", ""};
}

Error At(const StoredBackup& backup, Error error) {
  error.message = "Backup " + backup.id.substr(0, 12) + ": " + error.message;
  return error;
}

// Of a restored file nobody but the reader's chain vouches for its id.
Result<void> Add(const BackupFolder& folder, const StoredBackup& backup,
                 const std::optional<Digest>& base, const ContainerKey* key,
                 DiskFile* target, const CopyProgress& progress, Digest* id) {
  auto file =
      DiskFile::Open(folder.FileOf(backup, ".backup"), DiskFile::Mode::kRead);
  if (!file.ok()) return std::move(file).error();
  auto reader = ContainerReader::Open(file->get(), key);
  if (!reader.ok()) return std::move(reader).error();
  Result<void> done =
      base ? ApplyContainer(reader->get(), *base, target, progress)
           : ReadContainer(reader->get(), target, progress);
  if (!done.ok()) return done;
  *id = (*reader)->id();
  if (DigestText(*id) == backup.id) return {};
  return Error{ErrorCode::kContainerDamaged, "The container has another id.",
               "", ""};
}

bool SaysNothing(ErrorCode code) {
  return code == ErrorCode::kKeyMissing || code == ErrorCode::kKeyWrong ||
         code == ErrorCode::kNotEncrypted || code == ErrorCode::kStoreFull ||
         code == ErrorCode::kCancelled || code == ErrorCode::kStoreOpen ||
         code == ErrorCode::kOutOfMemory || code == ErrorCode::kInvalidArgument;
}

Result<void> Verify(const BackupFolder& folder, const StoredBackup& backup,
                    const ContainerKey* key, const CopyProgress& progress) {
  const std::string path = folder.path() + "/verify.tmp";
  Result<void> done = BuildBackup(folder, backup.id, key, path, progress);
  if (done.ok()) done = CheckFileIntegrity(path, "");
  std::remove(path.c_str());
  std::remove((path + "-journal").c_str());
  return done;
}

}  // namespace

Result<void> BuildBackup(const BackupFolder& folder, const std::string& id,
                         const ContainerKey* key, const std::string& path,
                         const CopyProgress& progress) {
  Result<std::vector<StoredBackup>> backups = folder.List();
  if (!backups.ok()) return std::move(backups).error();
  Result<std::vector<Backup>> chain = BackupChain(Plainly(*backups), id);
  if (!chain.ok()) return std::move(chain).error();
  uint64_t most = 0;
  for (const Backup& link : *chain) most = std::max(most, link.plain_bytes);
  if (auto room = CheckRoom(path, most); !room.ok()) return room;
  auto target = NewFile(path);
  if (!target.ok()) return std::move(target).error();
  std::optional<Digest> base;
  for (const Backup& link : *chain) {
    Result<StoredBackup> stored = FindBackup(*backups, link.id);
    if (!stored.ok()) return std::move(stored).error();
    Digest added{};
    Result<void> done =
        Add(folder, *stored, base, key, target->get(), progress, &added);
    if (!done.ok()) return At(*stored, done.error());
    base = added;
  }
  return (*target)->Sync();
}

Result<StoredBackup> VerifyBackup(BackupFolder* folder, const std::string& id,
                                  const ContainerKey* key, int64_t now,
                                  const CopyProgress& progress) {
  Result<std::vector<StoredBackup>> backups = folder->List();
  if (!backups.ok()) return std::move(backups).error();
  Result<StoredBackup> backup = FindBackup(*backups, id);
  if (!backup.ok()) return backup;
  Result<void> found = Verify(*folder, *backup, key, progress);
  if (!found.ok() && SaysNothing(found.error().code)) {
    return std::move(found).error();
  }
  backup->checked_at = now;
  backup->is_good = found.ok();
  if (found.ok()) {
    backup->state = BackupState::kGood;
  } else if (backup->state != BackupState::kUnsound ||
             (found.error().code != ErrorCode::kStoreCorrupt &&
              found.error().code != ErrorCode::kStoreForeign)) {
    backup->state = BackupState::kDamaged;
  }
  if (auto noted = folder->Note(*backup); !noted.ok()) return noted.error();
  if (!found.ok()) return std::move(found).error();
  return backup;
}

}  // namespace ferrite
