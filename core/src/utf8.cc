#include "utf8.h"

#include <cstring>

namespace ferrite::internal {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080u;

template <typename Word>
Word Load(const uint8_t* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

bool IsAsciiWord(const uint8_t* at) {
  return (Load<uint64_t>(at) & kHighBits) == 0;
}

// Most text is ASCII and short: the last word may overlap the one before it.
bool IsAscii(const uint8_t* at, size_t size) {
  if (size >= 8) {
    for (size_t i = 0; i + 8 < size; i += 8) {
      if (!IsAsciiWord(at + i)) return false;
    }
    return IsAsciiWord(at + size - 8);
  }
  if (size >= 4) {
    const uint32_t both = Load<uint32_t>(at) | Load<uint32_t>(at + size - 4);
    return (both & static_cast<uint32_t>(kHighBits)) == 0;
  }
  uint8_t all = 0;
  for (size_t i = 0; i < size; ++i) all |= at[i];
  return all < 0x80;
}

// The number of ASCII bytes at the start, or a few less.
size_t AsciiPrefix(const uint8_t* at, size_t size) {
  size_t i = 0;
  while (size - i >= 8 && IsAsciiWord(at + i)) i += 8;
  while (i < size && at[i] < 0x80) ++i;
  return i;
}

bool IsContinuation(uint8_t byte) { return (byte & 0xC0) == 0x80; }

// The length of the sequence at `at` by the Unicode standard's table 3-7, but
// with surrogates let through (ED A0..BF xx). 0 when there is none.
size_t GeneralizedSequence(const uint8_t* at, size_t size) {
  const uint8_t lead = at[0];
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (size < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(at[i])) return 0;
  }
  if (lead == 0xE0 && at[1] < 0xA0) return 0;
  if (lead == 0xF0 && at[1] < 0x90) return 0;
  if (lead == 0xF4 && at[1] > 0x8F) return 0;
  return length;
}

bool IsSurrogate(const uint8_t* at) { return at[0] == 0xED && at[1] >= 0xA0; }
bool IsHighSurrogate(const uint8_t* at) {
  return IsSurrogate(at) && at[1] < 0xB0;
}

}  // namespace

bool IsUtf8(Bytes text) {
  const uint8_t* data = text.data();
  const size_t size = text.size();
  if (IsAscii(data, size)) return true;
  size_t i = AsciiPrefix(data, size);
  while (i < size) {
    const size_t length = GeneralizedSequence(data + i, size - i);
    if (length == 0 || (length == 3 && IsSurrogate(data + i))) return false;
    i += length;
    i += AsciiPrefix(data + i, size - i);
  }
  return true;
}

bool IsWtf8(Bytes text) {
  const uint8_t* data = text.data();
  const size_t size = text.size();
  bool found = false;
  bool after_high = false;
  for (size_t i = 0; i < size;) {
    const size_t length = GeneralizedSequence(data + i, size - i);
    if (length == 0) return false;
    const bool surrogate = length == 3 && IsSurrogate(data + i);
    const bool high = surrogate && IsHighSurrogate(data + i);
    // A pair is one character of four bytes, never two surrogates.
    if (after_high && surrogate && !high) return false;
    found |= surrogate;
    after_high = high;
    i += length;
  }
  return found;
}

}  // namespace ferrite::internal
