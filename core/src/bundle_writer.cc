#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "batch_reader.h"
#include "bundle_format.h"
#include "exclusions.h"
#include "ferrite/bundle.h"
#include "guarded_pass.h"
#include "left_out.h"
#include "report.h"
#include "source_state.h"
#include "source_walk.h"
#include "store_schema.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc

enum class Stage { kExport, kClose, kDone };

constexpr char kExportStage[] = "export";
constexpr char kDoneStage[] = "done";

Result<void> CheckNothingIsMissing(const std::vector<SourceState>& sources) {
  for (const SourceState& state : sources) {
    // An absent source is a fact; one that cannot be read may hold anything.
    if (state.status == SourceState::Status::kAbsent || IsReadable(state)) {
      continue;
    }
    const bool blocked = state.status == SourceState::Status::kBlocked;
    return Error{
        blocked ? ErrorCode::kSourceBlocked : ErrorCode::kSourceUnreadable,
        state.source.Label() + ": " + state.message,
        "Close the app's other tabs and try again.", ""};
  }
  return {};
}

class BundlePass final : public Pass {
 public:
  BundlePass(std::unique_ptr<Store> file, std::vector<SourceState> sources,
             std::vector<Exclusion> excluded,
             std::vector<std::string> structure, Statement insert, int64_t now)
      : file_(std::move(file)),
        sources_(std::move(sources)),
        excluded_(std::move(excluded)),
        structure_(std::move(structure)),
        insert_(std::move(insert)),
        updated_at_(now) {
    report_.kind = "bundle";
    report_.SetSources(sources_);
    report_.started_at = now;
    std::vector<bool> wanted;
    state_.left_out.resize(excluded_.size());
    for (size_t i = 0; i < sources_.size(); ++i) {
      const SourceState& state = sources_[i];
      wanted.push_back(IsReadable(state) && !IsWhollyExcluded(excluded_, i));
      if (wanted.back()) {
        expected_ += state.records;
      } else {
        LeaveOut(i, state.records);
      }
    }
    state_.walk = SourceWalk(std::move(wanted));
    if (state_.walk.is_done()) stage_ = Stage::kClose;
  }

  Step step() const override {
    Step step;
    if (stage_ == Stage::kDone) return step;
    step.kind = StepKind::kWork;
    if (stage_ != Stage::kExport) return step;
    step.kind = StepKind::kRead;
    step.source = state_.walk.source();
    step.after = state_.walk.after();
    step.max_bytes = 1 << 20;
    return step;
  }

  Result<void> Apply(Bytes batch, bool last, int64_t now) override {
    if (stage_ != Stage::kExport) return WrongCall("Apply");
    State draft = state_;
    Result<void> done =
        file_->Atomically([&] { return WriteBatch(batch, last, &draft); });
    if (!done.ok()) return done;
    state_ = std::move(draft);
    updated_at_ = now;
    if (state_.walk.is_done()) stage_ = Stage::kClose;
    return {};
  }

  Result<void> Work(int64_t now) override {
    if (stage_ != Stage::kClose) return WrongCall("Work");
    Result<void> closed = file_->Atomically([&] { return WriteMarks(now); });
    if (!closed.ok()) return closed;
    insert_.reset();
    file_.reset();
    updated_at_ = now;
    stage_ = Stage::kDone;
    return {};
  }

  Progress progress() const override {
    Progress progress;
    progress.stage = stage_ == Stage::kDone ? kDoneStage : kExportStage;
    progress.source = stage_ == Stage::kExport ? state_.walk.source() : 0;
    progress.current = state_.walk.records() + state_.walk.excluded();
    progress.total = stage_ == Stage::kDone ? progress.current : expected_;
    progress.bytes = state_.walk.bytes();
    return progress;
  }

  std::string ReportJson() const override {
    Report report = report_;
    const bool done = stage_ == Stage::kDone;
    report.status = done ? "completed" : "running";
    report.stage = done ? kDoneStage : kExportStage;
    report.busy_ms = updated_at_ - report.started_at;
    for (size_t i = 0; i < report.sources.size(); ++i) {
      report.sources[i].records = state_.walk.counts(i).records;
      report.sources[i].bytes = state_.walk.counts(i).bytes;
    }
    for (size_t i = 0; i < excluded_.size(); ++i) {
      report.sources[excluded_[i].records.source].excluded +=
          state_.left_out[i];
    }
    if (done) {
      report.finished_at = updated_at_;
      report.Warn();
    }
    return report.ToJson();
  }

 private:
  // What changes with a batch, and is adopted when it is committed.
  struct State {
    SourceWalk walk;
    Hash128 hash;
    std::vector<uint64_t> left_out;  // records, by exclusion
  };

  // All of a source that is excluded as a whole.
  void LeaveOut(size_t source, uint64_t records) {
    for (size_t i = 0; i < excluded_.size(); ++i) {
      const Selection& what = excluded_[i].records;
      if (what.source != source || what.match != Match::kAll) continue;
      state_.left_out[i] = records;
      return;
    }
  }

  static Error WrongCall(const std::string& call) {
    return {ErrorCode::kState, call + " is not what step() asks for.",
            "Do what step() says.", ""};
  }

  Result<void> WriteBatch(Bytes batch, bool last, State* draft) {
    if (auto begun = draft->walk.Begin(batch, last, &reader_); !begun.ok()) {
      return begun;
    }
    const Cell source = Cell::Integer(
        static_cast<int64_t>(draft->walk.is_done() ? 0 : draft->walk.source()));
    for (;;) {
      Record record;
      Result<bool> more = reader_.Next(&record);
      if (!more.ok()) return std::move(more).error();
      if (!*more) break;
      const size_t exclusion =
          FindExclusion(excluded_, draft->walk.source(), record.key);
      if (exclusion < excluded_.size()) {
        ++draft->left_out[exclusion];
        draft->walk.PassOver(record);
        continue;
      }
      insert_->Bind(1, source);
      insert_->Bind(2, Cell::Blob(record.sortable));
      insert_->Bind(3, Cell::Blob(record.value));
      const Bytes raw = MayHoldNegativeZero(record.key) ? record.key : Bytes();
      insert_->Bind(4, raw.empty() ? Cell::Null() : Cell::Blob(raw));
      if (auto written = insert_->Run(); !written.ok()) return written;
      draft->hash += hasher_.Hash(record.sortable, record.value, raw);
      draft->walk.Count(record);
    }
    draft->walk.End(last);
    return {};
  }

  Result<void> WriteSources() {
    Result<Statement> source = file_->Prepare(
        "INSERT OR REPLACE INTO bundle_source VALUES(?1,?2,?3,?4,?5)");
    if (!source.ok()) return std::move(source).error();
    for (size_t i = 0; i < sources_.size(); ++i) {
      const SourceState& state = sources_[i];
      const std::string json = state.source.ToJson();
      source->Bind(1, Cell::Integer(static_cast<int64_t>(i)));
      source->Bind(2, Cell::Text(json));
      source->Bind(3, Cell::Text(StatusText(state.status)));
      source->Bind(4, Cell::Integer(
                          static_cast<int64_t>(state_.walk.counts(i).records)));
      source->Bind(5, Cell::Text(state.info));
      if (auto written = source->Run(); !written.ok()) return written;
    }
    return {};
  }

  Result<void> WriteLeftOut() {
    Result<Statement> left_out = file_->Prepare(
        "INSERT OR REPLACE INTO bundle_left_out VALUES(?1,?2,?3,?4,?5)");
    if (!left_out.ok()) return std::move(left_out).error();
    for (size_t i = 0; i < excluded_.size(); ++i) {
      const auto& [records, reason] = excluded_[i];
      const std::string json = SelectionToJson(records.match, records.text);
      left_out->Bind(1, Cell::Integer(static_cast<int64_t>(i)));
      left_out->Bind(2, Cell::Integer(static_cast<int64_t>(records.source)));
      left_out->Bind(3, Cell::Text(json));
      left_out->Bind(4, Cell::Text(reason));
      left_out->Bind(5,
                     Cell::Integer(static_cast<int64_t>(state_.left_out[i])));
      if (auto written = left_out->Run(); !written.ok()) return written;
    }
    return {};
  }

  Result<void> WriteStructure() {
    Result<Statement> row =
        file_->Prepare("INSERT OR REPLACE INTO bundle_structure VALUES(?1,?2)");
    if (!row.ok()) return std::move(row).error();
    for (size_t i = 0; i < structure_.size(); ++i) {
      row->Bind(1, Cell::Integer(static_cast<int64_t>(i)));
      row->Bind(2, Cell::Text(structure_[i]));
      if (auto written = row->Run(); !written.ok()) return written;
    }
    return {};
  }

  Result<void> WriteMark(std::string_view key, const std::string& value) {
    Result<Statement> meta =
        file_->Prepare("INSERT OR REPLACE INTO bundle_meta VALUES(?1,?2)");
    if (!meta.ok()) return std::move(meta).error();
    meta->Bind(1, Cell::Text(key));
    meta->Bind(2, Cell::Text(value));
    return meta->Run();
  }

  Result<void> WriteMarks(int64_t now) {
    if (auto written = WriteSources(); !written.ok()) return written;
    if (auto written = WriteLeftOut(); !written.ok()) return written;
    if (auto written = WriteStructure(); !written.ok()) return written;
    Result<void> marked = WriteMark("created_at", std::to_string(now));
    if (!marked.ok()) return marked;
    Result<Hash128> sources = HashSources(file_.get(), kBundleVersion);
    if (!sources.ok()) return std::move(sources).error();
    marked = WriteMark("sources", sources->ToHex());
    if (marked.ok()) marked = WriteMark("hash", state_.hash.ToHex());
    return marked.ok() ? WriteMark("complete", "1") : marked;
  }

  std::unique_ptr<Store> file_;
  std::vector<SourceState> sources_;
  std::vector<Exclusion> excluded_;
  std::vector<std::string> structure_;
  std::optional<Statement> insert_;
  BatchReader reader_;
  BundleHasher hasher_;
  State state_;
  Stage stage_ = Stage::kExport;
  uint64_t expected_ = 0;
  int64_t updated_at_;
  Report report_;
};

Result<void> MakeBundle(Store* file) {
  Result<int64_t> objects =
      QueryInteger(file, "SELECT count(*) FROM sqlite_schema");
  if (!objects.ok()) return std::move(objects).error();
  if (*objects != 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "The file for the bundle holds something already.",
                 "Choose another file name.", ""};
  }
  return file->Execute(
      "PRAGMA application_id=" + std::to_string(kBundleApplicationId) +
      ";PRAGMA user_version=" + std::to_string(kBundleVersion) + ";" +
      kBundleTables);
}

Result<std::unique_ptr<Pass>> Begin(const std::string& path,
                                    const Store::Options& options,
                                    std::vector<SourceState> sources,
                                    std::vector<Exclusion> excluded,
                                    int64_t now,
                                    std::vector<std::string> structure) {
  if (auto complete = CheckNothingIsMissing(sources); !complete.ok()) {
    return std::move(complete).error();
  }
  Result<std::unique_ptr<Store>> file = Store::OpenPlain(path, options);
  if (!file.ok()) return std::move(file).error();
  Result<void> made =
      (*file)->Atomically([&] { return MakeBundle(file->get()); });
  if (!made.ok()) return std::move(made).error();
  // A commit that gave an error may have happened all the same: the batch
  // comes again then, and says the same.
  Result<Statement> insert = (*file)->Prepare(
      "INSERT OR REPLACE INTO bundle_record VALUES(?1,?2,?3,?4)");
  if (!insert.ok()) return std::move(insert).error();
  return std::unique_ptr<Pass>(new BundlePass(
      std::move(file).value(), std::move(sources), std::move(excluded),
      std::move(structure), std::move(insert).value(), now));
}

}  // namespace

Result<std::unique_ptr<Pass>> BeginBundle(const std::string& path,
                                          const Store::Options& options,
                                          std::vector<SourceState> sources,
                                          std::vector<Exclusion> excluded,
                                          int64_t now,
                                          std::vector<std::string> structure) {
  return internal::Guarded([&] {
    return Begin(path, options, std::move(sources), std::move(excluded), now,
                 std::move(structure));
  });
}

}  // namespace ferrite
