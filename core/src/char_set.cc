#include "char_set.h"

#include <algorithm>

namespace ferrite::internal {

void CharSet::Normalize() {
  std::sort(ranges_.begin(), ranges_.end());
  size_t kept = 0;
  for (const Range& range : ranges_) {
    if (kept > 0 && range.first <= ranges_[kept - 1].last + 1) {
      ranges_[kept - 1].last = std::max(ranges_[kept - 1].last, range.last);
    } else {
      ranges_[kept++] = range;
    }
  }
  ranges_.resize(kept);
}

void CharSet::Add(const CharSet& other) {
  ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
  Normalize();
}

CharSet CharSet::Negated() const {
  CharSet negated;
  uint32_t next = 0;
  for (const Range& range : ranges_) {
    if (range.first > next) negated.ranges_.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kMaxCodePoint) negated.ranges_.push_back({next, kMaxCodePoint});
  return negated;
}

const CharSet& DigitSet() {
  static const CharSet set{{'0', '9'}};
  return set;
}

const CharSet& WordSet() {
  static const CharSet set{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
  return set;
}

const CharSet& SpaceSet() {
  static const CharSet set{{9, 13},          {' ', ' '},       {0xa0, 0xa0},
                           {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029},
                           {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
                           {0xfeff, 0xfeff}};
  return set;
}

const CharSet& LineEndSet() {
  static const CharSet set{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}};
  return set;
}

}  // namespace ferrite::internal
