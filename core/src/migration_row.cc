#include "migration_row.h"

#include <sqlite3.h>

#include "total.h"

namespace ferrite::internal {
namespace {

constexpr char kSelect[] =
    "SELECT id,plan_name,plan_hash,status,stage,initiator,started_at,"
    "updated_at,finished_at,attempts,busy_ms,report FROM ferrite_migration ";

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
  return SelectWhere(store, "");
}

Result<std::optional<MigrationRow>> CompletedMigration(Store* store,
                                                       const Hash128& plan) {
  Result<Statement> select =
      store->Prepare(std::string(kSelect) +
                     "WHERE (plan_hash=?1 OR id IN (SELECT migration FROM "
                     "ferrite_plan WHERE hash=?1)) AND "
                     "status IN ('verified','completed_with_differences') "
                     "ORDER BY id DESC LIMIT 1");
  if (!select.ok()) return std::move(select).error();
  const auto hash = ToBlob(plan);
  select->Bind(1, Cell::Blob(hash));
  return SelectOne(&*select);
}

Result<std::optional<MigrationRow>> UnfinishedMigration(Store* store) {
  return SelectWhere(store,
                     "WHERE status IN "
                     "('pending','running','failed','cancelled')");
}

Result<void> InsertMigration(Store* store, MigrationRow* row) {
  Result<Statement> insert = store->Prepare(
      "INSERT INTO ferrite_migration(plan_name,plan_hash,status,stage,"
      "initiator,started_at,updated_at,attempts,busy_ms,report) "
      "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");
  if (!insert.ok()) return std::move(insert).error();
  const auto hash = ToBlob(row->plan_hash);
  insert->Bind(1, Cell::Text(row->plan_name));
  insert->Bind(2, Cell::Blob(hash));
  insert->Bind(3, Cell::Text(row->status));
  insert->Bind(4, Cell::Text(row->stage));
  insert->Bind(5, Cell::Text(row->initiator));
  insert->Bind(6, Cell::Integer(row->started_at));
  insert->Bind(7, Cell::Integer(row->updated_at));
  insert->Bind(8, Cell::Integer(row->attempts));
  insert->Bind(9, Cell::Integer(row->busy_ms));
  insert->Bind(10, Cell::Text(row->report));
  Result<void> done = insert->Run();
  if (done.ok()) row->id = sqlite3_last_insert_rowid(store->handle());
  return done;
}

Result<void> UpdateMigration(Store* store, const MigrationRow& row) {
  Result<Statement> update = store->Prepare(
      "UPDATE ferrite_migration SET status=?2, stage=?3, updated_at=?4, "
      "finished_at=?5, attempts=?6, busy_ms=?7, report=?8 WHERE id=?1");
  if (!update.ok()) return std::move(update).error();
  update->Bind(1, Cell::Integer(row.id));
  update->Bind(2, Cell::Text(row.status));
  update->Bind(3, Cell::Text(row.stage));
  update->Bind(4, Cell::Integer(row.updated_at));
  update->Bind(
      5, row.finished_at ? Cell::Integer(*row.finished_at) : Cell::Null());
  update->Bind(6, Cell::Integer(row.attempts));
  update->Bind(7, Cell::Integer(row.busy_ms));
  update->Bind(8, Cell::Text(row.report));
  return update->Run();
}

}  // namespace ferrite::internal
