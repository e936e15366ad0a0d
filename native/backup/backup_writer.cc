#include "native/backup/backup_writer.h"

#include <algorithm>
#include <utility>

#include "native/container/crypto.h"
#include "native/container/plain_hash.h"

namespace ferrite {
namespace {

// Of the container beside its groups: header, wrap, final frame.
constexpr uint64_t kHeadBytes = 64 << 10;
// Of each group: frame head, hash, tag, and its hash in ".groups".
constexpr uint64_t kFrameBytes = 128;

class StoreSource : public ByteSource {
 public:
  explicit StoreSource(StoreBytes* bytes) : bytes_(bytes) {}
  uint64_t size() const override { return bytes_->size(); }
  Result<void> Read(uint64_t offset, std::span<uint8_t> out) override {
    return bytes_->Read(offset, out);
  }

 private:
  StoreBytes* bytes_;
};

// What the new one builds on.
struct Base {
  Digest id{};
  std::vector<Digest> groups;
};

Result<Digest> ParseDigest(const std::string& text) {
  Digest digest{};
  if (text.size() != 2 * digest.size() ||
      text.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return Error{ErrorCode::kContainerForeign, "\"" + text + "\" is no id.", "",
                 ""};
  }
  for (size_t i = 0; i < digest.size(); ++i) {
    digest[i] =
        static_cast<uint8_t>(std::stoul(text.substr(2 * i, 2), nullptr, 16));
  }
  return digest;
}

// Whether one key opens all of the chain: an increment has the key of its base.
bool TakesKey(const BackupFolder& folder, const StoredBackup& base,
              const ContainerKey* key) {
  if (base.is_encrypted != (key != nullptr)) return false;
  if (key == nullptr) return true;
  auto file =
      DiskFile::Open(folder.FileOf(base, ".backup"), DiskFile::Mode::kRead);
  return file.ok() && ContainerReader::Open(file->get(), key).ok();
}

std::optional<Base> FindBase(const BackupFolder& folder,
                             const std::vector<StoredBackup>& backups,
                             const BackupRequest& request) {
  if (request.full) return std::nullopt;
  const std::optional<Backup> found = BaseOfNextBackup(Plainly(backups));
  if (!found) return std::nullopt;
  for (const StoredBackup& backup : backups) {
    if (backup.id != found->id) continue;
    Result<Digest> id = ParseDigest(backup.id);
    std::vector<Digest> groups = folder.GroupsOf(backup);
    const bool is_usable =
        id.ok() && !groups.empty() && TakesKey(folder, backup, request.key);
    if (is_usable) return Base{*id, std::move(groups)};
  }
  return std::nullopt;
}

// The bytes in groups that are not in the base.
Result<uint64_t> ChangedGroups(ByteSource* source, const Base& base) {
  Result<Sha256> sha = Sha256::Make();
  if (!sha.ok()) return std::move(sha).error();
  ContainerHeader header;
  header.plain_bytes = source->size();
  header.group_bytes = kBackupGroupBytes;
  ByteBuffer group;
  uint64_t changed = 0;
  for (uint64_t i = 0; i < header.group_count(); ++i) {
    group.resize(header.group_length(i));
    auto read = source->Read(i * header.group_bytes, group);
    if (!read.ok()) return read.error();
    Result<Digest> hash = sha->Of({group});
    if (!hash.ok()) return std::move(hash).error();
    if (i >= base.groups.size() || base.groups[i] != *hash) ++changed;
  }
  return changed;
}

// Everything that was written, read again: the container's own chain, and each
// group against what was read from the store.
Result<Digest> ReadBack(DiskFile* file, const ContainerKey* key,
                        const WrittenContainer& written) {
  auto reader = ContainerReader::Open(file, key);
  if (!reader.ok()) return std::move(reader).error();
  Result<Sha256> sha = Sha256::Make();
  if (!sha.ok()) return std::move(sha).error();
  PlainHash hash(&*sha);
  for (const Digest& group : written.groups) {
    if (auto added = hash.Add(group); !added.ok()) return added.error();
  }
  const Error other{ErrorCode::kContainerDamaged,
                    "The backup does not read as it was written.",
                    "Check the disk.", ""};
  for (;;) {
    auto group = (*reader)->Next();
    if (!group.ok()) return std::move(group).error();
    if (!*group) break;
    Result<Digest> read = sha->Of({(*group)->plain});
    if (!read.ok()) return std::move(read).error();
    if (*read != written.groups[(*group)->index]) return other;
  }
  if ((*reader)->id() != written.id ||
      (*reader)->plain_hash() != hash.value()) {
    return other;
  }
  return hash.value();
}

Result<StoredBackup> Write(BackupFolder* folder, ByteSource* source,
                           uint32_t page_bytes, BackupState state,
                           const BackupRequest& request) {
  Result<std::vector<StoredBackup>> backups = folder->List();
  if (!backups.ok()) return std::move(backups).error();
  ContainerHeader header;
  header.content = ContainerHeader::Content::kStore;
  header.plain_bytes = source->size();
  header.group_bytes = kBackupGroupBytes;
  header.page_bytes = page_bytes;
  header.description = request.description;
  // The order must not depend on a clock that was set back.
  header.created_at = request.now;
  if (!backups->empty()) {
    header.created_at =
        std::max(header.created_at, backups->back().created_at + 1);
  }
  std::optional<Base> base = FindBase(*folder, *backups, request);
  uint64_t groups = header.group_count();
  if (base) {
    Result<uint64_t> changed = ChangedGroups(source, *base);
    if (!changed.ok()) return std::move(changed).error();
    if (IsWorthAnIncrement(*changed, groups)) {
      groups = *changed;
      header.base = base->id;
    } else {
      base.reset();
    }
  }
  auto room =
      CheckRoom(folder->path() + "/",
                groups * (kBackupGroupBytes + kFrameBytes) + kHeadBytes);
  if (!room.ok()) return room.error();
  Result<std::string> name = folder->NewName(header.created_at);
  if (!name.ok()) return std::move(name).error();
  StoredBackup made;
  made.name = *name;
  auto output = OutputFile::Make(folder->FileOf(made, ".backup"));
  if (!output.ok()) return std::move(output).error();
  DiskFile* file = (*output)->file();
  Result<WrittenContainer> written = WriteContainer(
      source, header, request.key, base ? base->groups : std::vector<Digest>(),
      file, request.progress);
  if (!written.ok()) return std::move(written).error();
  if (auto synced = file->Sync(); !synced.ok()) return synced.error();
  Result<Digest> plain_hash = ReadBack(file, request.key, *written);
  if (!plain_hash.ok()) return std::move(plain_hash).error();
  if (auto kept = (*output)->Commit(); !kept.ok()) return kept.error();
  made.id = DigestText(written->id);
  if (base) made.base = DigestText(base->id);
  made.created_at = header.created_at;
  made.bytes = file->size();
  made.plain_bytes = header.plain_bytes;
  made.state = state;
  made.is_good = state == BackupState::kGood;
  made.reason = request.reason;
  made.description = request.description;
  made.checked_at = request.now;
  made.is_encrypted = request.key != nullptr;
  made.plain_hash = DigestText(*plain_hash);
  auto noted = folder->NoteGroups(made, written->groups);
  if (noted.ok()) noted = folder->Note(made);
  if (!noted.ok()) return noted.error();
  return made;
}

}  // namespace

Result<StoredBackup> MakeBackup(BackupFolder* folder, Store* store,
                                const BackupRequest& request) {
  Result<void> whole = CheckIntegrity(store, /*quick=*/true);
  if (!whole.ok()) return std::move(whole).error();
  Result<Statement> page_size = store->Prepare("PRAGMA page_size");
  if (!page_size.ok()) return std::move(page_size).error();
  Result<bool> row = page_size->Step();
  if (!row.ok()) return std::move(row).error();
  const auto page_bytes = static_cast<uint32_t>(page_size->Column(0).integer);
  page_size->Reset();
  Result<std::unique_ptr<StoreBytes>> bytes = StoreBytes::Open(store);
  if (!bytes.ok()) return std::move(bytes).error();
  StoreSource source(bytes->get());
  return Write(folder, &source, page_bytes, BackupState::kGood, request);
}

Result<StoredBackup> BackUpBytes(BackupFolder* folder, ByteSource* file,
                                 const BackupRequest& request) {
  return Write(folder, file, 0, BackupState::kUnsound, request);
}

Result<std::vector<std::string>> ApplyRetention(BackupFolder* folder,
                                                const RetentionLimits& limits,
                                                int64_t now) {
  Result<std::vector<StoredBackup>> backups = folder->List();
  if (!backups.ok()) return std::move(backups).error();
  std::vector<std::string> ids = ExpiredBackups(Plainly(*backups), limits, now);
  for (const std::string& id : ids) {
    for (const StoredBackup& backup : *backups) {
      if (backup.id != id) continue;
      if (auto removed = folder->Remove(backup); !removed.ok()) {
        return removed.error();
      }
    }
  }
  return ids;
}

}  // namespace ferrite
