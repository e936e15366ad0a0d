// ValueSketch: which values a field has, in bounded memory.
//
// It keeps the smallest hashes of the distinct values (KMV, "bottom k"): all of
// them while they are few, so that inclusion is tested exactly then, and an
// even sample of them above that.
#ifndef FERRITE_SRC_VALUE_SKETCH_H_
#define FERRITE_SRC_VALUE_SKETCH_H_

#include <cstdint>
#include <set>

#include "ferrite/encoding.h"

namespace ferrite::internal {

class ValueSketch {
 public:
  explicit ValueSketch(size_t limit) : limit_(limit) {}

  // The hash of a string or a Number; 0 for every other value. A key and a
  // field with the same value have the same.
  static uint64_t Hash(const Item& item);

  void Add(uint64_t hash);

  bool is_complete() const { return is_complete_; }
  // The number of distinct values: exact when complete, else estimated.
  uint64_t distinct() const;
  // Whether the sketch can tell if a value with this hash was seen.
  bool Knows(uint64_t hash) const;
  bool Has(uint64_t hash) const { return hashes_.contains(hash); }
  const std::set<uint64_t>& hashes() const { return hashes_; }

 private:
  size_t limit_;
  std::set<uint64_t> hashes_;
  bool is_complete_ = true;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_VALUE_SKETCH_H_
