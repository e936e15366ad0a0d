// Bytes: a view of memory owned by somebody else.
#ifndef FERRITE_BYTES_H_
#define FERRITE_BYTES_H_

#include <cstdint>
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

}  // namespace ferrite

#endif  // FERRITE_BYTES_H_
