#include "ferrite/verification.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "chain_history.h"
#include "compare_visitor.h"
#include "conflict_log.h"
#include "difference.h"
#include "exclusions.h"
#include "extra_rows.h"
#include "ferrite/ledger.h"
#include "guarded_pass.h"
#include "migration_row.h"
#include "pace.h"
#include "record_tour.h"
#include "report_summary.h"
#include "sampled_walk.h"
#include "source_state.h"
#include "table_scan.h"
#include "throughput.h"
#include "verification_run.h"
#include "verification_scope.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc

// Compares every record, then counts the rows; when a table has more of them
// than matched, reads the sources again to mark the rows that have a record,
// and looks for the others. A sample is only compared. Then the run is the one
// that counts.
enum class Stage { kCompare, kScan, kMark, kFindExtra, kEnd, kDone };

class VerificationPass final : public Pass {
 public:
  VerificationPass(Store* store, const Plan& plan,
                   const std::vector<SourceState>& sources,
                   VerificationScope scope, const VerificationOptions& options)
      : store_(store),
        plan_(plan),
        scope_(std::move(scope)),
        scan_(store, plan_, scope_.tables),
        actor_(options.actor),
        begun_at_(options.now),
        updated_at_(options.now) {
    report_.kind = "verification";
    report_.SetSources(sources);
    report_.SetPlan(plan, sources);
    report_.SetStore(store);
    report_.started_at = begun_at_;
    row_.kind = kVerification;
    row_.plan_name = plan.name;
    row_.plan_hash = plan.hash;
    row_.stage = "verify";
    row_.initiator = options.actor.who;
    row_.config = options.config;
    row_.started_at = row_.updated_at = begun_at_;
    scope_.Mark(&report_);
    state_.walk = scope_.walk;
    state_.findings.tables.resize(plan_.tables.size());
  }

  ~VerificationPass() override { DropMarks(); }

  Result<void> Open(int64_t migration) {
    Result<Ledger> ledger = Ledger::Open(store_, migration);
    if (!ledger.ok()) return std::move(ledger).error();
    ledger_.emplace(std::move(ledger).value());
    Result<RecordTour> tour =
        RecordTour::Open(store_, plan_, scope_.tables, migration);
    if (!tour.ok()) return std::move(tour).error();
    tour_.emplace(std::move(tour).value());
    Result<void> begun = store_->Atomically([&]() -> Result<void> {
      Result<VerificationRun> run = BeginRun(store_, migration, actor_, &row_);
      if (!run.ok()) return std::move(run).error();
      run_ = std::move(run).value();
      return {};
    });
    if (!begun.ok()) return begun;
    Result<DifferenceLog> log = DifferenceLog::Open(store_, run_.id);
    if (!log.ok()) return std::move(log).error();
    log_.emplace(std::move(log).value());
    Result<ConflictLog> conflicts = ConflictLog::Open(store_);
    if (!conflicts.ok()) return std::move(conflicts).error();
    conflicts_.emplace(std::move(conflicts).value());
    // No source may be there.
    if (state_.walk.is_done()) Advance();
    return {};
  }

  Step step() const override {
    Step step;
    if (is_reading()) {
      step = state_.walk.step();
      step.max_bytes = std::min(step.max_bytes, pace_.bytes());
      return step;
    }
    if (stage_ != Stage::kDone) step.kind = StepKind::kWork;
    return step;
  }

  Result<void> Apply(Bytes batch, bool last, int64_t now) override {
    if (!is_reading()) return WrongCall("Apply");
    State draft = state_;
    Result<void> done = store_->Atomically([&]() -> Result<void> {
      // A commit that gave an error may have happened all the same.
      if (auto cut = log_->CutTo(draft.findings.differences); !cut.ok()) {
        return cut;
      }
      if (stage_ == Stage::kMark) return Walk(batch, last, &*extra_, &draft);
      CompareVisitor visitor(plan_, now, &draft.walk.current(), &draft.findings,
                             &*log_, &*conflicts_);
      return Walk(batch, last, &visitor, &draft);
    });
    pace_.Applied(batch.size(), done.ok());
    if (!done.ok()) return done;
    state_ = std::move(draft);
    updated_at_ = now;
    if (stage_ == Stage::kCompare) {
      throughput_.Add({BusyMs(), state_.walk.records(), state_.walk.bytes()});
    }
    if (state_.walk.is_done()) Advance();
    return {};
  }

  void Took(double ms) override { pace_.Took(ms); }

  Result<void> Work(int64_t now) override {
    Result<void> done;
    switch (stage_) {
      case Stage::kScan:
        done = Scan();
        break;
      case Stage::kFindExtra:
        done = FindExtra(now);
        break;
      case Stage::kEnd:
        done = End(now);
        break;
      default:
        return WrongCall("Work");
    }
    if (done.ok()) updated_at_ = now;
    return done;
  }

  Progress progress() const override {
    Progress progress;
    progress.stage = StageText();
    progress.total = state_.walk.expected();
    progress.current = state_.walk.records() + state_.walk.excluded();
    progress.bytes = state_.walk.bytes();
    progress.failed = state_.findings.differences;
    if (stage_ == Stage::kScan) {
      progress.current = scan_.rows();
      progress.total = 0;
      for (const TableFindings& table : state_.findings.tables) {
        progress.total += table.expected.rows;
      }
    } else if (is_reading()) {
      progress.source = state_.walk.source();
    } else if (stage_ == Stage::kDone) {
      progress.total = progress.current;
    }
    return progress;
  }

  std::string ReportJson() const override {
    return stage_ == Stage::kDone ? run_.report : MakeReport().ToJson();
  }

 private:
  // What changes with a batch, and is adopted when it is committed.
  struct State {
    SampledWalk walk;
    Findings findings;
    ExtraRows::Position position;
  };

  static Error WrongCall(const std::string& call) {
    return {ErrorCode::kState, call + " is not what step() asks for.",
            "Do what step() says.", ""};
  }

  bool is_reading() const {
    return stage_ == Stage::kCompare || stage_ == Stage::kMark;
  }
  bool is_scanned() const {
    return !report_.is_sampled && stage_ != Stage::kCompare &&
           stage_ != Stage::kScan;
  }

  std::string_view StageText() const {
    switch (stage_) {
      case Stage::kScan:
      case Stage::kEnd:
        return kReconcile;
      case Stage::kDone:
        return kDone;
      default:
        return "verify";
    }
  }

  int64_t BusyMs() const {
    return updated_at_ > begun_at_ ? updated_at_ - begun_at_ : 0;
  }

  // The first walk, which is the one that counts.
  const SampledWalk& compared() const {
    return first_walk_ ? *first_walk_ : state_.walk;
  }

  Result<void> Walk(Bytes batch, bool last, RecordVisitor* visitor,
                    State* draft) {
    const size_t source = draft->walk.source();
    return draft->walk.Take(
        batch, last, &reader_, [&](const Record& record) -> Result<bool> {
          if (IsExcluded(plan_, source, record.key)) return false;
          Result<void> visited = tour_->Visit(source, record, visitor);
          if (!visited.ok()) return std::move(visited).error();
          return true;
        });
  }

  bool HasUnmatchedRows(size_t table) const {
    return scope_.tables[table] &&
           scan_.totals()[table].rows !=
               state_.findings.tables[table].comparison.matched;
  }

  Result<void> Scan() {
    Result<bool> scanned = scan_.Work();
    if (!scanned.ok()) return std::move(scanned).error();
    if (!*scanned) return {};
    std::vector<bool> wanted(plan_.sources.size());
    bool any = false;
    for (size_t i = 0; i < plan_.tables.size(); ++i) {
      if (!HasUnmatchedRows(i)) continue;
      any = true;
      for (const Selection& from : plan_.tables[i].from) {
        wanted[from.source] = scope_.sources[from.source];
      }
    }
    if (!any) {
      stage_ = Stage::kEnd;
      return {};
    }
    Result<ExtraRows> extra = ExtraRows::Open(store_, plan_.tables);
    if (!extra.ok()) return std::move(extra).error();
    extra_.emplace(std::move(extra).value());
    first_walk_ = state_.walk;
    std::vector<uint64_t> records;
    for (const Report::Source& source : report_.sources) {
      records.push_back(source.expected - source.excluded);
    }
    state_.walk = SampledWalk(std::move(wanted), std::move(records), 0);
    stage_ = Stage::kMark;
    if (state_.walk.is_done()) Advance();
    return {};
  }

  Result<void> FindExtra(int64_t now) {
    State draft = state_;
    Result<void> done = store_->Atomically([&]() -> Result<void> {
      Findings& findings = draft.findings;
      if (auto cut = log_->CutTo(findings.differences); !cut.ok()) return cut;
      const size_t table = draft.position.table;
      if (!HasUnmatchedRows(table)) {
        draft.position = {table + 1, INT64_MIN};
        return {};
      }
      Result<std::vector<Difference>> extra = extra_->Find(&draft.position);
      if (!extra.ok()) return std::move(extra).error();
      Report::Comparison& counts = findings.tables[table].comparison;
      const Strategy strategy = plan_.tables[table].on_conflict.strategy;
      for (const Difference& difference : *extra) {
        if (strategy != Strategy::kLedger) {
          ++counts.store_only;
          continue;
        }
        ++counts.extra;
        counts.store_bytes += *difference.store_bytes;
        Result<void> added = log_->Add(++findings.differences, difference, now);
        if (!added.ok()) return added;
      }
      return {};
    });
    if (!done.ok()) return done;
    state_ = std::move(draft);
    if (state_.position.table == plan_.tables.size()) {
      DropMarks();
      stage_ = Stage::kEnd;
    }
    return {};
  }

  // The run takes the place of the last one.
  Result<void> End(int64_t now) {
    VerificationRun run = run_;
    Report report = MakeReport();
    report.stage = kDone;
    report.busy_ms = now > begun_at_ ? now - begun_at_ : 0;
    report.finished_at = now;
    report.status = scope_.StatusOf(state_.findings);
    report.Warn();
    report.summary = Summarize(report);
    run.finished_at = now;
    run.status = report.status;
    run.report = report.ToJson();
    Result<void> done =
        store_->Atomically([&] { return EndRun(store_, run, actor_, row_); });
    if (!done.ok()) return done;
    run_ = std::move(run);
    stage_ = Stage::kDone;
    return {};
  }

  // As far as the pass has come.
  Report MakeReport() const {
    Report report = report_;
    report.status = kRunning;
    report.stage = StageText();
    report.busy_ms = BusyMs();
    report.throughput = throughput_;
    scope_.Fill(compared(), state_.findings, &report);
    if (is_scanned()) {
      for (size_t i = 0; i < report.tables.size(); ++i) {
        report.tables[i].found = scan_.totals()[i];
        // Not every row of it is a record's.
        if (report.tables[i].conflicts) {
          report.tables[i].expected = scan_.totals()[i];
        }
      }
    }
    // What cannot be read now is left out.
    if (auto listed = ledger_->First(kListed); listed.ok()) {
      report.failed = std::move(listed).value();
    }
    if (auto listed = log_->First(kListed); listed.ok()) {
      report.differences = std::move(listed).value();
    }
    return report;
  }

  // Behind a walk.
  void Advance() {
    stage_ = stage_ == Stage::kMark ? Stage::kFindExtra
             : report_.is_sampled   ? Stage::kEnd
                                    : Stage::kScan;
  }

  void DropMarks() {
    if (!extra_) return;
    extra_.reset();
    ExtraRows::Drop(store_);
  }

  Store* store_;
  const Plan plan_;
  const VerificationScope scope_;
  Pace pace_{kBatchTargetMs, 1 << 20};
  mutable std::optional<Ledger> ledger_;
  mutable std::optional<DifferenceLog> log_;
  std::optional<ConflictLog> conflicts_;
  std::optional<RecordTour> tour_;
  MigrationRow row_;  // the history's
  VerificationRun run_;
  BatchReader reader_;
  TableScan scan_;
  std::optional<ExtraRows> extra_;
  std::optional<SampledWalk> first_walk_;
  Stage stage_ = Stage::kCompare;
  State state_;
  Report report_;
  Throughput throughput_;
  const Actor actor_;
  const int64_t begun_at_;
  int64_t updated_at_;
};

Result<std::unique_ptr<Pass>> Begin(Store* store, const Plan& plan,
                                    std::vector<SourceState> sources,
                                    const VerificationOptions& options) {
  if (auto free = store->CheckNoTransaction(); !free.ok()) {
    return std::move(free).error();
  }
  if (auto readable = CheckSources(plan, sources); !readable.ok()) {
    return std::move(readable).error();
  }
  Result<VerificationScope> scope =
      VerificationScope::Make(plan, sources, options);
  if (!scope.ok()) return std::move(scope).error();
  Result<std::optional<MigrationRow>> completed =
      CompletedMigration(store, plan.hash);
  if (!completed.ok()) return std::move(completed).error();
  if (!completed->has_value()) {
    return Error{ErrorCode::kState,
                 "The store holds no completed migration of this plan.",
                 "Run the migration to its end first.", ""};
  }
  if (auto still = CheckOnlyStamped(store); !still.ok()) {
    return std::move(still).error();
  }
  auto pass = std::make_unique<VerificationPass>(
      store, plan, sources, std::move(scope).value(), options);
  if (auto opened = pass->Open((*completed)->id); !opened.ok()) {
    return std::move(opened).error();
  }
  return std::unique_ptr<Pass>(std::move(pass));
}

}  // namespace

Result<std::unique_ptr<Pass>> BeginVerification(
    Store* store, const Plan& plan, std::vector<SourceState> sources,
    const VerificationOptions& options) {
  return internal::Guarded(
      [&] { return Begin(store, plan, std::move(sources), options); });
}

}  // namespace ferrite
