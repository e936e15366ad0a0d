#include "migration_row.h"

#include <sqlite3.h>

#include <nlohmann/json.hpp>

#include "ferrite/log.h"
#include "total.h"

namespace ferrite::internal {
namespace {

constexpr char kSelect[] =
    "SELECT id,plan_name,plan_hash,status,stage,initiator,started_at,"
    "updated_at,finished_at,attempts,busy_ms,report,kind,config,records,bytes,"
    "failed,differences,tables,code,message FROM ferrite_migration "
    "WHERE external_id IS NULL AND ";

constexpr char kUnfinished[] =
    "('pending','running','failed','cancelled','interrupted')";

MigrationRow ReadRow(const Statement& select) {
  const auto text = [&](int column) {
    return std::string(select.Column(column).text());
  };
  MigrationRow row;
  row.id = select.Column(0).integer;
  row.plan_name = text(1);
  row.plan_hash = FromBlob(select.Column(2).bytes);
  row.status = text(3);
  row.stage = text(4);
  row.initiator = text(5);
  row.started_at = select.Column(6).integer;
  row.updated_at = select.Column(7).integer;
  if (const Cell finished = select.Column(8);
      finished.type == Cell::Type::kInteger) {
    row.finished_at = finished.integer;
  }
  row.attempts = select.Column(9).integer;
  row.busy_ms = select.Column(10).integer;
  row.report = text(11);
  row.kind = text(12);
  row.config = text(13);
  row.records = select.Column(14).integer;
  row.bytes = select.Column(15).integer;
  row.failed = select.Column(16).integer;
  row.differences = select.Column(17).integer;
  row.tables = text(18);
  row.code = text(19);
  row.message = text(20);
  return row;
}

Result<std::optional<MigrationRow>> SelectOne(Statement* select) {
  Result<bool> found = select->Step();
  if (!found.ok()) return std::move(found).error();
  if (!*found) return std::optional<MigrationRow>();
  return std::optional<MigrationRow>(ReadRow(*select));
}

Result<std::optional<MigrationRow>> SelectWhere(Store* store,
                                                const std::string& where) {
  Result<Statement> select =
      store->Prepare(kSelect + where + " ORDER BY id DESC LIMIT 1");
  if (!select.ok()) return std::move(select).error();
  return SelectOne(&*select);
}

}  // namespace

Result<std::optional<MigrationRow>> LatestMigration(Store* store) {
  return SelectWhere(store, "kind='migration' AND status<>'rolled_back'");
}

Result<std::optional<MigrationRow>> CompletedMigration(Store* store,
                                                       const Hash128& plan) {
  Result<Statement> select =
      store->Prepare(std::string(kSelect) +
                     "(plan_hash=?1 OR id IN (SELECT migration FROM "
                     "ferrite_plan WHERE hash=?1)) AND kind='migration' AND "
                     "(status IN ('verified','completed_with_differences') OR "
                     // Not a trial run, but one that did not read everything.
                     "(status='completed' AND CASE WHEN json_valid(report) "
                     "THEN report->'$.incremental' END IS NOT NULL)) "
                     // Else it is being brought up to date.
                     "AND NOT EXISTS(SELECT 1 FROM ferrite_migration AS later "
                     "WHERE later.id>ferrite_migration.id AND later.plan_hash="
                     "ferrite_migration.plan_hash AND later.kind='migration' "
                     "AND later.external_id IS NULL AND later.status IN " +
                     kUnfinished + ") ORDER BY id DESC LIMIT 1");
  if (!select.ok()) return std::move(select).error();
  const auto hash = ToBlob(plan);
  select->Bind(1, Cell::Blob(hash));
  return SelectOne(&*select);
}

Result<std::optional<MigrationRow>> UnfinishedMigration(Store* store) {
  return SelectWhere(
      store, std::string("kind='migration' AND status IN ") + kUnfinished);
}

Result<std::optional<MigrationRow>> LatestVerification(Store* store) {
  return SelectWhere(store, "kind='verification'");
}

Result<std::optional<MigrationRow>> FindRow(Store* store, int64_t id) {
  return SelectWhere(store, "id=" + std::to_string(id));
}

Result<std::optional<MigrationRow>> RunningRow(Store* store) {
  return SelectWhere(store, "status='running'");
}

Result<void> CloseInterrupted(Store* store) {
  for (;;) {
    Result<std::optional<MigrationRow>> found = RunningRow(store);
    if (!found.ok()) return std::move(found).error();
    if (!found->has_value()) return {};
    MigrationRow row = **std::move(found);
    row.status = kInterrupted;
    row.finished_at = row.updated_at;
    if (auto done = UpdateMigration(store, row); !done.ok()) return done;
    LogEntry entry;
    entry.at = row.updated_at;
    entry.level = LogLevel::kWarn;
    entry.migration = row.id;
    entry.message = "Interrupted: the page or program was gone before its end.";
    if (auto logged = AppendLog(store, entry); !logged.ok()) return logged;
  }
}

void MigrationRow::CountFromReport() {
  using Json = nlohmann::ordered_json;
  const Json json = Json::parse(report, nullptr, /*allow_exceptions=*/false);
  const auto totals = json.find("totals");
  if (!json.is_object() || totals == json.end()) return;
  records = totals->value("records", int64_t{0});
  bytes = totals->value("bytes", int64_t{0});
  failed = totals->value("failed", int64_t{0});
  differences = totals->value("differences", int64_t{0});
  Json list = Json::array();
  for (const Json& table : json.value("tables", Json::array())) {
    if (!table.contains("hash")) continue;
    list.push_back({{"name", table["name"]},
                    {"rows", table["rows"]},
                    {"hash", table["hash"]}});
  }
  tables = list.dump();
}

namespace {

Cell TextOrNull(const std::string& text) {
  return text.empty() ? Cell::Null() : Cell::Text(text);
}

Cell IntegerOrNull(const std::optional<int64_t>& integer) {
  return integer ? Cell::Integer(*integer) : Cell::Null();
}

Result<void> SaveAttempt(Store* store, const MigrationRow& row) {
  Result<Statement> save = store->Prepare(
      "INSERT INTO ferrite_attempt(migration,number,status,started_at,"
      "finished_at,code,message) VALUES(?1,?2,?3,?4,?5,?6,?7) "
      "ON CONFLICT(migration,number) DO UPDATE SET status=excluded.status,"
      "finished_at=excluded.finished_at,code=excluded.code,"
      "message=excluded.message");
  if (!save.ok()) return std::move(save).error();
  save->Bind(1, Cell::Integer(row.id));
  save->Bind(2, Cell::Integer(row.attempts));
  save->Bind(3, Cell::Text(row.status));
  save->Bind(4, Cell::Integer(row.updated_at));
  save->Bind(5, IntegerOrNull(row.finished_at));
  save->Bind(6, TextOrNull(row.code));
  save->Bind(7, TextOrNull(row.message));
  return save->Run();
}

// The parameters that both statements below have, from `first` on.
void BindState(const MigrationRow& row, int first, Statement* statement) {
  int at = first;
  statement->Bind(at++, Cell::Text(row.status));
  statement->Bind(at++, Cell::Text(row.stage));
  statement->Bind(at++, Cell::Integer(row.updated_at));
  statement->Bind(at++, IntegerOrNull(row.finished_at));
  statement->Bind(at++, Cell::Integer(row.attempts));
  statement->Bind(at++, Cell::Integer(row.busy_ms));
  statement->Bind(at++, Cell::Integer(row.records));
  statement->Bind(at++, Cell::Integer(row.bytes));
  statement->Bind(at++, Cell::Integer(row.failed));
  statement->Bind(at++, Cell::Integer(row.differences));
  statement->Bind(at++, Cell::Text(row.tables));
  statement->Bind(at++, TextOrNull(row.code));
  statement->Bind(at++, TextOrNull(row.message));
  statement->Bind(at++, Cell::Text(row.report));
}

}  // namespace

Result<void> InsertMigration(Store* store, MigrationRow* row) {
  Result<Statement> insert = store->Prepare(
      "INSERT INTO ferrite_migration(kind,plan_name,plan_hash,initiator,config,"
      "started_at,status,stage,updated_at,finished_at,attempts,busy_ms,records,"
      "bytes,failed,differences,tables,code,message,report) VALUES(?1,?2,?3,?4,"
      "?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20)");
  if (!insert.ok()) return std::move(insert).error();
  const auto hash = ToBlob(row->plan_hash);
  insert->Bind(1, Cell::Text(row->kind));
  insert->Bind(2, Cell::Text(row->plan_name));
  insert->Bind(3, Cell::Blob(hash));
  insert->Bind(4, Cell::Text(row->initiator));
  insert->Bind(5, Cell::Text(row->config));
  insert->Bind(6, Cell::Integer(row->started_at));
  BindState(*row, 7, &*insert);
  if (auto done = insert->Run(); !done.ok()) return done;
  row->id = sqlite3_last_insert_rowid(store->handle());
  return SaveAttempt(store, *row);
}

Result<void> UpdateMigration(Store* store, const MigrationRow& row) {
  Result<Statement> update = store->Prepare(
      "UPDATE ferrite_migration SET status=?2,stage=?3,updated_at=?4,"
      "finished_at=?5,attempts=?6,busy_ms=?7,records=?8,bytes=?9,failed=?10,"
      "differences=?11,tables=?12,code=?13,message=?14,report=?15 WHERE id=?1");
  if (!update.ok()) return std::move(update).error();
  update->Bind(1, Cell::Integer(row.id));
  BindState(row, 2, &*update);
  if (auto done = update->Run(); !done.ok()) return done;
  return SaveAttempt(store, row);
}

Result<void> UpdateStage(Store* store, const MigrationRow& row) {
  Result<Statement> update = store->Prepare(
      "UPDATE ferrite_migration SET stage=?2,updated_at=?3 WHERE id=?1");
  if (!update.ok()) return std::move(update).error();
  update->Bind(1, Cell::Integer(row.id));
  update->Bind(2, Cell::Text(row.stage));
  update->Bind(3, Cell::Integer(row.updated_at));
  return update->Run();
}

}  // namespace ferrite::internal
