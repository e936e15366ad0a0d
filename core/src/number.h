// The ranges of JavaScript's numbers and dates that the record encoding's
// forms depend on.
#ifndef FERRITE_SRC_NUMBER_H_
#define FERRITE_SRC_NUMBER_H_

#include <cmath>
#include <cstdint>
#include <cstring>

namespace ferrite::internal {

inline constexpr int64_t kMaxInteger = int64_t{1} << 53;
inline constexpr double kMaxDateMilliseconds = 8.64e15;
// Below this, seconds as a double give the millisecond back.
inline constexpr double kMaxSecondsForm = 2251799813685248;  // 2^51

inline uint64_t BitsOf(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline double DoubleOf(uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// Whether the Number is encoded as an integer; -0 is not.
inline bool IsInteger(double value) {
  if (!(value >= -static_cast<double>(kMaxInteger) &&
        value <= static_cast<double>(kMaxInteger))) {
    return false;
  }
  const auto integer = static_cast<int64_t>(value);
  return static_cast<double>(integer) == value &&
         (integer != 0 || BitsOf(value) == 0);
}

// A finite time value as ECMAScript's TimeClip leaves it.
inline bool IsTimeValue(double milliseconds) {
  return std::fabs(milliseconds) <= kMaxDateMilliseconds &&
         std::trunc(milliseconds) == milliseconds;
}

inline void StoreBigEndian(uint64_t value, int size, uint8_t* out) {
  for (int i = size - 1; i >= 0; --i) {
    out[i] = static_cast<uint8_t>(value);
    value >>= 8;
  }
}

inline uint64_t LoadBigEndian(const uint8_t* in, size_t size) {
  uint64_t value = 0;
  for (size_t i = 0; i < size; ++i) value = (value << 8) | in[i];
  return value;
}

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_NUMBER_H_
