#include "ferrite/migration.h"

#include <algorithm>
#include <new>
#include <utility>

#include "copy.h"
#include "done_pass.h"
#include "guarded_pass.h"
#include "index_builder.h"
#include "ledger_mover.h"
#include "migration_begin.h"
#include "migration_events.h"
#include "migration_report.h"
#include "migration_row.h"
#include "origin_run.h"
#include "orphan_book.h"
#include "pace.h"
#include "relations.h"
#include "report_summary.h"
#include "source_state.h"
#include "store_check.h"
#include "store_schema.h"
#include "survey.h"
#include "table_scan.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc

// Behind the copy; each is left when its Work() says that it is done.
enum class Stage { kRetry, kRelations, kIndex, kReconcile };

class MigrationPass final : public Pass {
 public:
  MigrationPass(Store* store, const Plan& plan, MigrationRow row, Report report,
                const MigrationOptions& options)
      : store_(store),
        plan_(plan),
        row_(std::move(row)),
        report_(std::move(report)),
        actor_{options.initiator, options.origin},
        begun_at_(options.now),
        busy_before_ms_(row_.busy_ms),
        pace_(options.target_ms, options.batch_bytes),
        batch_records_(options.batch_records),
        index_(store, plan_),
        scan_(store, plan_) {}

  ~MigrationPass() override {
    if (has_foreign_keys_) store_->Try("PRAGMA foreign_keys=ON");
  }

  Result<void> Open(Copy::Limits limits) {
    // Batches come in the sources' order and not in that of the references,
    // which are checked behind the copy.
    Result<int64_t> enforced = QueryInteger(store_, "PRAGMA foreign_keys");
    if (!enforced.ok()) return std::move(enforced).error();
    has_foreign_keys_ = *enforced != 0;
    if (has_foreign_keys_) {
      Result<void> off = store_->Execute("PRAGMA foreign_keys=OFF");
      if (!off.ok()) return off;
    }
    limits_ = std::move(limits);
    if (auto opened = OpenCopy(); !opened.ok()) return opened;
    if (!row_.finished_at) {
      Result<std::unique_ptr<Survey>> survey =
          Survey::Open(store_, plan_, row_.id, report_.since);
      if (!survey.ok()) return std::move(survey).error();
      survey_ = std::move(survey).value();
    }
    Result<std::unique_ptr<Relations>> relations =
        Relations::Open(store_, plan_, row_.id);
    if (!relations.ok()) return std::move(relations).error();
    relations_ = std::move(relations).value();
    if (report_.since) {
      Result<std::optional<OriginRun>> run = FindOriginRun(store_, row_.id);
      if (!run.ok()) return std::move(run).error();
      Result<OrphanBook> orphans = OrphanBook::Open(store_, (*run)->origin);
      if (!orphans.ok()) return std::move(orphans).error();
      Result<bool> any = orphans->Any();
      if (!any.ok()) return std::move(any).error();
      has_orphans_ = *any;
      stage_ = Stage::kRetry;
    }
    return {};
  }

  Step step() const override {
    Step step;
    if (row_.finished_at) return step;
    step.kind = StepKind::kWork;
    if (survey_ || is_copied() || copy_->is_sweeping()) return step;
    step.kind = StepKind::kRead;
    step.source = copy_->source();
    step.after = copy_->progress()[step.source].last_key;
    step.since = copy_->since(step.source);
    step.max_bytes = pace_.bytes();
    step.max_records = batch_records_;
    step.then = copy_->then();
    return step;
  }

  // Records of an update are most often known, and a trial run ends within a
  // batch.
  std::unique_ptr<Preparer> MakePreparer() const override {
    if (row_.finished_at || report_.since || report_.is_sampled) return nullptr;
    return std::make_unique<Preparer>(plan_);
  }

  Result<void> Apply(Bytes batch, bool last, int64_t now) override {
    return ApplyBatch(batch, nullptr, last, now);
  }

  Result<void> ApplyPrepared(const PreparedBatch& batch, bool last,
                             int64_t now) override {
    return ApplyBatch(batch.bytes(), &batch.rows(), last, now);
  }

  void Took(double ms) override { pace_.Took(ms); }

  Result<void> Work(int64_t now) override {
    if (survey_) return LookAround(now);
    if (copy_->is_sweeping()) {
      Result<void> swept = copy_->Sweep(now, BusyMs(now));
      if (swept.ok()) row_.busy_ms = BusyMs(now);
      return swept;
    }
    if (row_.finished_at || !is_copied()) return WrongCall("Work");
    Result<bool> worked = WorkOnStage(now);
    if (!worked.ok()) return std::move(worked).error();
    row_.busy_ms = BusyMs(now);
    if (!*worked) return {};
    if (stage_ == Stage::kReconcile) return Finish(now);
    const Stage before = stage_;
    stage_ = static_cast<Stage>(static_cast<int>(stage_) + 1);
    Result<void> entered = EnterStage(now);
    if (!entered.ok()) stage_ = before;
    return entered;
  }

  Progress progress() const override {
    Progress progress;
    for (const SourceProgress& source : copy_->progress()) {
      progress.current += source.records + source.excluded;
      progress.bytes += source.bytes;
      progress.failed += source.failed;
    }
    for (const Report::Source& source : report_.sources) {
      progress.total += source.expected - source.excluded;
    }
    progress.stage = StageText();
    if (row_.finished_at) {
      progress.total = progress.current;
    } else if (!is_copied()) {
      progress.source = copy_->source();
    } else {
      progress.current =
          stage_ == Stage::kRelations ? relations_->rows() : scan_.rows();
      progress.total = 0;
      for (const Total& total : copy_->totals()) progress.total += total.rows;
    }
    return progress;
  }

  std::string ReportJson() const override {
    if (row_.finished_at) return row_.report;
    Report report = report_;
    MigrationRow row = row_;
    row.stage = StageText();
    // What cannot be read now is left as it was at the beginning.
    (void)BringUpToDate(store_, row, &report);
    if (is_copied()) report.Warn();
    return report.ToJson();
  }

 private:
  Result<void> ApplyBatch(Bytes batch, const PreparedRows* prepared, bool last,
                          int64_t now) {
    // Also behind the copy, when the host repeats the very last batch because
    // of an error.
    if (row_.finished_at || survey_ || copy_->is_sweeping() ||
        (is_copied() && !copy_->is_unsettled())) {
      return WrongCall("Apply");
    }
    Result<void> done = copy_->Apply(batch, last, now, BusyMs(now), prepared);
    pace_.Applied(batch.size(), done.ok());
    if (done.ok()) {
      row_.updated_at = now;
      row_.busy_ms = BusyMs(now);
    } else if (copy_->is_stopped()) {
      MigrationRow row = row_;
      StopRow(done.error(), now, &row);
      // Resumed all the same when this cannot be written.
      (void)store_->Atomically([&] { return EndRow(store_, row, actor_); });
      row_.status = row.status;
      row_.code = row.code;
      row_.message = row.message;
    }
    return done;
  }

  Result<void> OpenCopy() {
    Result<std::unique_ptr<Copy>> copy =
        Copy::Open(store_, plan_, row_.id, limits_);
    if (!copy.ok()) return std::move(copy).error();
    copy_ = std::move(copy).value();
    return {};
  }

  Result<void> LookAround(int64_t now) {
    Result<bool> done = survey_->Work();
    if (!done.ok()) return std::move(done).error();
    row_.busy_ms = BusyMs(now);
    if (!*done) return {};
    // Its totals begin with what was found.
    if (auto opened = OpenCopy(); !opened.ok()) return opened;
    survey_.reset();
    return {};
  }

  bool is_copied() const { return copy_->source() == plan_.sources.size(); }

  const char* StageText() const {
    if (row_.finished_at) return kDone;
    if (survey_) return kSurvey;
    if (!is_copied()) return kCopy;
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
        return RetryNotUnique(now);
      case Stage::kRelations:
        // A row whose target was not sampled is no orphan.
        if (IsCutShort() || IsIdle()) return true;
        return relations_->Work(now);
      case Stage::kIndex:
        if (IsIdle()) return true;
        return index_.Work();
      case Stage::kReconcile:
        break;
    }
    return scan_.Work();
  }

  // What a record met may have gone behind it in the same run.
  Result<bool> RetryNotUnique(int64_t now) {
    if (!mover_) {
      LedgerFilter met;
      met.code = ErrorText(ErrorCode::kNotUnique);
      Result<std::unique_ptr<LedgerMover>> mover =
          LedgerMover::Open(store_, plan_, row_.id, std::move(met));
      if (!mover.ok()) return std::move(mover).error();
      mover_ = std::move(mover).value();
    }
    if (mover_->expected() == 0) return true;
    Result<bool> done = mover_->Work(now);
    if (!done.ok() || !*done) return done;
    // Its totals and checkpoint are behind what was moved.
    if (auto opened = OpenCopy(); !opened.ok()) return opened.error();
    return true;
  }

  // Whether a run that brings the store up to date had nothing to write.
  bool IsIdle() const {
    if (!report_.since || has_orphans_) return false;
    if (mover_ && mover_->expected() != 0) return false;
    return std::all_of(
        copy_->changes().begin(), copy_->changes().end(),
        [](const ChangeCounts& changes) { return changes.is_idle(); });
  }

  // Whether a trial run left records of a source out.
  bool IsCutShort() const {
    if (!report_.is_sampled) return false;
    for (size_t i = 0; i < report_.sources.size(); ++i) {
      const Report::Source& source = report_.sources[i];
      const SourceProgress& read = copy_->progress()[i];
      if (source.is_read &&
          read.records + read.excluded + source.excluded < source.expected) {
        return true;
      }
    }
    return false;
  }

  static Error WrongCall(const std::string& call) {
    return {ErrorCode::kState, call + " is not what step() asks for.",
            "Do what step() says.", ""};
  }

  int64_t BusyMs(int64_t now) const {
    return busy_before_ms_ + (now > begun_at_ ? now - begun_at_ : 0);
  }

  Result<void> EnterStage(int64_t now) {
    MigrationRow row = row_;
    row.stage = StageText();
    row.updated_at = now;
    Result<void> done = store_->Atomically([&]() -> Result<void> {
      if (auto saved = UpdateStage(store_, row); !saved.ok()) return saved;
      return NoteStage(store_, row);
    });
    if (done.ok()) row_ = std::move(row);
    return done;
  }

  // The tables were scanned: says in the store what they are.
  Result<void> Finish(int64_t now) {
    MigrationRow row = row_;
    row.stage = kDone;
    row.updated_at = now;
    row.finished_at = now;
    row.busy_ms = BusyMs(now);
    Report report = report_;
    Result<void> done = BringUpToDate(store_, row, &report);
    if (!done.ok()) return done;
    // A record in the ledger is not in its table: the store differs from its
    // source although every row is right.
    bool is_equal = report.failed.empty();
    for (size_t i = 0; i < report.tables.size(); ++i) {
      report.tables[i].found = scan_.totals()[i];
      is_equal = is_equal && scan_.totals()[i] == report.tables[i].expected &&
                 (!report.tables[i].conflicts ||
                  report.tables[i].conflicts->undecided == 0);
    }
    row.status = report_.is_sampled ? kCompleted : report.EndStatus(is_equal);
    report.status = row.status;
    report.Warn();
    report.summary = Summarize(report);
    if (IsCutShort() && !ReferencesOf(plan_).empty()) {
      report.warnings.push_back(
          "A trial run that leaves records out does not look at relations.");
    }
    row.report = report.ToJson();
    row.CountFromReport();
    done = store_->Atomically([&] { return EndRow(store_, row, actor_); });
    if (done.ok()) row_ = std::move(row);
    return done;
  }

  Store* store_;
  const Plan plan_;
  MigrationRow row_;
  Report report_;
  const Actor actor_;
  const int64_t begun_at_;
  const int64_t busy_before_ms_;
  Pace pace_;
  const uint32_t batch_records_;
  bool has_foreign_keys_ = false;
  Stage stage_ = Stage::kRelations;
  Copy::Limits limits_;
  std::unique_ptr<Survey> survey_;  // until the tables were looked at
  std::unique_ptr<Copy> copy_;
  std::unique_ptr<LedgerMover> mover_;  // of an incremental run
  bool has_orphans_ = false;            // likewise, when it began
  std::unique_ptr<Relations> relations_;
  IndexBuilder index_;
  TableScan scan_;
};

Result<std::unique_ptr<Pass>> MakePass(Store* store, const Plan& plan,
                                       MigrationRow row, Report report,
                                       std::vector<bool> wanted,
                                       const MigrationOptions& options) {
  auto pass = std::make_unique<MigrationPass>(store, plan, std::move(row),
                                              std::move(report), options);
  if (auto opened = pass->Open(
          {std::move(wanted), options.sample_size, options.max_failed});
      !opened.ok()) {
    return std::move(opened).error();
  }
  return std::unique_ptr<Pass>(std::move(pass));
}

// The plan's migration that was completed before, when there is nothing in the
// way of doing nothing or of bringing it up to date; or nullopt, when there is
// nothing in the way of the first one but what CheckStore finds.
Result<std::optional<MigrationRow>> FindCompleted(
    Store* store, const Plan& plan, const std::vector<SourceState>& sources,
    const MigrationOptions& options) {
  if (auto free = store->CheckNoTransaction(); !free.ok()) {
    return std::move(free).error();
  }
  // First, since the sources may be gone when everything is in the store.
  Result<std::optional<MigrationRow>> completed =
      CompletedMigration(store, plan.hash);
  if (!completed.ok()) return completed;
  if (completed->has_value() && !options.incremental) return completed;
  if (completed->has_value()) {
    Result<void> can =
        CheckCanUpdate(store, plan, **completed, options.sample_size != 0);
    if (!can.ok()) return std::move(can).error();
  }
  if (auto readable = CheckSources(plan, sources); !readable.ok()) {
    return std::move(readable).error();
  }
  return completed;
}

Result<MigrationBeginning> Foresee(Store* store, const Plan& plan,
                                   const std::vector<SourceState>& sources,
                                   const MigrationOptions& options) {
  Result<std::optional<MigrationRow>> completed =
      FindCompleted(store, plan, sources, options);
  if (!completed.ok()) return std::move(completed).error();
  if (completed->has_value()) {
    return options.incremental ? MigrationBeginning::kNew
                               : MigrationBeginning::kDone;
  }
  Result<std::optional<MigrationRow>> unfinished =
      CheckStore(store, plan, options.sample_size != 0);
  if (!unfinished.ok()) return std::move(unfinished).error();
  return unfinished->has_value() ? MigrationBeginning::kContinued
                                 : MigrationBeginning::kNew;
}

Result<std::unique_ptr<Pass>> Begin(Store* store, const Plan& plan,
                                    std::vector<SourceState> sources,
                                    const MigrationOptions& options) {
  Result<std::optional<MigrationRow>> completed =
      FindCompleted(store, plan, sources, options);
  if (!completed.ok()) return std::move(completed).error();
  if (completed->has_value() && !options.incremental) {
    return std::unique_ptr<Pass>(new DonePass(**completed));
  }
  if (auto closed = store->Atomically([&] { return CloseInterrupted(store); });
      !closed.ok()) {
    return std::move(closed).error();
  }
  Report report = FirstReport(store, plan, sources);
  report.is_sampled = options.sample_size != 0;
  std::optional<MigrationRow> unfinished;
  if (completed->has_value()) {
    report.since = (*completed)->id;
  } else {
    Result<std::optional<MigrationRow>> found =
        CheckStore(store, plan, report.is_sampled);
    if (!found.ok()) return std::move(found).error();
    unfinished = std::move(found).value();
  }
  if (unfinished) {
    Result<std::optional<OriginRun>> run = FindOriginRun(store, unfinished->id);
    if (!run.ok()) return std::move(run).error();
    if (*run) report.since = (*run)->since;
  }
  Result<MigrationRow> row = StartOrContinue(
      store, plan, sources, std::move(unfinished), report, options);
  if (!row.ok()) return std::move(row).error();
  return MakePass(store, plan, std::move(row).value(), std::move(report),
                  SourcesToRead(plan, sources), options);
}

}  // namespace

Result<MigrationBeginning> FindBeginning(
    Store* store, const Plan& plan, const std::vector<SourceState>& sources,
    const MigrationOptions& options) {
  try {
    return Foresee(store, plan, sources, options);
  } catch (const std::bad_alloc&) {
    return OutOfMemory();
  }
}

Result<std::unique_ptr<Pass>> BeginMigration(Store* store, const Plan& plan,
                                             std::vector<SourceState> sources,
                                             const MigrationOptions& options) {
  return internal::Guarded(
      [&] { return Begin(store, plan, std::move(sources), options); });
}

}  // namespace ferrite
