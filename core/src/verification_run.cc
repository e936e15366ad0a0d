#include "verification_run.h"

#include <sqlite3.h>

#include <utility>

#include "ferrite/verification.h"
#include "migration_row.h"

namespace ferrite {
namespace internal {

Result<VerificationRun> BeginRun(Store* store, int64_t migration, int64_t now) {
  Result<void> cleared = store->Execute(
      "DELETE FROM ferrite_difference WHERE run IN "
      "(SELECT id FROM ferrite_verification WHERE finished_at IS NULL);"
      "DELETE FROM ferrite_verification WHERE finished_at IS NULL");
  if (!cleared.ok()) return std::move(cleared).error();
  VerificationRun run;
  run.migration = migration;
  run.status = kRunning;
  run.started_at = now;
  Result<Statement> insert = store->Prepare(
      "INSERT INTO ferrite_verification(migration,status,started_at) "
      "VALUES(?1,?2,?3)");
  if (!insert.ok()) return std::move(insert).error();
  insert->Bind(1, Cell::Integer(migration));
  insert->Bind(2, Cell::Text(run.status));
  insert->Bind(3, Cell::Integer(now));
  if (auto done = insert->Run(); !done.ok()) return std::move(done).error();
  run.id = sqlite3_last_insert_rowid(store->handle());
  return run;
}

Result<void> EndRun(Store* store, const VerificationRun& run) {
  Result<Statement> update = store->Prepare(
      "UPDATE ferrite_verification SET status=?2,finished_at=?3,report=?4 "
      "WHERE id=?1");
  if (!update.ok()) return std::move(update).error();
  update->Bind(1, Cell::Integer(run.id));
  update->Bind(2, Cell::Text(run.status));
  update->Bind(3, Cell::Integer(*run.finished_at));
  update->Bind(4, Cell::Text(run.report));
  if (auto done = update->Run(); !done.ok()) return done;
  const std::string earlier = "<" + std::to_string(run.id);
  return store->Execute("DELETE FROM ferrite_difference WHERE run" + earlier +
                        ";DELETE FROM ferrite_verification WHERE id" + earlier);
}

Result<std::optional<VerificationRun>> EndedRun(Store* store) {
  Result<Statement> select = store->Prepare(
      "SELECT id,migration,status,started_at,finished_at,report "
      "FROM ferrite_verification WHERE finished_at IS NOT NULL "
      "ORDER BY id DESC LIMIT 1");
  if (!select.ok()) return std::move(select).error();
  Result<bool> row = select->Step();
  if (!row.ok()) return std::move(row).error();
  if (!*row) return std::optional<VerificationRun>();
  VerificationRun run;
  run.id = select->Column(0).integer;
  run.migration = select->Column(1).integer;
  run.status = select->Column(2).text();
  run.started_at = select->Column(3).integer;
  run.finished_at = select->Column(4).integer;
  run.report = select->Column(5).text();
  return std::optional<VerificationRun>(std::move(run));
}

}  // namespace internal

Result<std::string> LastVerificationReport(Store* store) {
  Result<std::optional<internal::VerificationRun>> run =
      internal::EndedRun(store);
  if (!run.ok()) return std::move(run).error();
  return run->has_value() ? std::move((*run)->report) : std::string();
}

}  // namespace ferrite
