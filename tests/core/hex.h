#ifndef FERRITE_TESTS_CORE_HEX_H_
#define FERRITE_TESTS_CORE_HEX_H_

#include <string>
#include <string_view>

#include "ferrite/bytes.h"

namespace ferrite {

// Spaces are passed over.
inline ByteBuffer FromHex(std::string_view hex) {
  ByteBuffer bytes;
  int digits = 0;
  for (char digit : hex) {
    if (digit == ' ') continue;
    const int value = digit <= '9' ? digit - '0' : digit - 'a' + 10;
    if (digits++ % 2 == 0) {
      bytes.push_back(static_cast<uint8_t>(value << 4));
    } else {
      bytes.back() = static_cast<uint8_t>(bytes.back() | value);
    }
  }
  return bytes;
}

inline std::string ToHex(Bytes bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (uint8_t byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

}  // namespace ferrite

#endif  // FERRITE_TESTS_CORE_HEX_H_
