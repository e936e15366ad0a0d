// CharSet: a set of code points, as sorted ranges that do not touch.
#ifndef FERRITE_SRC_CHAR_SET_H_
#define FERRITE_SRC_CHAR_SET_H_

#include <cstdint>
#include <utility>
#include <vector>

namespace ferrite::internal {

inline constexpr uint32_t kMaxCodePoint = 0x10ffff;

class CharSet {
 public:
  struct Range {
    uint32_t first;
    uint32_t last;
    auto operator<=>(const Range&) const = default;
  };

  CharSet() = default;
  CharSet(std::initializer_list<Range> ranges) : ranges_(ranges) {
    Normalize();
  }
  explicit CharSet(std::vector<Range> ranges) : ranges_(std::move(ranges)) {
    Normalize();
  }

  void Add(const CharSet& other);
  CharSet Negated() const;
  const std::vector<Range>& ranges() const { return ranges_; }
  bool operator==(const CharSet&) const = default;
  bool operator<(const CharSet& other) const { return ranges_ < other.ranges_; }

 private:
  void Normalize();

  std::vector<Range> ranges_;
};

// ECMA-262's \d, \w, \s and what `.` leaves out.
const CharSet& DigitSet();
const CharSet& WordSet();
const CharSet& SpaceSet();
const CharSet& LineEndSet();

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_CHAR_SET_H_
