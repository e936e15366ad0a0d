// What is in a folder of backups.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "native/backup/backup_folder.h"
#include "native/backup/note.h"
#include "native/container/disk_file.h"
#include "native/container/frame_reader.h"

namespace ferrite {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view kStates[] = {"good", "unchecked", "unsound",
                                        "damaged"};

// From the container alone.
Result<void> ReadContainerOf(const std::string& path, StoredBackup* backup) {
  auto file = DiskFile::Open(path, DiskFile::Mode::kRead);
  if (!file.ok()) return std::move(file).error();
  backup->bytes = (*file)->size();
  auto frames = FrameReader::Open(file->get());
  if (!frames.ok()) return std::move(frames).error();
  const ContainerHeader& header = (*frames)->header();
  Digest id{};
  if (header.content != ContainerHeader::Content::kStore ||
      backup->bytes < id.size()) {
    return Error{ErrorCode::kContainerForeign, path + " is no backup.", "", ""};
  }
  // The chain's last value is the container's id.
  auto read = (*file)->Read(backup->bytes - id.size(), id);
  if (!read.ok()) return read;
  backup->id = DigestText(id);
  if (header.base) backup->base = DigestText(*header.base);
  backup->created_at = header.created_at;
  backup->plain_bytes = header.plain_bytes;
  backup->description = header.description;
  backup->is_encrypted = header.encryption.has_value();
  backup->needs_passphrase =
      header.encryption &&
      header.encryption->key == ContainerEncryption::KeySource::kPassphrase;
  return {};
}

void TakeNote(const Json& note, StoredBackup* backup) {
  // Another file's, or of another version, says nothing about this one.
  if (note.value("backup", Json(0)) != 1 ||
      NoteText(note, "id") != backup->id) {
    return;
  }
  backup->reason = NoteText(note, "reason");
  backup->plain_hash = NoteText(note, "plainHash");
  backup->marker = NoteText(note, "marker");
  const std::string state = NoteText(note, "state");
  for (size_t i = 0; i < std::size(kStates); ++i) {
    if (kStates[i] == state) backup->state = static_cast<BackupState>(i);
  }
  const auto checked = note.find("checkedAt");
  if (checked != note.end() && checked->is_number_integer()) {
    backup->checked_at = checked->get<int64_t>();
  }
  backup->is_good = backup->state == BackupState::kGood;
}

}  // namespace

std::string_view BackupStateText(BackupState state) {
  return kStates[static_cast<size_t>(state)];
}

Result<std::vector<StoredBackup>> BackupFolder::List() const {
  std::vector<StoredBackup> backups;
  if (!is_there()) return backups;
  std::error_code failed;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(path_, failed)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".backup") continue;
    fs::path writing = path;
    writing.replace_extension(".writing");
    if (fs::exists(writing, ignored)) continue;
    StoredBackup backup;
    backup.name = path.stem().string();
    if (auto read = ReadContainerOf(path.string(), &backup); read.ok()) {
      TakeNote(ReadNote<Json>(FileOf(backup, ".json")), &backup);
    } else {
      backup.id = backup.name;
      backup.state = BackupState::kDamaged;
      backup.created_at = std::strtoll(backup.name.c_str(), nullptr, 10);
    }
    backups.push_back(std::move(backup));
  }
  if (failed) {
    return Error{
        ErrorCode::kStoreIo,
        "The folder " + path_ + " cannot be read: " + failed.message() + ".",
        "", ""};
  }
  std::sort(backups.begin(), backups.end(),
            [](const StoredBackup& a, const StoredBackup& b) {
              return std::pair(a.created_at, a.name) <
                     std::pair(b.created_at, b.name);
            });
  return backups;
}

Result<StoredBackup> FindBackup(const std::vector<StoredBackup>& backups,
                                const std::string& id) {
  const std::vector<Backup> plainly = Plainly(backups);
  Result<std::vector<Backup>> chain = BackupChain(plainly, id);
  // One whose base is gone is found all the same.
  const bool has_no_base =
      !chain.ok() && chain.error().code == ErrorCode::kContainerBase;
  if (!chain.ok() && !has_no_base) return std::move(chain).error();
  for (const StoredBackup& backup : backups) {
    if (has_no_base ? backup.id.starts_with(id)
                    : backup.id == chain->back().id) {
      return backup;
    }
  }
  return std::move(chain).error();
}

std::vector<Backup> Plainly(const std::vector<StoredBackup>& backups) {
  return {backups.begin(), backups.end()};
}

}  // namespace ferrite
