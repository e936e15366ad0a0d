// SampleWalk: where inference stands in one source: all of a small one, and of
// a large one strata that lie evenly over it, and its last record.
#ifndef FERRITE_SRC_SAMPLE_WALK_H_
#define FERRITE_SRC_SAMPLE_WALK_H_

#include <cstdint>

#include "ferrite/bytes.h"

namespace ferrite::internal {

class SampleWalk {
 public:
  // `records` is the source's count, which may turn out to be wrong.
  SampleWalk(uint64_t records, uint64_t sample_size);

  // Records to pass over before the next batch.
  uint64_t skip() const { return skip_; }
  Bytes after() const { return after_; }
  bool reads_all() const { return per_stratum_ == 0; }
  bool is_done() const { return is_done_; }
  bool has_all() const { return has_last_ && !has_skipped_; }
  bool has_last() const { return has_last_; }
  // Records that the next batch should hold, and that will be read in all.
  uint64_t wanted() const;
  uint64_t expected() const;
  uint64_t read() const { return read_; }

  // A batch of `records` that ends with `last_key`; `last`: none is behind it.
  void Advance(uint64_t records, Bytes last_key, bool last);

 private:
  static constexpr uint64_t kStrata = 20;

  uint64_t StratumBegin(uint64_t stratum) const;
  uint64_t StratumEnd() const;

  uint64_t records_;
  uint64_t per_stratum_;  // 0: all records are read
  uint64_t stratum_ = 0;
  uint64_t position_ = 0;  // records behind us, read or passed over
  uint64_t read_ = 0;
  uint64_t skip_ = 0;
  ByteBuffer after_;
  bool has_skipped_ = false;
  bool has_last_ = false;
  bool is_done_ = false;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SAMPLE_WALK_H_
