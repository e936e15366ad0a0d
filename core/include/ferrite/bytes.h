// Bytes: a view of memory owned by somebody else.
#ifndef FERRITE_BYTES_H_
#define FERRITE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace ferrite {

using Bytes = std::span<const uint8_t>;
using ByteBuffer = std::vector<uint8_t>;

inline std::string_view AsText(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes AsBytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// As memcmp() == 0, for bytes so few that a call costs more than they do: by
// words, of which the last overlaps the one before it.
inline bool IsEqual(const uint8_t* a, const uint8_t* b, size_t size) {
  const auto differ = [&](auto word, size_t at) {
    auto other = word;
    std::memcpy(&word, a + at, sizeof word);
    std::memcpy(&other, b + at, sizeof other);
    return word != other;
  };
  if (size >= 8) {
    for (size_t at = 0; at + 8 < size; at += 8) {
      if (differ(uint64_t{}, at)) return false;
    }
    return !differ(uint64_t{}, size - 8);
  }
  if (size >= 4) {
    return !differ(uint32_t{}, 0) && !differ(uint32_t{}, size - 4);
  }
  for (size_t at = 0; at < size; ++at) {
    if (a[at] != b[at]) return false;
  }
  return true;
}

}  // namespace ferrite

#endif  // FERRITE_BYTES_H_
