#include "native/backup/store_restore.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "native/backup/backup_builder.h"
#include "native/backup/backup_writer.h"
#include "native/container/crypto.h"

namespace ferrite {
namespace {

// 0 when there is none: an empty file is no store yet.
uint64_t SizeOf(const std::string& path) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(path, failed);
  return failed ? 0 : size;
}

void RemoveDatabase(const std::string& path) {
  // The file first: a journal without it is nobody's.
  std::remove(path.c_str());
  std::remove((path + "-journal").c_str());
}

Result<std::string> NewToken() {
  std::array<uint8_t, 16> random{};
  if (auto filled = FillRandom(random); !filled.ok()) return filled.error();
  std::string token;
  for (const uint8_t byte : random) token += fmt::format("{:02x}", byte);
  return token;
}

bool IsUnreadable(ErrorCode code) {
  return code == ErrorCode::kStoreCorrupt || code == ErrorCode::kStoreForeign;
}

class Restore {
 public:
  Restore(BackupFolder* folder, const RestoreRequest& request)
      : folder_(folder), request_(request) {}

  Result<RestoredStore> Run() {
    Result<std::optional<PendingRollback>> found = folder_->Pending();
    if (!found.ok()) return std::move(found).error();
    if (found->has_value() && (*found)->to != request_.to &&
        IsThere((*found)->to)) {
      return Error{ErrorCode::kState,
                   "A restore of " + (*found)->to.substr(0, 12) +
                       " was cut off and is not finished.",
                   "Finish that one first: the same id, or ferrite rollback.",
                   ""};
    }
    done_.resumed = found->has_value() && (*found)->to == request_.to;
    if (done_.resumed) {
      pending_ = **found;
    } else {
      Result<std::string> token = NewToken();
      if (!token.ok()) return std::move(token).error();
      pending_ = {request_.to, "", *token};
      auto noted = folder_->NotePending(pending_);
      if (!noted.ok()) return noted.error();
    }
    Result<void> restored = Go();
    RemoveDatabase(restored_path());
    if (!restored.ok()) {
      // Nothing was changed, so nothing is left to finish.
      if (!is_changing_) folder_->ClearPending();
      return restored.error();
    }
    folder_->ClearPending();
    done_.to = pending_.to;
    done_.safety = pending_.safety;
    return done_;
  }

 private:
  // Whether a restore that was cut off can be finished.
  bool IsThere(const std::string& to) const {
    if (to == kAbsent) return true;
    Result<std::vector<StoredBackup>> backups = folder_->List();
    return backups.ok() && BackupChain(Plainly(*backups), to).ok();
  }

  std::string restored_path() const { return request_.store + ".restore"; }
  bool removes() const { return request_.to == kAbsent; }

  Result<void> Go() {
    if (auto opened = OpenLive(); !opened.ok()) return opened;
    if (live_ != nullptr && !removes()) {
      Result<std::string> token = RestoredToken(live_.get());
      if (!token.ok()) return std::move(token).error();
      if (*token == pending_.token) return {};
    }
    if (!removes()) {
      if (auto built = Build(); !built.ok()) return built;
    }
    if (auto saved = MakeSafe(); !saved.ok()) return saved;
    if (removes()) {
      live_.reset();
      is_changing_ = true;
      RemoveDatabase(request_.store);
      return {};
    }
    return Put();
  }

  Result<void> OpenLive() {
    if (SizeOf(request_.store) == 0) return {};
    Store::Options options;
    options.create = false;
    Result<std::unique_ptr<Store>> live = Store::Open(request_.store, options);
    if (live.ok()) {
      live_ = std::move(live).value();
    } else if (!IsUnreadable(live.error().code)) {
      return std::move(live).error();
    }
    return {};
  }

  // Checked before anything of the store is touched.
  Result<void> Build() {
    const uint64_t live = SizeOf(request_.store);
    Result<std::vector<StoredBackup>> backups = folder_->List();
    if (!backups.ok()) return std::move(backups).error();
    Result<StoredBackup> backup = FindBackup(*backups, request_.to);
    if (!backup.ok()) return std::move(backup).error();
    // The file that is built, the journal of what it replaces, and how much
    // the store grows.
    const uint64_t plain = backup->plain_bytes;
    auto room = CheckRoom(request_.store,
                          plain + live + (plain > live ? plain - live : 0));
    if (!room.ok()) return room;
    Result<void> built = BuildBackup(*folder_, backup->id, request_.key,
                                     restored_path(), request_.progress);
    return built.ok() ? CheckFileIntegrity(restored_path(), "") : built;
  }

  Result<void> MakeSafe() {
    if (!pending_.safety.empty() || SizeOf(request_.store) == 0) return {};
    if (removes() && live_ != nullptr) {
      Result<std::string> token = RestoredToken(live_.get());
      if (!token.ok()) return std::move(token).error();
      if (*token != pending_.token) {
        // Before the store says of itself that it is gone.
        auto room = CheckRoom(request_.store, 2 * SizeOf(request_.store));
        if (!room.ok()) return room;
        is_changing_ = true;
        auto noted = NoteRemoval(live_.get(), Options());
        if (!noted.ok()) return noted;
      }
    }
    BackupRequest backup;
    backup.reason = "rollback";
    backup.description =
        removes() ? "Before the store was removed"
                  : "Before the restore of " + pending_.to.substr(0, 12);
    backup.key = request_.key;
    backup.now = request_.now;
    backup.progress = request_.progress;
    Result<StoredBackup> made = Save(backup);
    if (!made.ok()) return std::move(made).error();
    pending_.safety = made->id;
    return folder_->NotePending(pending_);
  }

  Result<StoredBackup> Save(const BackupRequest& request) {
    if (live_ != nullptr) {
      Result<StoredBackup> made = MakeBackup(folder_, live_.get(), request);
      if (made.ok() || !IsUnreadable(made.error().code)) return made;
      // A second descriptor of a file that SQLite has open drops its locks.
      live_.reset();
    }
    auto file = DiskFile::Open(request_.store, DiskFile::Mode::kRead);
    if (!file.ok()) return std::move(file).error();
    return BackUpBytes(folder_, file->get(), request);
  }

  Result<void> Put() {
    is_changing_ = true;
    if (live_ == nullptr) {
      RemoveDatabase(request_.store);
      Result<std::unique_ptr<Store>> made = Store::Open(request_.store, {});
      if (!made.ok()) return std::move(made).error();
      live_ = std::move(made).value();
      Result<std::string> carried =
          RestoreStore(live_.get(), restored_path(), Options());
      return Keep(std::move(carried));
    }
    Result<std::string> carried =
        RestoreStore(live_.get(), restored_path(), Options());
    is_changing_ = false;
    if (!carried.ok()) {
      // The store is what it was, unless only the end was not acknowledged.
      const Result<std::string> token = RestoredToken(live_.get());
      is_changing_ = carried.error().code == ErrorCode::kNotVerified ||
                     !token.ok() || *token == pending_.token;
    }
    return Keep(std::move(carried));
  }

  Result<void> Keep(Result<std::string> carried) {
    if (!carried.ok()) return std::move(carried).error();
    done_.carried = std::move(carried).value();
    return {};
  }

  RestoreOptions Options() const {
    RestoreOptions options;
    options.now = request_.now;
    options.actor = request_.actor;
    options.backup = pending_.to;
    options.safety = pending_.safety;
    options.token = pending_.token;
    options.reason = request_.reason;
    return options;
  }

  BackupFolder* folder_;
  const RestoreRequest& request_;
  PendingRollback pending_;
  RestoredStore done_;
  std::unique_ptr<Store> live_;  // null: not there, or not to be opened
  bool is_changing_ = false;     // the store may be no longer what it was
};

}  // namespace

Result<RestoredStore> RestoreFromBackup(BackupFolder* folder,
                                        const RestoreRequest& request) {
  return Restore(folder, request).Run();
}

}  // namespace ferrite
