// What a byte can be in the texts that formats describe: one look at a table,
// so that a run of characters costs little more than reading them.
#ifndef FERRITE_SRC_ASCII_KIND_H_
#define FERRITE_SRC_ASCII_KIND_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace ferrite::internal {

// A set of kinds is the bits of each.
using AsciiKinds = uint16_t;

inline constexpr AsciiKinds kDigitKind = 1;
inline constexpr AsciiKinds kHexLetterKind = 2;  // a to f
inline constexpr AsciiKinds kLetterKind = 4;     // also those
inline constexpr AsciiKinds kUriMarkKind = 8;    // -._~
inline constexpr AsciiKinds kSubDelimKind = 16;  // of RFC 3986: !$&'()*+,;=
inline constexpr AsciiKinds kColonKind = 32;
inline constexpr AsciiKinds kAtKind = 64;
inline constexpr AsciiKinds kSlashKind = 128;
inline constexpr AsciiKinds kQuestionKind = 256;
inline constexpr AsciiKinds kPlusDotDashKind = 512;
inline constexpr AsciiKinds kAtomMarkKind = 1024;  // of RFC 5322's atoms
inline constexpr AsciiKinds kHyphenKind = 2048;
inline constexpr AsciiKinds kDotKind = 4096;
inline constexpr AsciiKinds kHashKind = 8192;
inline constexpr AsciiKinds kBeyondAsciiKind = 16384;

inline constexpr AsciiKinds kAlphanumericKind = kDigitKind | kLetterKind;
inline constexpr AsciiKinds kHexKind = kDigitKind | kHexLetterKind;

inline constexpr std::array<AsciiKinds, 256> kAsciiKinds = [] {
  std::array<AsciiKinds, 256> kinds{};
  const auto add = [&](std::string_view characters, AsciiKinds kind) {
    for (const char c : characters) kinds[static_cast<uint8_t>(c)] |= kind;
  };
  add("0123456789", kDigitKind);
  add("abcdefABCDEF", kHexLetterKind);
  for (char c = 'a'; c <= 'z'; ++c) {
    kinds[static_cast<uint8_t>(c)] |= kLetterKind;
    kinds[static_cast<uint8_t>(c - 'a' + 'A')] |= kLetterKind;
  }
  add("-._~", kUriMarkKind);
  add("!$&'()*+,;=", kSubDelimKind);
  add(":", kColonKind);
  add("@", kAtKind);
  add("/", kSlashKind);
  add("?", kQuestionKind);
  add("+.-", kPlusDotDashKind);
  add("!#$%&'*+-/=?^_`{|}~", kAtomMarkKind);
  add("-", kHyphenKind);
  add(".", kDotKind);
  add("#", kHashKind);
  for (size_t byte = 128; byte < 256; ++byte) {
    kinds[byte] |= kBeyondAsciiKind;
  }
  return kinds;
}();

inline bool IsKind(char c, AsciiKinds kinds) {
  return (kAsciiKinds[static_cast<uint8_t>(c)] & kinds) != 0;
}

// Behind the characters of these kinds that begin at `at`.
inline size_t EndOfKinds(std::string_view text, size_t at, AsciiKinds kinds) {
  while (at < text.size() && IsKind(text[at], kinds)) ++at;
  return at;
}

inline bool AreKinds(std::string_view text, AsciiKinds kinds) {
  return EndOfKinds(text, 0, kinds) == text.size();
}

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_ASCII_KIND_H_
