// Code points of well-formed UTF-8.
#ifndef FERRITE_SRC_CODE_POINTS_H_
#define FERRITE_SRC_CODE_POINTS_H_

#include <cstdint>
#include <string_view>

namespace ferrite::internal {

// The code point at `*at`, which moves behind it. The text is well-formed and
// does not end at `*at`.
inline uint32_t NextCodePoint(std::string_view text, size_t* at) {
  const auto byte = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<uint8_t>(text[i]));
  };
  const size_t i = *at;
  const uint32_t lead = byte(i);
  if (lead < 0x80) {
    *at = i + 1;
    return lead;
  }
  if (lead < 0xe0) {
    *at = i + 2;
    return (lead & 0x1f) << 6 | (byte(i + 1) & 0x3f);
  }
  if (lead < 0xf0) {
    *at = i + 3;
    return (lead & 0x0f) << 12 | (byte(i + 1) & 0x3f) << 6 |
           (byte(i + 2) & 0x3f);
  }
  *at = i + 4;
  return (lead & 0x07) << 18 | (byte(i + 1) & 0x3f) << 12 |
         (byte(i + 2) & 0x3f) << 6 | (byte(i + 3) & 0x3f);
}

inline uint64_t CountCodePoints(std::string_view text) {
  uint64_t continued = 0;
  for (const char c : text) {
    continued += (static_cast<uint8_t>(c) & 0xc0) == 0x80;
  }
  return text.size() - continued;
}

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_CODE_POINTS_H_
