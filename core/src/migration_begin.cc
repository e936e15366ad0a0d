#include "migration_begin.h"

#include <utility>

#include "checkpoint.h"
#include "migration_events.h"
#include "origin_run.h"
#include "plan_history.h"
#include "rollback_meta.h"
#include "source_state.h"
#include "table_writer.h"

namespace ferrite::internal {
namespace {

// As they are before the first record is read: what is written from here on
// lies behind them, whether this run still meets it or not.
std::vector<std::string> WatermarksOf(const Plan& plan,
                                      const std::vector<SourceState>& sources) {
  std::vector<std::string> watermarks(sources.size());
  for (const ChangeTime& time : plan.changed) {
    const SourceState& state = sources[time.source];
    if (IsReadable(state)) watermarks[time.source] = state.watermark;
  }
  return watermarks;
}

// In the transaction that begins the migration.
Result<void> BeginNew(Store* store, const Plan& plan,
                      const std::vector<SourceState>& sources,
                      std::optional<int64_t> since,
                      const MigrationOptions& options, MigrationRow* row) {
  if (!since) {
    if (auto made = CreateTables(store, plan); !made.ok()) return made;
  }
  if (auto made = InsertMigration(store, row); !made.ok()) return made;
  OriginRun run{row->id, row->id, since};
  if (since) {
    Result<std::optional<OriginRun>> before = FindOriginRun(store, *since);
    if (!before.ok()) return std::move(before).error();
    run.origin = (*before)->origin;
  }
  if (options.incremental) {
    if (auto begun = BeginOriginRun(store, run); !begun.ok()) return begun;
    Result<void> saved =
        SaveWatermarks(store, row->id, WatermarksOf(plan, sources));
    if (!saved.ok()) return saved;
  }
  if (since) {
    if (auto taken = TakeOver(store, plan, run); !taken.ok()) return taken;
  } else {
    Result<void> saved = SavePlan(store, row->id, plan, options.now);
    if (!saved.ok()) return saved;
  }
  Result<Checkpoint> checkpoint = Checkpoint::Open(store, row->id);
  if (!checkpoint.ok()) return std::move(checkpoint).error();
  if (auto made = checkpoint->Create(plan.sources); !made.ok()) return made;
  return SetRollbackPoint(store, row->id, options.rollback_point);
}

// In the transaction that goes on with it.
Result<void> GoOn(Store* store, const Plan& plan, bool is_update,
                  const MigrationRow& before, const MigrationRow& row) {
  if (auto saved = UpdateMigration(store, row); !saved.ok()) return saved;
  const bool is_stuck =
      is_update && before.code == ErrorText(ErrorCode::kOrphan);
  if (!is_stuck) return {};
  // The plan does not let it go on with what it has read; the sources may have
  // been mended since, and what it has done already is unchanged by now.
  if (auto cleared = ClearChanges(store, row.id); !cleared.ok()) {
    return cleared;
  }
  Result<Checkpoint> checkpoint = Checkpoint::Open(store, row.id);
  if (!checkpoint.ok()) return std::move(checkpoint).error();
  return checkpoint->Recreate(plan.sources);
}

}  // namespace

Result<MigrationRow> StartOrContinue(Store* store, const Plan& plan,
                                     const std::vector<SourceState>& sources,
                                     std::optional<MigrationRow> unfinished,
                                     const Report& report,
                                     const MigrationOptions& options) {
  MigrationRow row;
  const bool is_new = !unfinished.has_value();
  if (is_new) {
    row.plan_name = plan.name;
    row.plan_hash = plan.hash;
    row.initiator = options.initiator;
    row.config = options.config;
    row.started_at = options.now;
  } else {
    row = *unfinished;
    ++row.attempts;
    row.status = kRunning;
    row.finished_at.reset();
    row.code.clear();
    row.message.clear();
  }
  row.updated_at = options.now;
  row.report = report.ToJson();
  Result<void> done = store->Atomically([&]() -> Result<void> {
    Result<void> begun =
        is_new ? BeginNew(store, plan, sources, report.since, options, &row)
               : GoOn(store, plan, report.since.has_value(), *unfinished, row);
    if (!begun.ok()) return begun;
    return NoteBegun(store, row, {options.initiator, options.origin});
  });
  if (!done.ok()) return std::move(done).error();
  return row;
}

}  // namespace ferrite::internal
