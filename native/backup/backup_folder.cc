#include "native/backup/backup_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "native/backup/note.h"
#include "native/container/crypto.h"
#include "native/container/disk_file.h"
#include "native/container/plain_hash.h"

namespace ferrite {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr char kContainerEnding[] = ".backup";
constexpr char kWritingEnding[] = ".writing";
constexpr char kPendingFile[] = "/rollback.json";
// What a file that is being written has behind its name: six letters of its
// own.
constexpr size_t kTemporaryEnding = 7;

// A kill in between leaves none of that name.
Result<void> Replace(const std::string& path, Bytes bytes) {
  std::remove(path.c_str());
  auto file = OutputFile::Make(path);
  if (!file.ok()) return std::move(file).error();
  auto written = (*file)->file()->Write(bytes);
  return written.ok() ? (*file)->Commit() : written;
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool IsTemporary(const std::string& name) {
  if (name.size() <= kTemporaryEnding) return false;
  const std::string before = name.substr(0, name.size() - kTemporaryEnding);
  return name[before.size()] == '.' &&
         (before.ends_with(kContainerEnding) || before.ends_with(".json") ||
          before.ends_with(".groups"));
}

}  // namespace

BackupFolder::BackupFolder(const std::string& store)
    : path_(store + ".backups") {}

BackupFolder::~BackupFolder() {
  if (lock_ >= 0) close(lock_);
}

bool BackupFolder::is_there() const {
  std::error_code ignored;
  return fs::is_directory(path_, ignored);
}

std::string BackupFolder::FileOf(const StoredBackup& backup,
                                 const char* ending) const {
  return path_ + "/" + backup.name + ending;
}

Result<void> BackupFolder::Lock() {
  if (lock_ >= 0) return {};
  if (mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error{ErrorCode::kStoreOpen,
                 "The folder " + path_ +
                     " cannot be made: " + std::strerror(errno) + ".",
                 "", ""};
  }
  const int folder = open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    return Error{ErrorCode::kStoreOpen,
                 "The folder " + path_ +
                     " cannot be opened: " + std::strerror(errno) + ".",
                 "", ""};
  }
  if (flock(folder, LOCK_EX | LOCK_NB) != 0) {
    close(folder);
    return Error{ErrorCode::kStoreBusy,
                 "Another program works on the backups in " + path_ + ".",
                 "Wait for it to end.", ""};
  }
  lock_ = folder;
  Sweep();
  return {};
}

void BackupFolder::Sweep() {
  std::error_code ignored;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path_, ignored)) {
    files.push_back(entry.path());
  }
  const auto ends = [](const fs::path& path, const char* ending) {
    return path.extension() == ending;
  };
  for (const fs::path& file : files) {
    if (IsTemporary(file.filename().string())) fs::remove(file, ignored);
    if (ends(file, kWritingEnding)) {
      for (const char* ending : {kContainerEnding, ".json", ".groups"}) {
        fs::remove(fs::path(file).replace_extension(ending), ignored);
      }
      fs::remove(file, ignored);
    }
  }
  // What was removed but for these.
  for (const fs::path& file : files) {
    const bool is_beside = (ends(file, ".json") || ends(file, ".groups")) &&
                           file.filename() != &kPendingFile[1];
    fs::path container = file;
    container.replace_extension(kContainerEnding);
    if (is_beside && !fs::exists(container, ignored)) fs::remove(file, ignored);
  }
}

Result<std::string> BackupFolder::NewName(int64_t created_at) const {
  std::array<uint8_t, 4> random{};
  if (auto filled = FillRandom(random); !filled.ok()) return filled.error();
  return fmt::format("{:013}-{:02x}{:02x}{:02x}{:02x}", created_at, random[0],
                     random[1], random[2], random[3]);
}

Result<void> BackupFolder::Note(const StoredBackup& backup) {
  Json note = {{"backup", 1},
               {"id", backup.id},
               {"reason", backup.reason},
               {"checkedAt", backup.checked_at},
               {"state", BackupStateText(backup.state)},
               {"plainHash", backup.plain_hash}};
  if (!backup.marker.empty()) note["marker"] = backup.marker;
  return Replace(FileOf(backup, ".json"), AsBytes(Dump(note)));
}

Result<void> BackupFolder::NoteGroups(const StoredBackup& backup,
                                      const std::vector<Digest>& groups) {
  ByteBuffer bytes;
  for (const Digest& group : groups) {
    bytes.insert(bytes.end(), group.begin(), group.end());
  }
  return Replace(FileOf(backup, ".groups"), bytes);
}

std::vector<Digest> BackupFolder::GroupsOf(const StoredBackup& backup) const {
  std::vector<Digest> groups;
  auto file = DiskFile::Open(FileOf(backup, ".groups"), DiskFile::Mode::kRead);
  Result<Sha256> sha = Sha256::Make();
  if (!file.ok() || !sha.ok()) return {};
  PlainHash hash(&*sha);
  for (uint64_t at = 0; at + Digest().size() <= (*file)->size();) {
    Digest& group = groups.emplace_back();
    if (!(*file)->Read(at, group).ok() || !hash.Add(group).ok()) return {};
    at += group.size();
  }
  if (DigestText(hash.value()) != backup.plain_hash) return {};
  return groups;
}

Result<void> BackupFolder::Remove(const StoredBackup& backup) {
  // The container first: without it the others are swept.
  const std::string container = FileOf(backup, kContainerEnding);
  if (std::remove(container.c_str()) != 0) {
    return Error{
        ErrorCode::kStoreIo,
        container + " cannot be removed: " + std::strerror(errno) + ".", "",
        ""};
  }
  std::remove(FileOf(backup, ".json").c_str());
  std::remove(FileOf(backup, ".groups").c_str());
  return {};
}

Result<std::optional<PendingRollback>> BackupFolder::Pending() const {
  const Json json = ReadNote<Json>(path_ + kPendingFile);
  if (json.empty()) return std::optional<PendingRollback>();
  return std::optional<PendingRollback>({NoteText(json, "to"),
                                         NoteText(json, "safety"),
                                         NoteText(json, "token")});
}

Result<void> BackupFolder::NotePending(const PendingRollback& pending) {
  const Json json = {{"rollback", 1},
                     {"to", pending.to},
                     {"safety", pending.safety},
                     {"token", pending.token}};
  return Replace(path_ + kPendingFile, AsBytes(Dump(json)));
}

void BackupFolder::ClearPending() {
  std::remove((path_ + kPendingFile).c_str());
}

Result<void> CheckRoom(const std::string& path, uint64_t bytes) {
  fs::path folder = fs::path(path).parent_path();
  if (folder.empty()) folder = ".";
  std::error_code failed;
  const fs::space_info space = fs::space(folder, failed);
  // Where nobody tells, the write will.
  if (failed || space.available >= bytes) return {};
  return Error{ErrorCode::kStoreFull,
               fmt::format("This needs up to {} bytes, and {} are free.", bytes,
                           space.available),
               "Make room, or delete old backups; nothing was changed.", ""};
}

}  // namespace ferrite
