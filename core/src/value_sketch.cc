#include "value_sketch.h"

#include <cmath>
#include <cstring>

#include "ferrite/hash.h"

namespace ferrite::internal {

uint64_t ValueSketch::Hash(const Item& item) {
  switch (item.kind) {
    case Kind::kString:
    case Kind::kWtf8:
      return HashBytes(item.bytes).low | 1;
    case Kind::kInteger:
    case Kind::kDouble: {
      uint8_t bytes[sizeof(double) + 1] = {};
      const double number = item.number == 0 ? 0 : item.number;
      std::memcpy(bytes, &number, sizeof number);
      // The last byte tells a number from a string of the same bytes: no text
      // has it.
      bytes[sizeof number] = 0xff;
      return HashBytes(bytes).low | 1;
    }
    default:
      return 0;
  }
}

void ValueSketch::Add(uint64_t hash) {
  if (hashes_.size() == limit_) {
    const auto largest = std::prev(hashes_.end());
    if (hash == *largest || hashes_.contains(hash)) return;
    is_complete_ = false;
    if (hash > *largest) return;
    hashes_.erase(largest);
  }
  hashes_.insert(hash);
}

uint64_t ValueSketch::distinct() const {
  if (is_complete_) return hashes_.size();
  const double share = static_cast<double>(*hashes_.rbegin()) / 0x1p64;
  return static_cast<uint64_t>(
      std::llround(static_cast<double>(hashes_.size() - 1) / share));
}

bool ValueSketch::Knows(uint64_t hash) const {
  return is_complete_ || hash <= *hashes_.rbegin();
}

}  // namespace ferrite::internal
