#include "ferrite/inference.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "batch_reader.h"
#include "ferrite/key.h"
#include "guarded_pass.h"
#include "layout_guide.h"
#include "plan_draft.h"
#include "plan_drafter.h"
#include "relation_finder.h"
#include "source_sample.h"
#include "source_state.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc

constexpr uint64_t kLeastSample = 20;
constexpr uint8_t kNull[] = {0xf6};  // encoded
// The first batch of a source of which strata are read, and the least that one
// asks for: how large its records are is not known yet.
constexpr uint32_t kFirstBytes = 8 << 10;
constexpr uint32_t kLeastBytes = 1 << 10;

bool IsStorage(const Source& source) {
  return source.kind != SourceKind::kIndexedDb;
}

enum class Stage {
  kLook,  // reads all sources, to draft their tables and to gather facts
  kTry,   // reads again where layouts have tables, to try these
  kSort,  // reads the storages again of which layouts take a part
};

class InferencePass final : public Pass {
 public:
  InferencePass(std::vector<SourceState> sources, InferenceOptions options)
      : sources_(std::move(sources)),
        options_(std::move(options)),
        guide_(sources_),
        drafter_(sources_, guide_) {
    draft_.name = options_.name;
    for (const SourceState& state : sources_) {
      if (state.status != SourceState::Status::kReady) {
        draft_.notes.push_back({"", Unread(state)});
      }
    }
    Enter(Stage::kLook);
  }

  Step step() const override {
    Step step;
    if (is_done_) return step;
    step.kind = StepKind::kWork;
    if (!sample_) return step;
    step.kind = StepKind::kRead;
    step.source = source_;
    step.after = sample_->walk.after();
    step.skip = sample_->walk.skip();
    step.max_bytes = BatchBytes();
    return step;
  }

  Result<void> Apply(Bytes batch, bool last, int64_t) override {
    if (!sample_) return WrongCall("Apply");
    if (batch.empty() && !last) return EmptyBatch();
    // Looked through before anything is noted, so that an error leaves the
    // pass as it was.
    if (auto checked = Check(batch); !checked.ok()) return checked;
    uint64_t records = 0;
    ByteBuffer last_key;
    BatchReader reader;
    reader.Begin(batch, {});
    for (;;) {
      Record record;
      Result<bool> more = reader.Next(&record);
      if (!more.ok()) return std::move(more).error();
      if (!*more) break;
      Note(record);
      ++records;
      last_key.assign(record.key.begin(), record.key.end());
    }
    current_ += records;
    sample_->bytes += batch.size();
    bytes_ += batch.size();
    sample_->walk.Advance(records, last_key, last);
    if (sample_->walk.is_done()) EndSource();
    return {};
  }

  Result<void> Work(int64_t) override {
    if (sample_ || is_done_) return WrongCall("Work");
    switch (stage_) {
      case Stage::kLook:
        guide_.Recognize();
        Enter(Stage::kTry);
        break;
      case Stage::kTry:
        guide_.EndTrial();
        Enter(Stage::kSort);
        break;
      case Stage::kSort:
        drafter_.Finish(&draft_);
        FindRelations(&draft_.tables);
        is_done_ = true;
    }
    return {};
  }

  Progress progress() const override {
    Progress progress;
    progress.stage = is_done_ ? "done" : "infer";
    progress.source = sample_ ? source_ : 0;
    progress.current = current_;
    progress.total = is_done_ ? current_ : std::max(total_, current_);
    progress.bytes = bytes_;
    return progress;
  }

  std::string ReportJson() const override { return draft_.ReportJson(); }

 private:
  static Error WrongCall(const std::string& call) {
    return {ErrorCode::kState, call + " is not what step() asks for.",
            "Do what step() says.", ""};
  }

  static std::string Unread(const SourceState& state) {
    std::string text = state.source.Label() + " is left out: it is " +
                       std::string(StatusText(state.status));
    return state.message.empty() ? text + "." : text + ". " + state.message;
  }

  SourceSample Begin(const SourceState& state) const {
    // Storage is small, and its groups are seen when all entries are.
    return {state.records, IsStorage(state.source)
                               ? std::max(state.records, options_.sample_size)
                               : options_.sample_size};
  }

  bool IsRead(size_t source) const {
    const SourceState& state = sources_[source];
    if (state.status != SourceState::Status::kReady) return false;
    switch (stage_) {
      case Stage::kLook:
        return true;
      case Stage::kTry:
        return guide_.Tries(source);
      case Stage::kSort:
        break;
    }
    return IsStorage(state.source) && guide_.Knows(source);
  }

  void Enter(Stage stage) {
    stage_ = stage;
    for (size_t i = 0; i < sources_.size(); ++i) {
      if (IsRead(i)) total_ += Begin(sources_[i]).walk.expected();
    }
    source_ = 0;
    NextSource();
  }

  void NextSource() {
    while (source_ < sources_.size() && !IsRead(source_)) ++source_;
    if (source_ < sources_.size()) sample_.emplace(Begin(sources_[source_]));
  }

  uint32_t BatchBytes() const {
    const uint64_t read = sample_->walk.read();
    if (sample_->walk.reads_all()) return options_.batch_bytes;
    if (read == 0) return std::min(kFirstBytes, options_.batch_bytes);
    const uint64_t each = sample_->bytes / read + 1;
    const uint64_t wanted =
        std::min<uint64_t>(sample_->walk.wanted(), options_.batch_bytes);
    return static_cast<uint32_t>(std::clamp<uint64_t>(
        each * wanted, std::min(kLeastBytes, options_.batch_bytes),
        options_.batch_bytes));
  }

  Result<void> Check(Bytes batch) const {
    ByteBuffer after;
    if (!sample_->walk.after().empty()) {
      Result<void> made = AppendSortableKey(sample_->walk.after(), &after);
      if (!made.ok()) return made;
    }
    BatchReader reader;
    reader.Begin(batch, after);
    for (;;) {
      Record record;
      Result<bool> more = reader.Next(&record);
      if (!more.ok()) return std::move(more).error();
      if (!*more) return {};
    }
  }

  void Note(const Record& record) {
    if (stage_ == Stage::kTry) {
      guide_.Try(source_, record.key, record.value);
      return;
    }
    if (stage_ == Stage::kLook) {
      guide_.Note(source_, record.key, record.value);
    } else if (IsTaken(record)) {
      return;
    }
    sample_->keys.Add(record.key);
    sample_->records.Add(record.value);
    if (IsStorage(sources_[source_].source)) {
      sample_->groups.Add(record.key, record.value);
    }
  }

  // Notes what a layout takes, too.
  bool IsTaken(const Record& record) {
    size_t table = 0;
    const LayoutGuide::Place place = guide_.Find(source_, record.key, &table);
    if (place == LayoutGuide::Place::kNone) return false;
    if (place == LayoutGuide::Place::kExcluded) return true;
    // Its key keeps others with its prefix from being a group, since their
    // table would take it as well.
    sample_->groups.Add(record.key, kNull);
    if (guide_.tables()[table].infers) {
      sample_->layouts[table].Add(record.key, record.value, &sample_->parsed);
    }
    return true;
  }

  void EndSource() {
    const SourceState& state = sources_[source_];
    const SampleWalk& walk = sample_->walk;
    const uint64_t records =
        walk.has_all() ? walk.read() : std::max(state.records, walk.read());
    if (stage_ != Stage::kTry) {
      sample_->keys.End(
          walk.has_all(), walk.has_last(),
          stage_ == Stage::kSort ? sample_->records.records() : records);
      drafter_.Draft(source_, &*sample_);
    }
    const uint64_t malformed = sample_->records.malformed();
    if (malformed > 0 && stage_ == Stage::kLook) {
      draft_.notes.push_back({"", state.source.Label() + " has " +
                                      std::to_string(malformed) +
                                      " records that cannot be read."});
    }
    sample_.reset();
    ++source_;
    NextSource();
  }

  const std::vector<SourceState> sources_;
  const InferenceOptions options_;
  PlanDraft draft_;
  LayoutGuide guide_;
  PlanDrafter drafter_;
  Stage stage_ = Stage::kLook;
  size_t source_ = 0;
  std::optional<SourceSample> sample_;
  uint64_t current_ = 0;
  uint64_t total_ = 0;
  uint64_t bytes_ = 0;
  bool is_done_ = false;
};

Result<std::unique_ptr<Pass>> Begin(std::vector<SourceState> sources,
                                    const InferenceOptions& options) {
  if (options.sample_size < kLeastSample) {
    return Error{ErrorCode::kInvalidArgument,
                 "The sample is " + std::to_string(options.sample_size) +
                     " records per source.",
                 "Ask for at least 20.", ""};
  }
  if (options.name.empty() || options.batch_bytes == 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "The plan's name or the size of a batch is missing.", "", ""};
  }
  return std::unique_ptr<Pass>(new InferencePass(std::move(sources), options));
}

}  // namespace

Result<std::unique_ptr<Pass>> BeginInference(std::vector<SourceState> sources,
                                             const InferenceOptions& options) {
  return internal::Guarded([&] { return Begin(std::move(sources), options); });
}

}  // namespace ferrite
