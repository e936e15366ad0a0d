// ferrite backup and ferrite rollback.
#include "native/cli/backup.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "native/backup/backup_builder.h"
#include "native/backup/backup_folder.h"
#include "native/backup/backup_writer.h"
#include "native/backup/rollback_outlook.h"
#include "native/backup/store_restore.h"
#include "native/cli/backup_print.h"
#include "native/cli/history.h"
#include "native/cli/open_store.h"
#include "native/cli/stop_on_signal.h"
#include "native/clock.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

bool GoOn(uint64_t, uint64_t) { return !StopOnSignal::came(); }

Error NotConfirmed(const std::string& what) {
  return {ErrorCode::kInvalidArgument, what, "Say --yes to confirm.", ""};
}

Result<StoredBackup> Find(const BackupFolder& folder, const std::string& id) {
  Result<std::vector<StoredBackup>> backups = folder.List();
  if (!backups.ok()) return std::move(backups).error();
  return FindBackup(*backups, id);
}

// The one that is given, or that is asked for when a passphrase is needed.
Result<std::optional<ContainerKey>> KeyFor(const StoredBackup& backup,
                                           const KeyOptions& options) {
  Result<std::optional<ContainerKey>> given = GivenKey(options);
  if (!given.ok() || *given || !backup.needs_passphrase) return given;
  Result<ContainerKey> asked = AskForKey(Ask::kOnce);
  if (!asked.ok()) return std::move(asked).error();
  return std::optional<ContainerKey>(std::move(asked).value());
}

const ContainerKey* Pointer(const std::optional<ContainerKey>& key) {
  return key ? &*key : nullptr;
}

Result<int> Restore(BackupFolder* folder, const std::string& store,
                    const std::string& to, const KeyOptions& keys,
                    const std::string& command, const Console& console) {
  StopOnSignal signals;
  if (auto locked = folder->Lock(); !locked.ok()) return locked.error();
  RestoreRequest request;
  request.store = store;
  request.to = to;
  request.now = Now();
  request.actor = CommandActor(command);
  request.progress = GoOn;
  StoredBackup backup;
  if (to != kAbsent) {
    Result<StoredBackup> found = Find(*folder, to);
    if (!found.ok()) return std::move(found).error();
    backup = std::move(found).value();
    request.to = backup.id;
  }
  Result<std::optional<ContainerKey>> key = KeyFor(backup, keys);
  if (!key.ok()) return std::move(key).error();
  request.key = Pointer(*key);
  Result<RestoredStore> restored = RestoreFromBackup(folder, request);
  if (!restored.ok()) return std::move(restored).error();
  return PrintRestored(*restored, store, console);
}

Error InUse(const std::vector<std::string>& dependents) {
  std::string list;
  for (const std::string& id : dependents) {
    list += (list.empty() ? "" : ", ") + ShortId(id);
  }
  return {ErrorCode::kState, "Other backups build on it: " + list + ".",
          "Delete these first, the newest first.", "/id"};
}

}  // namespace

Result<int> BackupCreate(const BackupOptions& options, const Console& console) {
  StopOnSignal signals;
  Result<std::optional<ContainerKey>> key = GivenKey(options.key);
  if (!key.ok()) return std::move(key).error();
  Result<std::unique_ptr<Store>> store =
      OpenStore(options.store, OpenFor::kChanging);
  if (!store.ok()) return std::move(store).error();
  BackupFolder folder(options.store);
  if (auto locked = folder.Lock(); !locked.ok()) return locked.error();
  BackupRequest request;
  request.description = options.description;
  request.full = options.full;
  request.key = Pointer(*key);
  request.now = Now();
  request.progress = GoOn;
  Result<StoredBackup> made = MakeBackup(&folder, store->get(), request);
  if (!made.ok()) return std::move(made).error();
  std::vector<std::string> removed;
  if (!options.no_retention) {
    Result<std::vector<std::string>> expired =
        ApplyRetention(&folder, options.limits, request.now);
    if (!expired.ok()) return std::move(expired).error();
    removed = std::move(expired).value();
  }
  Json document = Json::parse(BackupJson(*made));
  document["removed"] = removed;
  console.Document(
      document.dump(-1, ' ', false, Json::error_handler_t::replace));
  console.Line(fmt::format("Backed up {} as {}: {}, {} of {}.",
                           Printable(options.store), ShortId(made->id),
                           made->base.empty() ? "all of it" : "what changed",
                           ByteText(made->bytes), ByteText(made->plain_bytes)));
  if (!removed.empty()) {
    console.Line("Removed " + Counted(removed.size(), "expired backup") + ".");
  }
  return 0;
}

Result<int> BackupList(const BackupOptions& options, const Console& console) {
  Result<std::vector<StoredBackup>> backups =
      BackupFolder(options.store).List();
  if (!backups.ok()) return std::move(backups).error();
  PrintBackups(*backups, console);
  return 0;
}

Result<int> BackupVerify(const BackupOptions& options, const Console& console) {
  StopOnSignal signals;
  BackupFolder folder(options.store);
  Result<std::vector<StoredBackup>> backups = folder.List();
  if (!backups.ok()) return std::move(backups).error();
  std::vector<StoredBackup> wanted = *backups;
  if (!options.ids.empty()) {
    wanted.clear();
    for (const std::string& id : options.ids) {
      Result<StoredBackup> backup = FindBackup(*backups, id);
      if (!backup.ok()) return std::move(backup).error();
      wanted.push_back(std::move(backup).value());
    }
  }
  if (wanted.empty()) {
    console.Document(R"({"backups":[]})");
    console.Line("There are no backups.");
    return 0;
  }
  if (auto locked = folder.Lock(); !locked.ok()) return locked.error();
  Json list = Json::array();
  int status = 0;
  std::optional<std::optional<ContainerKey>> key;
  for (const StoredBackup& backup : wanted) {
    // It is asked for once.
    if (backup.is_encrypted && !key) {
      Result<std::optional<ContainerKey>> given = KeyFor(backup, options.key);
      if (!given.ok()) return std::move(given).error();
      key.emplace(std::move(given).value());
    }
    const ContainerKey* opens =
        backup.is_encrypted && key ? Pointer(*key) : nullptr;
    Result<StoredBackup> found =
        VerifyBackup(&folder, backup.id, opens, Now(), GoOn);
    if (!found.ok() && found.error().code == ErrorCode::kCancelled) {
      return std::move(found).error();
    }
    Json entry = {{"id", backup.id}, {"ok", found.ok()}};
    if (!found.ok()) {
      entry["error"] = Json::parse(found.error().ToJson());
      if (status == 0) status = ErrorExitStatus(found.error().code);
    }
    list.push_back(entry);
    console.Line(ShortId(backup.id) + "  " +
                 (found.ok() ? console.Paint(Tone::kGood, "good")
                             : console.Paint(Tone::kBad, "not good: ") +
                                   Printable(found.error().message)));
  }
  console.Document(Json{{"backups", list}}.dump(
      -1, ' ', false, Json::error_handler_t::replace));
  return status;
}

Result<int> BackupRestore(const BackupOptions& options,
                          const Console& console) {
  if (!options.yes) {
    return NotConfirmed("This replaces what is in " + options.store + ".");
  }
  BackupFolder folder(options.store);
  Result<StoredBackup> backup = Find(folder, options.ids.front());
  if (!backup.ok()) return std::move(backup).error();
  return Restore(&folder, options.store, backup->id, options.key,
                 "backup restore", console);
}

Result<int> BackupDelete(const BackupOptions& options, const Console& console) {
  BackupFolder folder(options.store);
  Result<std::vector<StoredBackup>> backups = folder.List();
  if (!backups.ok()) return std::move(backups).error();
  Result<StoredBackup> backup = FindBackup(*backups, options.ids.front());
  if (!backup.ok()) return std::move(backup).error();
  const std::vector<std::string> dependents =
      DependentBackups(Plainly(*backups), backup->id);
  if (!dependents.empty()) return InUse(dependents);
  if (!options.yes) {
    return NotConfirmed("This deletes the backup " + ShortId(backup->id) + ".");
  }
  if (auto locked = folder.Lock(); !locked.ok()) return locked.error();
  if (auto removed = folder.Remove(*backup); !removed.ok()) {
    return removed.error();
  }
  console.Document(Json{{"deleted", backup->id}}.dump());
  console.Line("Deleted the backup " + ShortId(backup->id) + ".");
  return 0;
}

Result<int> RollbackCommand(const RollbackCommandOptions& options,
                            const Console& console) {
  BackupFolder folder(options.store);
  Result<RollbackOutlook> outlook = LookAtRollback(folder, options.store);
  if (!outlook.ok()) return std::move(outlook).error();
  if (options.list) {
    Result<std::vector<StoredBackup>> backups = folder.List();
    if (!backups.ok()) return std::move(backups).error();
    PrintOutlook(*outlook, *backups, console);
    return 0;
  }
  if (!outlook->can) {
    return Error{ErrorCode::kState, outlook->reason,
                 "ferrite backup list shows what can be restored.", ""};
  }
  if (!options.yes) {
    return NotConfirmed(outlook->to == kAbsent
                            ? "This removes " + options.store + "."
                            : "This replaces what is in " + options.store +
                                  " by the backup " + ShortId(outlook->to) +
                                  ".");
  }
  return Restore(&folder, options.store, outlook->to, options.key, "rollback",
                 console);
}

}  // namespace ferrite
