#include "verification_run.h"

#include <utility>

#include "ferrite/verification.h"
#include "migration_events.h"

namespace ferrite {
namespace internal {

Result<VerificationRun> BeginRun(Store* store, int64_t migration,
                                 const Actor& actor, MigrationRow* row) {
  if (auto closed = CloseInterrupted(store); !closed.ok()) {
    return std::move(closed).error();
  }
  Result<void> cleared = store->Execute(
      "DELETE FROM ferrite_difference WHERE run IN "
      "(SELECT id FROM ferrite_verification WHERE finished_at IS NULL);"
      "DELETE FROM ferrite_verification WHERE finished_at IS NULL");
  if (!cleared.ok()) return std::move(cleared).error();
  if (auto made = InsertMigration(store, row); !made.ok()) {
    return std::move(made).error();
  }
  if (auto noted = NoteBegun(store, *row, actor); !noted.ok()) {
    return std::move(noted).error();
  }
  VerificationRun run;
  run.id = row->id;
  run.migration = migration;
  run.status = kRunning;
  run.started_at = row->started_at;
  Result<Statement> insert = store->Prepare(
      "INSERT INTO ferrite_verification(id,migration,status,started_at) "
      "VALUES(?1,?2,?3,?4)");
  if (!insert.ok()) return std::move(insert).error();
  insert->Bind(1, Cell::Integer(run.id));
  insert->Bind(2, Cell::Integer(run.migration));
  insert->Bind(3, Cell::Text(run.status));
  insert->Bind(4, Cell::Integer(run.started_at));
  if (auto done = insert->Run(); !done.ok()) return std::move(done).error();
  return run;
}

Result<void> EndRun(Store* store, const VerificationRun& run,
                    const Actor& actor, MigrationRow row) {
  row.status = run.status;
  row.stage = kDone;
  row.updated_at = *run.finished_at;
  row.finished_at = run.finished_at;
  row.busy_ms =
      row.updated_at > row.started_at ? row.updated_at - row.started_at : 0;
  row.report = run.report;
  row.CountFromReport();
  row.report.clear();  // the run has it
  if (auto ended = EndRow(store, row, actor); !ended.ok()) return ended;
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
