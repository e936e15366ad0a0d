#include "ferrite/verification.h"

#include <optional>
#include <utility>

#include "difference.h"
#include "exclusions.h"
#include "extra_rows.h"
#include "ferrite/key.h"
#include "ferrite/ledger.h"
#include "migration_row.h"
#include "record_comparer.h"
#include "source_state.h"
#include "source_walk.h"
#include "table_scan.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc

// Compares every record, then counts the rows; when a table has more of them
// than matched, reads the sources again to mark the rows that have a record,
// and looks for the others.
enum class Stage { kCompare, kScan, kMark, kFindExtra, kDone };

class VerificationPass final : public Pass {
 public:
  VerificationPass(Store* store, const Plan& plan,
                   const std::vector<SourceState>& sources, Ledger ledger,
                   DifferenceLog differences, int64_t now)
      : store_(store),
        plan_(plan),
        ledger_(std::move(ledger)),
        log_(std::move(differences)),
        scan_(store, plan_),
        begun_at_(now),
        updated_at_(now) {
    report_.kind = "verification";
    report_.SetSources(sources);
    report_.SetPlan(plan, sources);
    report_.SetStore(store);
    report_.started_at = now;
    wanted_ = SourcesToRead(plan, sources);
    state_.walk = SourceWalk(wanted_);
    state_.tables.resize(plan_.tables.size());
  }

  ~VerificationPass() override { DropMarks(); }

  Result<void> Open() {
    for (size_t i = 0; i < plan_.tables.size(); ++i) {
      Result<RecordComparer> comparer = RecordComparer::Open(store_, plan_, i);
      if (!comparer.ok()) return std::move(comparer).error();
      comparers_.push_back(std::move(comparer).value());
    }
    Result<uint64_t> failed = ledger_.Count();
    if (!failed.ok()) return std::move(failed).error();
    has_failed_ = *failed != 0;
    // No source may be there.
    if (state_.walk.is_done()) Advance();
    return store_->Atomically([&] { return log_.CutTo(0); });
  }

  Step step() const override {
    Step step;
    if (stage_ == Stage::kDone) return step;
    step.kind = StepKind::kWork;
    if (!is_reading()) return step;
    step.kind = StepKind::kRead;
    step.source = state_.walk.source();
    step.after = state_.walk.after();
    step.max_bytes = kBatchBytes;
    return step;
  }

  Result<void> Apply(Bytes batch, bool last, int64_t now) override {
    if (!is_reading()) return WrongCall("Apply");
    State draft = state_;
    Result<void> done = store_->Atomically([&]() -> Result<void> {
      // A commit that gave an error may have happened all the same.
      if (auto cut = log_.CutTo(draft.differences); !cut.ok()) return cut;
      return HandleBatch(batch, last, now, &draft);
    });
    if (!done.ok()) return done;
    state_ = std::move(draft);
    updated_at_ = now;
    if (state_.walk.is_done()) Advance();
    return {};
  }

  Result<void> Work(int64_t now) override {
    if (stage_ != Stage::kScan && stage_ != Stage::kFindExtra) {
      return WrongCall("Work");
    }
    Result<void> done = stage_ == Stage::kScan ? Scan() : FindExtra(now);
    if (done.ok()) updated_at_ = now;
    return done;
  }

  Progress progress() const override {
    Progress progress;
    progress.stage = StageText();
    for (const Report::Source& source : report_.sources) {
      progress.total += source.expected;
    }
    progress.current = state_.walk.records();
    progress.bytes = state_.walk.bytes();
    progress.failed = state_.differences;
    if (stage_ == Stage::kScan) {
      progress.current = scan_.rows();
      progress.total = 0;
      for (const TableState& table : state_.tables) {
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
    Report report = report_;
    report.stage = StageText();
    report.busy_ms = updated_at_ > begun_at_ ? updated_at_ - begun_at_ : 0;
    uint64_t failed = 0;
    for (size_t i = 0; i < report.sources.size(); ++i) {
      const SourceCounts& counts = compared().counts(i);
      report.sources[i].records = counts.records;
      report.sources[i].bytes = counts.bytes;
      report.sources[i].unclaimed = counts.unclaimed;
      report.sources[i].failed = counts.failed;
      report.sources[i].filtered = counts.filtered;
      if (wanted_[i]) report.sources[i].excluded = counts.excluded;
      failed += counts.failed;
    }
    for (size_t i = 0; i < report.tables.size(); ++i) {
      report.tables[i].expected = state_.tables[i].expected;
      report.tables[i].comparison = state_.tables[i].comparison;
      report.tables[i].orphans = state_.tables[i].orphans;
      failed += state_.tables[i].orphans.quarantined;
      if (is_scanned()) report.tables[i].found = scan_.totals()[i];
    }
    report.status = kRunning;
    if (stage_ == Stage::kDone) {
      report.status =
          state_.differences == 0 && failed == 0 ? kVerified : kWithDifferences;
      report.finished_at = updated_at_;
      report.Warn();
    }
    // What cannot be read now is left out.
    if (auto listed = ledger_.First(kListed); listed.ok()) {
      report.failed = std::move(listed).value();
    }
    if (auto listed = log_.First(kListed); listed.ok()) {
      report.differences = std::move(listed).value();
    }
    return report.ToJson();
  }

 private:
  static constexpr uint32_t kBatchBytes = 1 << 20;

  struct TableState {
    Report::Comparison comparison;
    OrphanCounts orphans;
    Total expected;  // of the rows that the plan makes of the records
  };

  // What changes with a batch, and is adopted when it is committed.
  struct State {
    SourceWalk walk;
    std::vector<TableState> tables;
    uint64_t differences = 0;
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
    return stage_ != Stage::kCompare && stage_ != Stage::kScan;
  }

  std::string_view StageText() const {
    switch (stage_) {
      case Stage::kScan:
        return kReconcile;
      case Stage::kDone:
        return kDone;
      default:
        return "verify";
    }
  }

  // The first walk, which is the one that counts.
  const SourceWalk& compared() const {
    return first_walk_ ? *first_walk_ : state_.walk;
  }

  Result<void> HandleBatch(Bytes batch, bool last, int64_t now, State* draft) {
    if (auto begun = draft->walk.Begin(batch, last, &reader_); !begun.ok()) {
      return begun;
    }
    for (;;) {
      Record record;
      Result<bool> more = reader_.Next(&record);
      if (!more.ok()) return std::move(more).error();
      if (!*more) break;
      draft->walk.Count(record);
      Result<void> handled = HandleRecord(record, now, draft);
      if (!handled.ok()) return handled;
    }
    draft->walk.End(last);
    return {};
  }

  Result<void> HandleRecord(const Record& record, int64_t now, State* draft) {
    const size_t source = draft->walk.source();
    if (IsExcluded(plan_, source, record.key)) {
      ++draft->walk.current().excluded;
      return {};
    }
    bool is_claimed = false;
    for (size_t i = 0; i < plan_.tables.size(); ++i) {
      if (!comparers_[i].Takes(source, record.key)) continue;
      is_claimed = true;
      // Its primary key may be another record's, so its row is not looked at.
      Result<bool> failed = IsInLedger(i, source, record);
      if (!failed.ok()) return std::move(failed).error();
      if (*failed) {
        ++draft->walk.current().failed;
        if (stage_ == Stage::kCompare) ++draft->tables[i].comparison.failed;
        continue;
      }
      Result<void> handled = HandleRows(i, source, record, now, draft);
      if (!handled.ok()) return handled;
      draft->walk.current().filtered += comparers_[i].filtered();
    }
    if (!is_claimed) ++draft->walk.current().unclaimed;
    return {};
  }

  Result<bool> IsInLedger(size_t table, size_t source, const Record& record) {
    if (!has_failed_) return false;
    return ledger_.Contains(plan_.tables[table].name,
                            static_cast<int64_t>(source), record.sortable);
  }

  // All rows that the table's plan makes of the record.
  Result<void> HandleRows(size_t table, size_t source, const Record& record,
                          int64_t now, State* draft) {
    RecordComparer& comparer = comparers_[table];
    Result<void> begun = comparer.Begin(source, record);
    Result<bool> next =
        begun.ok() ? comparer.Next() : Result<bool>(std::move(begun).error());
    for (; next.ok() && *next; next = comparer.Next()) {
      Result<void> handled = HandleRow(table, record, now, draft);
      if (!handled.ok()) return std::move(handled).error();
    }
    if (next.ok() || stage_ == Stage::kMark) return {};
    // A record that should have become rows and now cannot.
    ++draft->tables[table].comparison.missing;
    return log_.Add(++draft->differences, plan_.tables[table].name, kMissing,
                    KeyText(record.key), {}, now);
  }

  Result<void> HandleRow(size_t table, const Record& record, int64_t now,
                         State* draft) {
    RecordComparer& comparer = comparers_[table];
    if (has_failed_) {
      Result<bool> orphan = ledger_.Contains(plan_.tables[table].name,
                                             Ledger::kRow, comparer.RowKey());
      if (!orphan.ok()) return std::move(orphan).error();
      if (*orphan) {
        if (stage_ == Stage::kCompare) {
          ++draft->tables[table].orphans.quarantined;
        }
        return {};
      }
    }
    Result<RecordComparer::Finding> finding = comparer.Compare();
    if (!finding.ok()) return std::move(finding).error();
    if (stage_ == Stage::kCompare) {
      return CountRow(table, record, *finding, now, draft);
    }
    if (finding->verdict == RecordComparer::Verdict::kMissing) return {};
    return extra_->Mark(table, finding->rowid);
  }

  Result<void> CountRow(size_t table, const Record& record,
                        const RecordComparer::Finding& finding, int64_t now,
                        State* draft) {
    TableState& counts = draft->tables[table];
    counts.expected.Add(finding.expected);
    if (finding.is_nulled) ++counts.orphans.nulled;
    const char* kind = kMissing;
    switch (finding.verdict) {
      case RecordComparer::Verdict::kMatched:
        ++counts.comparison.matched;
        return {};
      case RecordComparer::Verdict::kMissing:
        ++counts.comparison.missing;
        break;
      case RecordComparer::Verdict::kDifferent:
        ++counts.comparison.different;
        kind = kDifferent;
        break;
    }
    // A record's own key does not say which of its rows it is.
    const bool has_rows = !plan_.tables[table].each.empty();
    return log_.Add(
        ++draft->differences, plan_.tables[table].name, kind,
        has_rows ? comparers_[table].KeyText() : KeyText(record.key),
        finding.columns, now);
  }

  bool HasUnmatchedRows(size_t table) const {
    return scan_.totals()[table].rows !=
           state_.tables[table].comparison.matched;
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
        wanted[from.source] = wanted_[from.source];
      }
    }
    if (!any) {
      stage_ = Stage::kDone;
      return {};
    }
    Result<ExtraRows> extra = ExtraRows::Open(store_, plan_.tables);
    if (!extra.ok()) return std::move(extra).error();
    extra_.emplace(std::move(extra).value());
    first_walk_ = state_.walk;
    state_.walk = SourceWalk(std::move(wanted));
    stage_ = Stage::kMark;
    if (state_.walk.is_done()) Advance();
    return {};
  }

  Result<void> FindExtra(int64_t now) {
    State draft = state_;
    const size_t table = draft.position.table;
    Result<void> done = store_->Atomically([&]() -> Result<void> {
      if (auto cut = log_.CutTo(draft.differences); !cut.ok()) return cut;
      if (!HasUnmatchedRows(table)) {
        draft.position = {table + 1, INT64_MIN};
        return {};
      }
      Result<std::vector<std::string>> keys = extra_->Find(&draft.position);
      if (!keys.ok()) return std::move(keys).error();
      for (const std::string& key : *keys) {
        ++draft.tables[table].comparison.extra;
        Result<void> added =
            log_.Add(++draft.differences, plan_.tables[table].name, kExtra, key,
                     {}, now);
        if (!added.ok()) return added;
      }
      return {};
    });
    if (!done.ok()) return done;
    state_ = std::move(draft);
    if (state_.position.table == plan_.tables.size()) {
      DropMarks();
      stage_ = Stage::kDone;
    }
    return {};
  }

  void Advance() {
    stage_ = stage_ == Stage::kCompare ? Stage::kScan : Stage::kFindExtra;
  }

  void DropMarks() {
    if (!extra_) return;
    extra_.reset();
    (void)ExtraRows::Drop(store_);
  }

  Store* store_;
  const Plan plan_;
  std::vector<bool> wanted_;  // per source: whether it is read
  mutable Ledger ledger_;
  mutable DifferenceLog log_;
  bool has_failed_ = false;
  std::vector<RecordComparer> comparers_;
  BatchReader reader_;
  TableScan scan_;
  std::optional<ExtraRows> extra_;
  std::optional<SourceWalk> first_walk_;
  Stage stage_ = Stage::kCompare;
  State state_;
  Report report_;
  const int64_t begun_at_;
  int64_t updated_at_;
};

}  // namespace

Result<std::unique_ptr<Pass>> BeginVerification(
    Store* store, const Plan& plan, std::vector<SourceState> sources,
    int64_t now) {
  if (auto free = store->CheckNoTransaction(); !free.ok()) {
    return std::move(free).error();
  }
  if (auto readable = CheckSources(plan, sources); !readable.ok()) {
    return std::move(readable).error();
  }
  Result<std::optional<MigrationRow>> completed =
      CompletedMigration(store, plan.hash);
  if (!completed.ok()) return std::move(completed).error();
  if (!completed->has_value()) {
    return Error{ErrorCode::kState,
                 "The store holds no completed migration of this plan.",
                 "Run the migration to its end first.", ""};
  }
  Result<Ledger> ledger = Ledger::Open(store, (*completed)->id);
  if (!ledger.ok()) return std::move(ledger).error();
  Result<DifferenceLog> differences = DifferenceLog::Open(store);
  if (!differences.ok()) return std::move(differences).error();
  auto pass = std::make_unique<VerificationPass>(
      store, plan, sources, std::move(ledger).value(),
      std::move(differences).value(), now);
  if (auto opened = pass->Open(); !opened.ok()) {
    return std::move(opened).error();
  }
  return std::unique_ptr<Pass>(std::move(pass));
}

}  // namespace ferrite
