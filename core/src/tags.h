// The CBOR tags of the record encoding (IANA's registry, RFC 8949, RFC 8746).
#ifndef FERRITE_SRC_TAGS_H_
#define FERRITE_SRC_TAGS_H_

#include <cstddef>
#include <cstdint>

namespace ferrite::internal {

inline constexpr uint32_t kTagEpochSeconds = 1;
inline constexpr uint32_t kTagBigInt = 2;
inline constexpr uint32_t kTagNegativeBigInt = 3;
inline constexpr uint32_t kTagInstance = 27;
inline constexpr uint32_t kTagShareable = 28;
inline constexpr uint32_t kTagReference = 29;
inline constexpr uint32_t kTagSet = 258;
inline constexpr uint32_t kTagMap = 259;
inline constexpr uint32_t kTagWtf8 = 273;
inline constexpr uint32_t kTagRegExp = 21066;

// The size of one element of a typed array's tag; 0 for any other tag.
inline constexpr size_t ElementSize(uint64_t tag) {
  switch (tag) {
    case 64:  // Uint8Array
    case 68:  // Uint8ClampedArray
    case 72:  // Int8Array
      return 1;
    case 69:  // Uint16Array
    case 77:  // Int16Array
    case 84:  // Float16Array
      return 2;
    case 70:  // Uint32Array
    case 78:  // Int32Array
    case 85:  // Float32Array
      return 4;
    case 71:  // BigUint64Array
    case 79:  // BigInt64Array
    case 86:  // Float64Array
      return 8;
    default:
      return 0;
  }
}

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_TAGS_H_
