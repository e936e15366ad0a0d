#include "ferrite/retry.h"

#include <string>
#include <utility>

#include "chain_history.h"
#include "guarded_pass.h"
#include "index_builder.h"
#include "ledger_mover.h"
#include "migration_events.h"
#include "migration_report.h"
#include "migration_row.h"
#include "plan_history.h"
#include "relations.h"
#include "report_summary.h"
#include "store_schema.h"
#include "table_scan.h"
#include "table_writer.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc

// Each is left when its Work() says that it is done.
enum class Stage { kRetry, kRelations, kIndex, kReconcile };

class RetryPass final : public Pass {
 public:
  RetryPass(Store* store, const Plan& plan, MigrationRow row, MigrationRow run,
            const Actor& actor)
      : store_(store),
        plan_(plan),
        row_(std::move(row)),
        run_(std::move(run)),
        actor_(actor),
        index_(store, plan_),
        scan_(store, plan_) {}

  ~RetryPass() override {
    if (has_foreign_keys_) store_->Try("PRAGMA foreign_keys=ON");
  }

  Result<void> Open(const RetryOptions& options) {
    // Entries come in the order in which they failed, not in that of the
    // references, which are checked behind them.
    Result<int64_t> enforced = QueryInteger(store_, "PRAGMA foreign_keys");
    if (!enforced.ok()) return std::move(enforced).error();
    has_foreign_keys_ = *enforced != 0;
    if (has_foreign_keys_) {
      Result<void> off = store_->Execute("PRAGMA foreign_keys=OFF");
      if (!off.ok()) return off;
    }
    Result<std::unique_ptr<LedgerMover>> mover =
        LedgerMover::Open(store_, plan_, row_.id, options.filter);
    if (!mover.ok()) return std::move(mover).error();
    mover_ = std::move(mover).value();
    Result<std::unique_ptr<Relations>> relations =
        Relations::Open(store_, plan_, row_.id);
    if (!relations.ok()) return std::move(relations).error();
    relations_ = std::move(relations).value();
    Result<uint64_t> left = Left();
    if (!left.ok()) return std::move(left).error();
    before_ = *left;
    return {};
  }

  Step step() const override {
    Step step;
    if (!is_done_) step.kind = StepKind::kWork;
    return step;
  }

  Result<void> Apply(Bytes, bool, int64_t) override {
    return WrongCall("Apply");
  }

  Result<void> Work(int64_t now) override {
    if (is_done_) return WrongCall("Work");
    Result<bool> worked = WorkOnStage(now);
    if (!worked.ok()) return std::move(worked).error();
    if (!*worked) return {};
    switch (stage_) {
      case Stage::kRetry:
        stage_ = Stage::kRelations;
        break;
      case Stage::kRelations:
        stage_ = Stage::kIndex;
        break;
      case Stage::kIndex:
        stage_ = Stage::kReconcile;
        break;
      case Stage::kReconcile:
        return Finish(now);
    }
    return {};
  }

  Progress progress() const override {
    Progress progress;
    progress.stage = StageText();
    progress.current = mover_->tried();
    progress.total = mover_->expected();
    if (!is_done_ && stage_ != Stage::kRetry) {
      progress.current =
          stage_ == Stage::kRelations ? relations_->rows() : scan_.rows();
      progress.total = 0;
    }
    if (Result<uint64_t> left = Left(); left.ok()) progress.failed = *left;
    return progress;
  }

  std::string ReportJson() const override {
    if (is_done_) return row_.report;
    MigrationRow row = row_;
    row.stage = StageText();
    Report report = Report::FromJson(row_.report);
    // What cannot be read now is left as it was.
    (void)Fill(row, &report);
    return report.ToJson();
  }

 private:
  static Error WrongCall(const std::string& call) {
    return {ErrorCode::kState, call + " is not what step() asks for.",
            "Do what step() says.", ""};
  }

  const char* StageText() const {
    if (is_done_) return kDone;
    switch (stage_) {
      case Stage::kRetry:
        return kRetry;
      case Stage::kRelations:
        return kRelations;
      case Stage::kIndex:
        return kIndex;
      case Stage::kReconcile:
        break;
    }
    return kReconcile;
  }

  Result<bool> WorkOnStage(int64_t now) {
    switch (stage_) {
      case Stage::kRetry:
        return mover_->Work(now);
      case Stage::kRelations:
        return relations_->Work(now);
      case Stage::kIndex:
        return index_.Work();
      case Stage::kReconcile:
        break;
    }
    return scan_.Work();
  }

  Result<uint64_t> Left() const {
    Result<Ledger> ledger = Ledger::Open(store_, row_.id);
    if (!ledger.ok()) return std::move(ledger).error();
    return ledger->Count();
  }

  Result<void> Fill(const MigrationRow& row, Report* report) const {
    report->plan_name = plan_.name;
    report->plan_hash = plan_.hash.ToHex();
    Result<void> filled = BringUpToDate(store_, row, report);
    if (!filled.ok()) return filled;
    Result<uint64_t> left = Left();
    if (!left.ok()) return std::move(left).error();
    report->retry = Report::Retry{
        .tried = mover_->tried(),
        .moved = before_ > *left ? before_ - *left : 0,
        .left = *left};
    return {};
  }

  // The tables were scanned: says in the store what they are now.
  Result<void> Finish(int64_t now) {
    MigrationRow row = row_;
    row.stage = kDone;
    row.updated_at = now;
    Report report = Report::FromJson(row_.report);
    if (auto filled = Fill(row, &report); !filled.ok()) return filled;
    bool is_equal = report.failed.empty();
    for (size_t i = 0; i < report.tables.size(); ++i) {
      report.tables[i].found = scan_.totals()[i];
      is_equal = is_equal && scan_.totals()[i] == report.tables[i].expected &&
                 (!report.tables[i].conflicts ||
                  report.tables[i].conflicts->undecided == 0);
    }
    row.status = report.EndStatus(is_equal);
    report.status = row.status;
    report.WarnOfTables();
    report.summary = Summarize(report);
    row.report = report.ToJson();
    MigrationRow run = EndedRun(row, *report.retry);
    Result<void> done = store_->Atomically([&]() -> Result<void> {
      Result<void> updated = UpdateMigration(store_, row);
      return updated.ok() ? EndRow(store_, run, actor_) : updated;
    });
    if (!done.ok()) return done;
    row_ = std::move(row);
    is_done_ = true;
    return {};
  }

  // The history's row, when the migration's is `row`: what was tried, not what
  // the store holds.
  MigrationRow EndedRun(const MigrationRow& row,
                        const Report::Retry& retry) const {
    MigrationRow run = run_;
    run.status = row.status;
    run.stage = kDone;
    run.updated_at = row.updated_at;
    run.finished_at = row.updated_at;
    run.busy_ms =
        run.updated_at > run.started_at ? run.updated_at - run.started_at : 0;
    run.report = row.report;
    run.CountFromReport();
    run.report.clear();  // the migration has it
    run.records = static_cast<int64_t>(retry.tried);
    run.bytes = 0;
    run.failed = static_cast<int64_t>(retry.left);
    return run;
  }

  Store* store_;
  const Plan plan_;
  MigrationRow row_;
  MigrationRow run_;  // the history's
  const Actor actor_;
  bool has_foreign_keys_ = false;
  bool is_done_ = false;
  uint64_t before_ = 0;  // entries in the ledger
  Stage stage_ = Stage::kRetry;
  std::unique_ptr<LedgerMover> mover_;
  std::unique_ptr<Relations> relations_;
  IndexBuilder index_;
  TableScan scan_;
};

// The migration whose ledger is tried.
Result<MigrationRow> FindMigration(Store* store, const Plan& plan) {
  Result<std::optional<MigrationRow>> found =
      CompletedMigration(store, plan.hash);
  if (!found.ok()) return std::move(found).error();
  if (found->has_value()) return **found;
  found = LatestMigration(store);
  if (!found.ok()) return std::move(found).error();
  if (found->has_value() &&
      ((*found)->status == kVerified || (*found)->status == kWithDifferences)) {
    return **found;
  }
  return Error{ErrorCode::kState,
               "The store holds no migration that came to its end.",
               "Run the migration to its end first.", ""};
}

Result<void> CheckPlan(Store* store, const MigrationRow& row,
                       const Plan& plan) {
  Result<Plan> first = FirstPlan(store, row.id);
  if (!first.ok()) return std::move(first).error();
  if (row.plan_hash != plan.hash) {
    Result<void> same = CheckSameShape(*first, plan);
    if (!same.ok()) return same;
  }
  Result<void> ours = CheckTablesAreOurs(store, *first);
  return ours.ok() ? CheckIndexNames(store, plan) : ours;
}

MigrationRow FirstRun(const Plan& plan, const RetryOptions& options) {
  MigrationRow run;
  run.kind = kRetry;
  run.plan_name = plan.name;
  run.plan_hash = plan.hash;
  run.stage = kRetry;
  run.initiator = options.actor.who;
  run.config = options.config;
  run.started_at = run.updated_at = options.now;
  return run;
}

// From here on the migration is the plan's, and its report not the last word.
Result<void> TakeOver(Store* store, const Plan& plan, int64_t now,
                      const Actor& actor, MigrationRow* row,
                      MigrationRow* run) {
  return store->Atomically([&]() -> Result<void> {
    if (auto closed = CloseInterrupted(store); !closed.ok()) return closed;
    if (row->plan_hash != plan.hash) {
      if (auto saved = SavePlan(store, row->id, plan, now); !saved.ok()) {
        return saved;
      }
      Result<Statement> update = store->Prepare(
          "UPDATE ferrite_migration SET plan_hash=?2, plan_name=?3 "
          "WHERE id=?1");
      if (!update.ok()) return std::move(update).error();
      const auto hash = ToBlob(plan.hash);
      update->Bind(1, Cell::Integer(row->id));
      update->Bind(2, Cell::Blob(hash));
      update->Bind(3, Cell::Text(plan.name));
      if (auto updated = update->Run(); !updated.ok()) return updated;
      row->plan_hash = plan.hash;
      row->plan_name = plan.name;
    }
    row->stage = kRetry;
    row->updated_at = now;
    if (auto done = UpdateMigration(store, *row); !done.ok()) return done;
    if (auto made = InsertMigration(store, run); !made.ok()) return made;
    return NoteBegun(store, *run, actor);
  });
}

Result<std::unique_ptr<Pass>> Begin(Store* store, const Plan& plan,
                                    const RetryOptions& options) {
  if (auto free = store->CheckNoTransaction(); !free.ok()) {
    return std::move(free).error();
  }
  Result<MigrationRow> row = FindMigration(store, plan);
  if (!row.ok()) return std::move(row).error();
  if (auto still = CheckOnlyStamped(store); !still.ok()) {
    return std::move(still).error();
  }
  if (auto usable = CheckPlan(store, *row, plan); !usable.ok()) {
    return std::move(usable).error();
  }
  MigrationRow run = FirstRun(plan, options);
  if (auto taken =
          TakeOver(store, plan, options.now, options.actor, &*row, &run);
      !taken.ok()) {
    return std::move(taken).error();
  }
  auto pass = std::make_unique<RetryPass>(store, plan, std::move(row).value(),
                                          std::move(run), options.actor);
  if (auto opened = pass->Open(options); !opened.ok()) {
    return std::move(opened).error();
  }
  return std::unique_ptr<Pass>(std::move(pass));
}

}  // namespace

Result<std::unique_ptr<Pass>> BeginRetry(Store* store, const Plan& plan,
                                         const RetryOptions& options) {
  return internal::Guarded([&] { return Begin(store, plan, options); });
}

}  // namespace ferrite
