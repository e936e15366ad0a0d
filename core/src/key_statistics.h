// KeyStatistics: what was seen of a source's keys, and what follows for those
// that were not.
//
// A source gives its records in key order, and IndexedDB orders number < Date
// < string < binary < array. So when the first and the last key are strings,
// all are.
#ifndef FERRITE_SRC_KEY_STATISTICS_H_
#define FERRITE_SRC_KEY_STATISTICS_H_

#include <cstdint>

#include "ferrite/encoding.h"
#include "value_sketch.h"

namespace ferrite::internal {

class KeyStatistics {
 public:
  enum class Class : uint8_t { kNone, kNumber, kDate, kText, kOther };

  // Keys come in order.
  void Add(Bytes key);
  // All that is known has been seen. `has_all`: every record was read;
  // `has_ends`: the first and the last were. `records` is the source's count.
  void End(bool has_all, bool has_ends, uint64_t records);

  bool has_all() const { return has_all_; }
  // The class of every key of the source; kNone when they may differ.
  Class common() const;
  uint64_t records() const { return records_; }

  // The keys are known to be all whole numbers from first to last.
  bool is_dense() const;
  // Few keys within a wide range: that values lie in it by chance is unlikely.
  bool is_sparse() const;
  const ValueSketch& values() const { return values_; }
  // Whether a number lies within a dense source's keys.
  bool InRange(double number) const {
    return number >= first_number_ && number <= last_number_;
  }

 private:
  ValueSketch values_{16384};
  Class first_ = Class::kNone;
  Class last_ = Class::kNone;
  bool is_whole_ = true;
  double first_number_ = 0;
  double last_number_ = 0;
  bool has_all_ = false;
  bool has_ends_ = false;
  uint64_t records_ = 0;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_KEY_STATISTICS_H_
