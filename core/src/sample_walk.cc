#include "sample_walk.h"

#include <algorithm>

namespace ferrite::internal {

SampleWalk::SampleWalk(uint64_t records, uint64_t sample_size)
    : records_(records),
      per_stratum_(records > sample_size ? sample_size / kStrata : 0) {}

// Stratum kStrata is the last record alone.
uint64_t SampleWalk::StratumBegin(uint64_t stratum) const {
  if (stratum == kStrata) return records_ - 1;
  // Not records_ * stratum, which may be over 64 bits.
  return records_ / kStrata * stratum + records_ % kStrata * stratum / kStrata;
}

uint64_t SampleWalk::StratumEnd() const {
  return std::min(records_, StratumBegin(stratum_) + per_stratum_);
}

uint64_t SampleWalk::wanted() const {
  if (per_stratum_ == 0) return records_;
  const uint64_t begin = position_ + skip_;
  return StratumEnd() > begin ? StratumEnd() - begin : 1;
}

uint64_t SampleWalk::expected() const {
  return per_stratum_ == 0 ? records_ : kStrata * per_stratum_ + 1;
}

void SampleWalk::Advance(uint64_t records, Bytes last_key, bool last) {
  position_ += skip_ + records;
  if (skip_ > 0) has_skipped_ = true;
  skip_ = 0;
  read_ += records;
  if (records > 0) after_.assign(last_key.begin(), last_key.end());
  if (last) {
    has_last_ = is_done_ = true;
    // Records that went away meanwhile were the last ones: which is the last
    // now was not seen.
    if (records == 0 && has_skipped_) has_last_ = false;
    return;
  }
  if (per_stratum_ == 0) return;
  while (stratum_ <= kStrata && position_ >= StratumEnd()) {
    if (++stratum_ > kStrata) {
      is_done_ = true;
      return;
    }
    const uint64_t begin = StratumBegin(stratum_);
    skip_ = begin > position_ ? begin - position_ : 0;
    if (skip_ > 0) return;
  }
}

}  // namespace ferrite::internal
