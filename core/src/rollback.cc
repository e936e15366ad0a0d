#include "ferrite/rollback.h"

#include <sqlite3.h>

#include <new>
#include <nlohmann/json.hpp>
#include <utility>

#include "carry_over.h"
#include "clean_up_mark.h"
#include "ferrite/log.h"
#include "migration_row.h"
#include "rollback_meta.h"
#include "sqlite_error.h"
#include "store_schema.h"
#include "suggest.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc
using Json = nlohmann::ordered_json;

constexpr char kTokenKey[] = "restored";
constexpr size_t kShownId = 12;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// A rollback in history, log and audit. Inside a transaction.
Result<void> Note(Store* store, const CarriedOver& carried,
                  const RestoreOptions& options) {
  MigrationRow row;
  row.kind = "rollback";
  row.plan_name = carried.plan;
  row.status = kCompleted;
  row.stage = kDone;
  row.initiator = options.actor.who;
  row.started_at = row.updated_at = options.now;
  row.finished_at = options.now;
  Json config = {{"to", options.backup}};
  if (!options.safety.empty()) config["safety"] = options.safety;
  if (carried.migration) config["migration"] = *carried.migration;
  if (!carried.was.empty()) config["was"] = carried.was;
  if (!options.sources.empty()) config["sources"] = options.sources;
  row.config = Dump(config);
  row.message = options.reason.substr(0, 4000);
  if (auto made = InsertMigration(store, &row); !made.ok()) return made;
  LogEntry entry;
  entry.at = options.now;
  entry.level = LogLevel::kWarn;
  entry.migration = row.id;
  entry.message = options.backup == kAbsent
                      ? "Rolled back: the store was not there before."
                      : "Restored from the backup " +
                            Quoted(options.backup.substr(0, kShownId)) + ".";
  entry.context = row.config;
  if (auto logged = AppendLog(store, entry); !logged.ok()) return logged;
  Json details = config;
  details["id"] = row.id;
  details["auditContinues"] = carried.audit_continues;
  return AppendAudit(store, {options.now, options.actor, "rollback",
                             options.backup, Dump(details)});
}

// A store that was removed was saved as one whose migration is rolled back;
// now that it is there again, so is its migration.
Result<void> TakeRemovalBack(Store* restored) {
  return restored->Execute(
      "UPDATE ferrite_migration SET status=last.was FROM (SELECT "
      "config->>'$.migration' AS id, config->>'$.was' AS was FROM "
      "ferrite_migration WHERE id=(SELECT max(id) FROM ferrite_migration) AND "
      "kind='rollback' AND config->>'$.to'='absent') AS last "
      "WHERE ferrite_migration.id=last.id AND last.was IS NOT NULL "
      "AND ferrite_migration.status='rolled_back'");
}

// All of what the restored file is to be beside the backup's content.
Result<CarriedOver> MakeReady(Store* live, Store* restored,
                              const RestoreOptions& options) {
  CarriedOver carried;
  Result<void> done = restored->Atomically([&]() -> Result<void> {
    if (auto back = TakeRemovalBack(restored); !back.ok()) return back;
    Result<CarriedOver> taken = CarryOver(live, restored);
    if (!taken.ok()) return std::move(taken).error();
    carried = std::move(taken).value();
    Result<void> mark = KeepMark(live, restored, carried.is_same_store);
    if (!mark.ok()) return mark;
    Result<void> epoch = restored->Execute(
        "INSERT OR REPLACE INTO ferrite_meta VALUES"
        "('epoch', lower(hex(randomblob(16))))");
    if (!epoch.ok()) return epoch;
    Result<void> token = restored->SetMeta(kTokenKey, options.token);
    if (!token.ok()) return token;
    return Note(restored, carried, options);
  });
  if (!done.ok()) return std::move(done).error();
  return carried;
}

// All pages, in one transaction of `to`.
Result<void> CopyPages(Store* from, Store* to) {
  sqlite3_backup* backup =
      sqlite3_backup_init(to->handle(), "main", from->handle(), "main");
  if (backup == nullptr) return to->LastError("Restoring the store");
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (stepped == SQLITE_DONE && finished == SQLITE_OK) return {};
  const int failed = finished != SQLITE_OK ? finished : stepped;
  return SqliteError(to->handle(), failed, "Restoring the store");
}

Error NotAsWritten(const std::string& why) {
  return {ErrorCode::kNotVerified,
          "The restored store does not read as it was written: " + why,
          "Check the disk, and restore again.", ""};
}

Result<std::string> Restore(Store* live, const std::string& restored,
                            const RestoreOptions& options) {
  if (auto free = live->CheckNoTransaction(); !free.ok()) {
    return std::move(free).error();
  }
  Result<void> whole = CheckFileIntegrity(restored, options.vfs);
  if (!whole.ok()) return std::move(whole).error();
  Store::Options open;
  open.vfs = options.vfs;
  open.create = false;
  Result<std::unique_ptr<Store>> file = Store::Open(restored, open);
  if (!file.ok()) return std::move(file).error();
  Result<CarriedOver> carried = MakeReady(live, file->get(), options);
  if (!carried.ok()) return std::move(carried).error();
  if (auto copied = CopyPages(file->get(), live); !copied.ok()) {
    return std::move(copied).error();
  }
  file->reset();
  Result<void> reads = CheckIntegrity(live, /*quick=*/true);
  if (!reads.ok()) return NotAsWritten(reads.error().message);
  Result<std::string> token = RestoredToken(live);
  if (!token.ok()) return NotAsWritten(token.error().message);
  if (*token != options.token) return NotAsWritten("It is another one.");
  Json told = {{"history", carried->history},
               {"logs", carried->logs},
               {"audit", carried->audit},
               {"auditContinues", carried->audit_continues}};
  if (carried->migration) told["migration"] = *carried->migration;
  return told.dump();
}

}  // namespace

Result<std::string> RestoreStore(Store* live, const std::string& restored,
                                 const RestoreOptions& options) {
  try {
    return Restore(live, restored, options);
  } catch (const std::bad_alloc&) {
    return OutOfMemory();
  }
}

Result<std::string> RestoredToken(Store* store) {
  Result<std::optional<std::string>> token = store->Meta(kTokenKey);
  if (!token.ok()) return std::move(token).error();
  return token->value_or("");
}

Result<void> NoteRemoval(Store* store, const RestoreOptions& options) {
  return store->Atomically([&]() -> Result<void> {
    Result<std::optional<MigrationRow>> latest = LatestMigration(store);
    if (!latest.ok()) return std::move(latest).error();
    CarriedOver carried;
    carried.audit_continues = true;
    if (latest->has_value()) {
      carried.migration = (*latest)->id;
      carried.plan = (*latest)->plan_name;
      carried.was = (*latest)->status;
      (*latest)->status = kRolledBack;
      if (!(*latest)->finished_at) (*latest)->finished_at = options.now;
      auto saved = UpdateMigration(store, **latest);
      if (!saved.ok()) return saved;
    }
    return Note(store, carried, options);
  });
}

namespace internal {

Result<void> SetRollbackPoint(Store* store, int64_t migration,
                              const std::string& point) {
  const Json json = {{"migration", migration}, {"point", point}};
  return store->SetMeta(kRollbackPointKey, json.dump());
}

}  // namespace internal

Result<std::optional<RollbackPoint>> FindRollbackPoint(Store* store) {
  Result<std::optional<MigrationRow>> latest = LatestMigration(store);
  if (!latest.ok()) return std::move(latest).error();
  if (!latest->has_value()) return std::optional<RollbackPoint>();
  const MigrationRow& row = **latest;
  RollbackPoint point{row.id, row.plan_name, row.status, row.started_at, ""};
  Result<std::optional<std::string>> kept = store->Meta(kRollbackPointKey);
  if (!kept.ok()) return std::move(kept).error();
  const Json json = Json::parse(kept->value_or(""), nullptr,
                                /*allow_exceptions=*/false);
  if (json.is_object() && json.value("migration", int64_t{0}) == row.id) {
    point.point = json.value("point", "");
  }
  return std::optional<RollbackPoint>(std::move(point));
}

Result<std::string> RollbackPointJson(Store* store) {
  Result<std::optional<RollbackPoint>> found = FindRollbackPoint(store);
  if (!found.ok()) return std::move(found).error();
  if (!found->has_value()) return std::string("{}");
  const RollbackPoint& point = **found;
  return Dump(Json{{"migration", point.migration},
                   {"plan", point.plan},
                   {"status", point.status},
                   {"startedAt", point.started_at},
                   {"point", point.point}});
}

}  // namespace ferrite
