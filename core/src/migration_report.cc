#include "migration_report.h"

#include "checkpoint.h"
#include "ferrite/ledger.h"
#include "ferrite/migration.h"
#include "origin_run.h"
#include "throughput.h"

namespace ferrite {
namespace internal {
namespace {

Result<void> FillSources(Store* store, const MigrationRow& row, bool is_whole,
                         Report* report) {
  Result<Checkpoint> checkpoint = Checkpoint::Open(store, row.id);
  if (!checkpoint.ok()) return std::move(checkpoint).error();
  for (size_t i = 0; i < report->sources.size(); ++i) {
    Result<SourceProgress> progress = checkpoint->Load(i);
    if (!progress.ok()) return std::move(progress).error();
    Report::Source& source = report->sources[i];
    source.records = progress->records;
    source.bytes = progress->bytes;
    source.failed = progress->failed;
    source.unclaimed = progress->unclaimed;
    source.filtered = progress->filtered;
    // Beside what was known to be left out when it began. The report that a
    // retry goes on from has both.
    if (!is_whole) source.excluded += progress->excluded;
    // The counts are there until the next run; the report keeps them.
    if (!report->since || is_whole) continue;
    Result<ChangeCounts> changes = LoadChanges(store, row.id, i);
    if (!changes.ok()) return std::move(changes).error();
    source.changes = *changes;
  }
  return {};
}

// Records in the ledger, per table.
Result<void> CountFailed(Store* store, const MigrationRow& row,
                         Report* report) {
  Result<Statement> select = store->Prepare(
      "SELECT count(*) FROM ferrite_failed "
      "WHERE migration=?1 AND table_name=?2 AND source<>?3");
  if (!select.ok()) return std::move(select).error();
  for (Report::Table& table : report->tables) {
    select->Bind(1, Cell::Integer(row.id));
    select->Bind(2, Cell::Text(table.name));
    select->Bind(3, Cell::Integer(Ledger::kRow));
    Result<bool> counted = select->Step();
    if (!counted.ok()) return std::move(counted).error();
    table.failed = static_cast<uint64_t>(select->Column(0).integer);
    select->Reset();
  }
  return {};
}

// What became of corrected and discarded records.
Result<void> FillDecisions(Store* store, const MigrationRow& row,
                           Report* report) {
  Result<Statement> count = store->Prepare(
      "SELECT count(*) FILTER (WHERE kind='corrected'), count(*) FILTER (WHERE "
      "kind='discarded') FROM ferrite_correction AS c WHERE migration=?1 AND "
      "table_name=?2 AND NOT EXISTS (SELECT 1 FROM ferrite_failed AS f WHERE "
      "f.migration=c.migration AND f.table_name=c.table_name AND "
      "f.source=c.source AND f.key=c.key)");
  if (!count.ok()) return std::move(count).error();
  for (Report::Table& table : report->tables) {
    count->Bind(1, Cell::Integer(row.id));
    count->Bind(2, Cell::Text(table.name));
    Result<bool> found = count->Step();
    if (!found.ok()) return std::move(found).error();
    table.corrected = static_cast<uint64_t>(count->Column(0).integer);
    table.discarded = static_cast<uint64_t>(count->Column(1).integer);
    count->Reset();
  }
  return {};
}

Result<void> FillTables(Store* store, const MigrationRow& row, Report* report) {
  Result<TotalTable> totals = TotalTable::Open(store, row.id);
  if (!totals.ok()) return std::move(totals).error();
  for (Report::Table& table : report->tables) {
    Result<Total> total = totals->Load(table.name);
    if (!total.ok()) return std::move(total).error();
    table.expected = *total;
    Result<OrphanCounts> orphans = totals->LoadOrphans(table.name);
    if (!orphans.ok()) return std::move(orphans).error();
    table.orphans = *orphans;
    if (!table.conflicts) continue;
    Result<ConflictCounts> conflicts = totals->LoadConflicts(table.name);
    if (!conflicts.ok()) return std::move(conflicts).error();
    table.conflicts = *conflicts;
  }
  if (auto counted = CountFailed(store, row, report); !counted.ok()) {
    return counted;
  }
  return FillDecisions(store, row, report);
}

}  // namespace

Report FirstReport(Store* store, const Plan& plan,
                   const std::vector<SourceState>& sources) {
  Report report;
  report.kind = "migration";
  report.SetSources(sources);
  report.SetPlan(plan, sources);
  report.SetStore(store);
  return report;
}

Result<void> BringUpToDate(Store* store, const MigrationRow& row,
                           Report* report) {
  const bool is_whole = report->finished_at.has_value();
  report->status = row.status;
  report->stage = row.stage;
  report->started_at = row.started_at;
  report->finished_at = row.finished_at;
  report->busy_ms = row.busy_ms;
  report->attempts = row.attempts;
  report->code = row.code;
  report->message = row.message;
  if (auto filled = FillSources(store, row, is_whole, report); !filled.ok()) {
    return filled;
  }
  if (auto filled = FillTables(store, row, report); !filled.ok()) {
    return filled;
  }
  Result<ThroughputTable> throughput = ThroughputTable::Open(store, row.id);
  if (!throughput.ok()) return std::move(throughput).error();
  Result<Throughput> points = throughput->Load();
  if (!points.ok()) return std::move(points).error();
  report->throughput = std::move(points).value();
  Result<Ledger> ledger = Ledger::Open(store, row.id);
  if (!ledger.ok()) return std::move(ledger).error();
  Result<std::vector<FailedRecord>> failed = ledger->First(kListed);
  if (!failed.ok()) return std::move(failed).error();
  report->failed = std::move(failed).value();
  return {};
}

}  // namespace internal

Result<std::string> LastMigrationReport(Store* store) {
  Result<std::optional<internal::MigrationRow>> latest =
      internal::LatestMigration(store);
  if (!latest.ok()) return std::move(latest).error();
  if (!latest->has_value()) return std::string();
  const internal::MigrationRow& row = **latest;
  // One that was stopped, or a retry that did not come to its end, left the
  // stored one behind.
  if (row.finished_at && row.stage == internal::kDone) return row.report;
  internal::Report report = internal::Report::FromJson(row.report);
  Result<void> filled = internal::BringUpToDate(store, row, &report);
  if (!filled.ok()) return std::move(filled).error();
  return report.ToJson();
}

}  // namespace ferrite
