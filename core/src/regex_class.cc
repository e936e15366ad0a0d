#include "regex_class.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "unicode_property.h"

namespace ferrite::internal {
namespace {

constexpr uint32_t kNone = UINT32_MAX;

bool ReadHex(RegexCursor* cursor, int digits, uint32_t* value) {
  const size_t start = cursor->place();
  *value = 0;
  for (int i = 0; i < digits; ++i, cursor->Pass(1)) {
    const char c = cursor->Peek();
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      *value = *value << 4 | static_cast<uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      *value = *value << 4 | static_cast<uint32_t>(lower - 'a' + 10);
    } else {
      cursor->Return(start);
      return false;
    }
  }
  return true;
}

// Behind \u.
bool ReadUnicode(RegexCursor* cursor, uint32_t* point) {
  if (cursor->Eat("{")) {
    const size_t start = cursor->place();
    uint32_t digit;
    for (*point = 0; *point <= kMaxCodePoint && ReadHex(cursor, 1, &digit);) {
      *point = *point << 4 | digit;
    }
    return (*point <= kMaxCodePoint && cursor->place() > start &&
            cursor->Eat("}")) ||
           cursor->Fail("has \\u{…} that is no code point");
  }
  if (!ReadHex(cursor, 4, point)) {
    return cursor->Fail("has \\u without four hexadecimal digits");
  }
  const size_t behind = cursor->place();
  uint32_t low;
  if (*point >= 0xd800 && *point < 0xdc00 && cursor->Eat("\\u") &&
      ReadHex(cursor, 4, &low) && low >= 0xdc00 && low < 0xe000) {
    *point = 0x10000 + ((*point - 0xd800) << 10) + (low - 0xdc00);
  } else {
    cursor->Return(behind);
  }
  return true;
}

// One character, the cursor at its backslash.
bool ReadPoint(RegexCursor* cursor, uint32_t* point) {
  cursor->Pass(1);
  if (cursor->AtEnd()) return cursor->Fail("ends with a backslash");
  const char name = cursor->Peek();
  constexpr std::string_view kNames = "tnvfr0";
  constexpr std::string_view kPoints("\t\n\v\f\r\0", 6);
  if (const size_t i = kNames.find(name); i != std::string_view::npos) {
    cursor->Pass(1);
    *point = static_cast<uint8_t>(kPoints[i]);
    return name != '0' || cursor->Peek() < '0' || cursor->Peek() > '9' ||
           cursor->Fail("has an octal escape");
  }
  if (name == 'c') {
    const char letter = cursor->Peek(1);
    const char lower = static_cast<char>(letter | 0x20);
    if (lower < 'a' || lower > 'z') {
      return cursor->Fail("has \\c without a letter");
    }
    *point = static_cast<uint32_t>(letter & 0x1f);
    cursor->Pass(2);
    return true;
  }
  if (name == 'x') {
    cursor->Pass(1);
    return ReadHex(cursor, 2, point) ||
           cursor->Fail("has \\x without two hexadecimal digits");
  }
  if (name == 'u') {
    cursor->Pass(1);
    return ReadUnicode(cursor, point);
  }
  const bool letter = (name >= 'a' && name <= 'z') ||
                      (name >= 'A' && name <= 'Z') ||
                      (name >= '0' && name <= '9') || name == '_';
  if (letter) return cursor->Fail("has an unknown escape");
  *point = cursor->NextPoint();
  return true;
}

// Behind \p or \P.
bool ReadProperty(RegexCursor* cursor, bool negated, CharSet* set,
                  std::string* unsupported) {
  std::string_view name;
  if (!cursor->Eat("{") || !cursor->EatUntil('}', &name)) {
    return cursor->Fail("has \\p without a property in braces");
  }
  if (!UnicodeProperty(name, set) && unsupported->empty()) {
    *unsupported =
        "asks for the Unicode property \"" + std::string(name) + "\"";
  }
  if (negated) *set = set->Negated();
  return true;
}

// `point` is kNone when the atom is a class like \d.
bool ReadAtom(RegexCursor* cursor, CharSet* set, uint32_t* point,
              std::string* unsupported) {
  if (cursor->AtEnd()) return cursor->Fail("does not close a class");
  if (cursor->Peek() != '\\') {
    *point = cursor->NextPoint();
  } else if (cursor->Eat("\\b")) {
    *point = '\b';
  } else {
    const char name = cursor->Peek(1);
    if (name != '\0' &&
        std::string_view("dDwWsSpP").find(name) != std::string_view::npos) {
      *point = kNone;
      return ReadEscape(cursor, set, unsupported);
    }
    if (!ReadPoint(cursor, point)) return false;
  }
  *set = CharSet{{*point, *point}};
  return true;
}

}  // namespace

bool ReadEscape(RegexCursor* cursor, CharSet* set, std::string* unsupported) {
  const char name = cursor->Peek(1);
  switch (name) {
    case 'd':
    case 'D':
      *set = DigitSet();
      break;
    case 'w':
    case 'W':
      *set = WordSet();
      break;
    case 's':
    case 'S':
      *set = SpaceSet();
      break;
    case 'p':
    case 'P':
      cursor->Pass(2);
      return ReadProperty(cursor, name == 'P', set, unsupported);
    default: {
      uint32_t point;
      if (!ReadPoint(cursor, &point)) return false;
      *set = CharSet{{point, point}};
      return true;
    }
  }
  cursor->Pass(2);
  if (name < 'a') *set = set->Negated();
  return true;
}

bool ReadClass(RegexCursor* cursor, CharSet* set, std::string* unsupported) {
  cursor->Pass(1);
  const bool negated = cursor->Eat("^");
  std::vector<CharSet::Range> ranges;
  while (!cursor->Eat("]")) {
    CharSet first;
    uint32_t from, to;
    if (!ReadAtom(cursor, &first, &from, unsupported)) return false;
    const bool range =
        cursor->Peek() == '-' && cursor->Has(1) && cursor->Peek(1) != ']';
    if (!range) {
      ranges.insert(ranges.end(), first.ranges().begin(), first.ranges().end());
      continue;
    }
    cursor->Pass(1);
    CharSet second;
    if (!ReadAtom(cursor, &second, &to, unsupported)) return false;
    if (from == kNone || to == kNone) {
      return cursor->Fail("has a range whose end is a class");
    }
    if (from > to) return cursor->Fail("has a range whose ends are swapped");
    ranges.push_back({from, to});
  }
  *set = CharSet(std::move(ranges));
  if (negated) *set = set->Negated();
  return true;
}

}  // namespace ferrite::internal
