#include "tests/support/memory_host.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "ferrite/key.h"
#include "tests/support/json_record.h"

namespace ferrite::testing {
namespace {

ByteBuffer Encoded(std::string_view json) {
  Result<ByteBuffer> encoded = EncodeJson(json);
  if (!encoded.ok()) throw std::runtime_error(encoded.error().message);
  return std::move(encoded).value();
}

ByteBuffer Sortable(Bytes key) {
  ByteBuffer sortable;
  Result<void> made = AppendSortableKey(key, &sortable);
  if (!made.ok()) throw std::runtime_error(made.error().message);
  return sortable;
}

}  // namespace

MemorySource MemorySource::IndexedDb(const std::string& database,
                                     const std::string& store,
                                     const std::string& info) {
  MemorySource source;
  source.source_ = {SourceKind::kIndexedDb, database, store};
  source.info_ = info;
  return source;
}

MemorySource MemorySource::Storage(SourceKind kind) {
  MemorySource source;
  source.source_.kind = kind;
  source.info_ = "{}";
  return source;
}

void MemorySource::Put(std::string_view key_json, std::string_view value_json) {
  Put(Encoded(key_json), Encoded(value_json));
}

void MemorySource::Put(Bytes key, Bytes value) {
  records_[Sortable(key)] = {ByteBuffer(key.begin(), key.end()),
                             ByteBuffer(value.begin(), value.end()),
                             std::nullopt};
}

void MemorySource::SetTime(std::string_view key_json, int64_t time) {
  records_.at(Sortable(Encoded(key_json))).time = time;
}

void MemorySource::Remove(std::string_view key_json) {
  records_.erase(Sortable(Encoded(key_json)));
}

SourceState MemorySource::state() const {
  SourceState state;
  state.source = source_;
  state.status = status_;
  state.records = records_.size();
  state.info = info_;
  std::optional<int64_t> newest;
  for (const auto& [key, entry] : records_)
    newest = std::max(newest, entry.time);
  if (newest) state.watermark = std::to_string(*newest);
  return state;
}

void MemorySource::Read(const Step& step, Writer* batch, bool* last) {
  auto next = step.after.empty() ? records_.begin()
                                 : records_.upper_bound(Sortable(step.after));
  uint64_t skip = step.skip;
  for (; skip > 0 && next != records_.end(); --skip) ++next;
  uint32_t records = 0;
  while (next != records_.end() &&
         (records == 0 ||
          (batch->size() < step.max_bytes && records != step.max_records))) {
    ++records;
    const Entry& entry = next->second;
    const bool is_known = !step.since.empty() && entry.time &&
                          *entry.time < std::stoll(std::string(step.since));
    batch->BeginArray(is_known ? 1 : 2);
    batch->Raw(entry.key);
    if (!is_known) batch->Raw(entry.value);
    reads_ += is_known ? 0 : 1;
    ++next;
  }
  *last = next == records_.end();
}

std::vector<SourceState> MemoryHost::States() const {
  std::vector<SourceState> states;
  for (const MemorySource& source : sources) states.push_back(source.state());
  return states;
}

Result<void> MemoryHost::Advance(Pass* pass) {
  const Step step = pass->step();
  if (step.kind != StepKind::kRead) return pass->Work(++now);
  Writer batch;
  bool last = false;
  sources[step.source].Read(step, &batch, &last);
  const std::unique_ptr<Preparer> preparer =
      prepares ? pass->MakePreparer() : nullptr;
  if (preparer == nullptr) return pass->Apply(batch.bytes(), last, ++now);
  PreparedBatch rows;
  preparer->Prepare(step.source, batch.bytes(), &rows);
  ++prepared;
  return pass->ApplyPrepared(rows, last, ++now);
}

Result<void> MemoryHost::Drive(Pass* pass) {
  while (pass->step().kind != StepKind::kDone) {
    if (auto done = Advance(pass); !done.ok()) return done;
  }
  return {};
}

}  // namespace ferrite::testing
