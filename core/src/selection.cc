#include "selection.h"

#include "ferrite/encoding.h"

namespace ferrite::internal {
namespace {

// Of the code point that begins with this byte. A lone surrogate in WTF-8 has
// three bytes, as its neighbours have.
constexpr size_t CodePointSize(char first) {
  const auto byte = static_cast<uint8_t>(first);
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

}  // namespace

bool Selects(const Selection& selection, Bytes key) {
  if (selection.match == Match::kAll) return true;
  Reader reader(key);
  Item item;
  if (!reader.Next(&item)) return false;
  if (item.kind != Kind::kString && item.kind != Kind::kWtf8) return false;
  // Byte by byte is right for WTF-8 too: a plan's text has no lone surrogate
  // that could be half of a pair in the key.
  const std::string_view text = AsText(item.bytes);
  switch (selection.match) {
    case Match::kAll:
      break;
    case Match::kKey:
      return text == selection.text;
    case Match::kPrefix:
      return text.starts_with(selection.text);
    case Match::kPattern:
      return MatchesPattern(text, selection.text);
  }
  return true;
}

bool MatchesPattern(std::string_view text, std::string_view pattern) {
  constexpr size_t kNoStar = std::string_view::npos;
  size_t at = 0, in_pattern = 0;
  // Where to go on when what follows the last star does not fit: only the last
  // one must be looked at again, since an earlier star that took more would
  // leave less for those behind it.
  size_t star = kNoStar, star_at = 0;
  while (at < text.size()) {
    const char wanted =
        in_pattern < pattern.size() ? pattern[in_pattern] : '\0';
    if (in_pattern < pattern.size() && wanted == '*') {
      star = ++in_pattern;
      star_at = at;
    } else if (in_pattern < pattern.size() && wanted == '?') {
      at += CodePointSize(text[at]);
      ++in_pattern;
    } else if (in_pattern < pattern.size() && wanted == text[at]) {
      ++at;
      ++in_pattern;
    } else if (star != kNoStar) {
      star_at += CodePointSize(text[star_at]);
      at = star_at;
      in_pattern = star;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
    ++in_pattern;
  }
  return in_pattern == pattern.size();
}

}  // namespace ferrite::internal
