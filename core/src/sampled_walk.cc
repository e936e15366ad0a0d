#include "sampled_walk.h"

#include <algorithm>
#include <utility>

namespace ferrite::internal {
namespace {

constexpr uint32_t kBatchBytes = 1 << 20;
constexpr uint32_t kFirstBytes = 16 << 10;  // records of unknown size
constexpr uint32_t kLeastBytes = 1 << 10;

// SampleWalk takes at least one record of each of its twenty strata.
constexpr uint64_t kLeastSample = 20;

}  // namespace

SampledWalk::SampledWalk(std::vector<bool> wanted,
                         std::vector<uint64_t> records, uint64_t sample_size)
    : walk_(wanted), wanted_(std::move(wanted)), records_(std::move(records)) {
  sample_size_ = sample_size == 0 ? 0 : std::max(sample_size, kLeastSample);
  for (size_t i = 0; i < wanted_.size(); ++i) {
    if (wanted_[i] && sample_size_ != 0 && records_[i] > sample_size_) {
      is_sampled_ = true;
    }
  }
  BeginSource();
}

void SampledWalk::BeginSource() {
  sample_.reset();
  if (is_done() || sample_size_ == 0) return;
  SampleWalk sample(records_[walk_.source()], sample_size_);
  if (!sample.reads_all()) sample_.emplace(std::move(sample));
}

Step SampledWalk::step() const {
  Step step;
  step.kind = StepKind::kRead;
  step.source = walk_.source();
  step.after = walk_.after();
  step.skip = sample_ ? sample_->skip() : 0;
  step.max_bytes = BatchBytes();
  return step;
}

uint32_t SampledWalk::BatchBytes() const {
  if (!sample_) return kBatchBytes;
  const SourceCounts& counts = walk_.counts(walk_.source());
  if (counts.records == 0) return kFirstBytes;
  const uint64_t each = counts.bytes / counts.records + 1;
  const uint64_t wanted = std::min<uint64_t>(sample_->wanted(), kBatchBytes);
  return static_cast<uint32_t>(
      std::clamp<uint64_t>(each * wanted, kLeastBytes, kBatchBytes));
}

Result<void> SampledWalk::Take(
    Bytes batch, bool last, BatchReader* reader,
    const std::function<Result<bool>(const Record&)>& visit) {
  if (auto begun = walk_.Begin(batch, last, reader); !begun.ok()) return begun;
  bool is_cut = false;
  for (;;) {
    Record record;
    Result<bool> more = reader->Next(&record);
    if (!more.ok()) return std::move(more).error();
    if (!*more) break;
    Result<bool> visited = visit(record);
    if (!visited.ok()) return std::move(visited).error();
    if (*visited) {
      walk_.Count(record);
    } else {
      walk_.PassOver(record);
    }
    if (!sample_) continue;
    sample_->Advance(1, record.key, /*last=*/false);
    // The rest of the batch is no part of the sample, however the host cut it.
    is_cut = sample_->is_done() || sample_->skip() > 0;
    if (is_cut) break;
  }
  const bool is_source_done = sample_ && is_cut ? sample_->is_done() : last;
  walk_.End(is_source_done);
  if (is_source_done) BeginSource();
  return {};
}

uint64_t SampledWalk::expected() const {
  uint64_t expected = 0;
  for (size_t i = 0; i < wanted_.size(); ++i) {
    if (!wanted_[i]) continue;
    expected += sample_size_ == 0
                    ? records_[i]
                    : SampleWalk(records_[i], sample_size_).expected();
  }
  return expected;
}

}  // namespace ferrite::internal
