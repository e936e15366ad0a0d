#include "ferrite/inference.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "batch_reader.h"
#include "column_choice.h"
#include "ferrite/key.h"
#include "field_statistics.h"
#include "key_statistics.h"
#include "plan_draft.h"
#include "relation_finder.h"
#include "sample_walk.h"
#include "source_state.h"
#include "storage_groups.h"
#include "table_drafter.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc

constexpr uint64_t kLeastSample = 20;
constexpr size_t kMaxTables = 1000;
constexpr size_t kMaxColumns = 8000;
// The first batch of a source of which strata are read, and the least that one
// asks for: how large its records are is not known yet.
constexpr uint32_t kFirstBytes = 8 << 10;
constexpr uint32_t kLeastBytes = 1 << 10;

bool IsStorage(const Source& source) {
  return source.kind != SourceKind::kIndexedDb;
}

// What is being found out about the source that is being read.
struct SourceSample {
  SourceSample(uint64_t records, uint64_t sample_size)
      : walk(records, sample_size) {}

  SampleWalk walk;
  RecordStatistics records;
  KeyStatistics keys;
  StorageGroups groups;
  uint64_t bytes = 0;
};

class InferencePass final : public Pass {
 public:
  InferencePass(std::vector<SourceState> sources, InferenceOptions options)
      : sources_(std::move(sources)), options_(std::move(options)) {
    draft_.name = options_.name;
    for (const SourceState& state : sources_) {
      if (state.status == SourceState::Status::kReady) {
        total_ += Begin(state).walk.expected();
      } else {
        draft_.notes.push_back({"", Unread(state)});
      }
    }
    NextSource();
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
    FindRelations(&draft_.tables);
    is_done_ = true;
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

  void NextSource() {
    while (source_ < sources_.size() &&
           sources_[source_].status != SourceState::Status::kReady) {
      ++source_;
    }
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
    sample_->keys.Add(record.key);
    sample_->records.Add(record.value);
    if (IsStorage(sources_[source_].source)) {
      sample_->groups.Add(record.key, record.value);
    }
  }

  void EndSource() {
    const SourceState& state = sources_[source_];
    const SampleWalk& walk = sample_->walk;
    const uint64_t records =
        walk.has_all() ? walk.read() : std::max(state.records, walk.read());
    sample_->keys.End(walk.has_all(), walk.has_last(), records);
    if (IsStorage(state.source)) {
      DraftStorage(state);
    } else {
      SampledRecords sampled;
      sampled.state = &state;
      sampled.records = &sample_->records;
      sampled.keys = &sample_->keys;
      Draft(sampled, StoreName(state.source));
    }
    if (const uint64_t malformed = sample_->records.malformed()) {
      draft_.notes.push_back({"", state.source.Label() + " has " +
                                      std::to_string(malformed) +
                                      " records that cannot be read."});
    }
    sample_.reset();
    ++source_;
    NextSource();
  }

  // The database's name in front where two databases have such a store.
  std::string StoreName(const Source& source) const {
    for (const SourceState& other : sources_) {
      if (!(other.source == source) && other.source.store == source.store &&
          !IsStorage(other.source)) {
        return source.database + "_" + source.store;
      }
    }
    return source.store;
  }

  void DraftStorage(const SourceState& state) {
    std::vector<StorageGroup> groups = sample_->groups.End();
    std::string others;
    for (const StorageGroup& group : groups) {
      SampledRecords sampled;
      sampled.state = &state;
      sampled.records = group.records.get();
      sampled.keys = &group.keys;
      sampled.match = Match::kPrefix;
      sampled.match_text = group.prefix;
      sampled.form = RecordForm::kJson;
      Draft(sampled, group.prefix);
      others += (others.empty() ? "" : " AND ") + NotPrefix(group.prefix);
    }
    SampledRecords sampled;
    sampled.state = &state;
    sampled.records = &sample_->records;
    sampled.keys = &sample_->keys;
    const size_t at = draft_.tables.size();
    Draft(sampled, state.source.kind == SourceKind::kLocalStorage
                       ? "local_storage"
                       : "session_storage");
    if (at < draft_.tables.size()) draft_.tables[at].when_sql = others;
  }

  // SQL: the key does not begin so.
  static std::string NotPrefix(const std::string& prefix) {
    std::string quoted;
    for (const char c : prefix) quoted += c == '\'' ? "''" : std::string(1, c);
    const auto characters =
        std::count_if(prefix.begin(), prefix.end(),
                      [](char c) { return (c & 0xc0) != 0x80; });
    return "substr(key, 1, " + std::to_string(characters) + ") <> '" + quoted +
           "'";
  }

  void Draft(const SampledRecords& sampled, std::string_view name) {
    const size_t left =
        kMaxColumns > used_columns_ ? kMaxColumns - used_columns_ : 2;
    std::vector<TableDraft> tables =
        DraftTables(sampled, name, left, &table_names_);
    const size_t first = draft_.tables.size();
    for (TableDraft& table : tables) {
      if (draft_.tables.size() == kMaxTables) {
        draft_.notes.push_back({"", "A plan has at most 1000 tables; " +
                                        table.name + " is left out."});
        continue;
      }
      if (table.parent) table.parent = first;
      used_columns_ += table.columns.size();
      draft_.tables.push_back(std::move(table));
    }
    if (!sampled.keys->has_all() && first < draft_.tables.size()) {
      draft_.notes.push_back(
          {"/tables/" + std::to_string(first),
           Spaced(sampled.records->records()) + " of " +
               Spaced(sampled.keys->records()) +
               " records were looked at; what others hold besides stays in "
               "_unmapped."});
    }
  }

  const std::vector<SourceState> sources_;
  const InferenceOptions options_;
  PlanDraft draft_;
  NameSet table_names_;
  size_t used_columns_ = 0;
  size_t source_ = 0;
  std::optional<SourceSample> sample_;
  uint64_t current_ = 0;
  uint64_t total_ = 0;
  uint64_t bytes_ = 0;
  bool is_done_ = false;
};

}  // namespace

Result<std::unique_ptr<Pass>> BeginInference(std::vector<SourceState> sources,
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

}  // namespace ferrite
