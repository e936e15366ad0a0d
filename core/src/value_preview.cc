#include "value_preview.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "json_text.h"
#include "record_walk.h"
#include "text_forms.h"
#include "utf8.h"

namespace ferrite::internal {
namespace {

// Of the value itself; escapes and quotes come on top.
constexpr size_t kShown = 240;
constexpr char kCut[] = "…";

// How many bytes the character at the beginning takes; 0 when it is none.
size_t CharacterLength(Bytes text) {
  size_t length = std::min<size_t>(4, text.size());
  // The shortest that is well-formed is one character.
  for (size_t i = 1; i <= length; ++i) {
    if (IsUtf8(text.first(i))) return i;
  }
  return 0;
}

bool IsSurrogate(Bytes text) {
  return text.size() >= 3 && text[0] == 0xED && text[1] >= 0xA0;
}

void AppendCharacter(Bytes character, std::string* out) {
  char escape[8];
  const uint8_t byte = character[0];
  if (byte == '"' || byte == '\\') {
    *out += '\\';
    *out += static_cast<char>(byte);
  } else if (byte < 0x20 || byte == 0x7F) {
    std::snprintf(escape, sizeof escape, "\\u%04x", byte);
    *out += escape;
  } else {
    *out += AsText(character);
  }
}

// What is no character of UTF-8: a lone surrogate as its escape, any other
// byte as the replacement character. Gives the bytes taken.
size_t AppendIllFormed(Bytes text, std::string* out) {
  if (!IsSurrogate(text)) {
    *out += "\xEF\xBF\xBD";
    return 1;
  }
  char escape[8];
  const unsigned unit = 0xD000u | (text[1] & 0x3Fu) << 6 | (text[2] & 0x3Fu);
  std::snprintf(escape, sizeof escape, "\\u%04x", unit);
  *out += escape;
  return 3;
}

std::string TextPreview(Bytes text) {
  std::string out = "\"";
  size_t at = 0;
  while (at < text.size() && out.size() < kShown) {
    const Bytes rest = text.subspan(at);
    const size_t length = CharacterLength(rest);
    if (length > 0) AppendCharacter(rest.first(length), &out);
    at += length > 0 ? length : AppendIllFormed(rest, &out);
  }
  out += '"';
  if (at < text.size()) out += kCut;
  return out;
}

std::string BytesPreview(Bytes bytes) {
  std::string out = "bytes(";
  char digits[3];
  const size_t shown = std::min(bytes.size(), kShown / 2);
  for (const uint8_t byte : bytes.first(shown)) {
    std::snprintf(digits, sizeof digits, "%02x", byte);
    out += digits;
  }
  if (shown < bytes.size()) out += kCut;
  return out + ")";
}

std::string RealPreview(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  std::string out;
  AppendDouble(value, &out);
  return out;
}

// At most `size` bytes of it, no character cut in two.
std::string Cut(std::string text, size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<uint8_t>(text[size]) & 0xC0) == 0x80) --size;
  text.resize(size);
  return text + kCut;
}

uint64_t CellBytes(const Cell& cell) {
  switch (cell.type) {
    case Cell::Type::kNull:
      return 0;
    case Cell::Type::kInteger:
    case Cell::Type::kReal:
      return 8;
    default:
      return cell.bytes.size();
  }
}

}  // namespace

std::string ValuePreview(const Cell& cell) {
  switch (cell.type) {
    case Cell::Type::kNull:
      return "null";
    case Cell::Type::kInteger:
      return std::to_string(cell.integer);
    case Cell::Type::kReal:
      return RealPreview(cell.real);
    case Cell::Type::kText:
      return TextPreview(cell.bytes);
    case Cell::Type::kBlob:
      break;
  }
  return BytesPreview(cell.bytes);
}

std::string LosslessPreview(const Cell& cell) {
  if (cell.type != Cell::Type::kBlob) return ValuePreview(cell);
  SharedValues shared;
  RecordWalk walk;
  walk.Begin(cell.bytes, &shared);
  Reader reader(cell.bytes);
  // The store may have been written to by others.
  if (walk.Whole(&reader, 0) != Walked::kOk || !reader.AtEnd()) {
    return ValuePreview(cell);
  }
  std::string text;
  JsonTextWriter().Append(cell.bytes, &shared, &text);
  return Cut(std::move(text), kShown);
}

uint64_t RowBytes(std::span<const Cell> row) {
  uint64_t bytes = 0;
  for (const Cell& cell : row) bytes += CellBytes(cell);
  return bytes;
}

}  // namespace ferrite::internal
