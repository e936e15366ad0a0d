#include "page_template.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "ferrite/bytes.h"
#include "utf8.h"

namespace ferrite::internal {
namespace {

std::string_view PartOf(std::string_view name) {
  const std::string begin = "<!--part " + std::string(name) + "-->\n";
  const std::string_view all = ReportTemplate();
  const size_t at = all.find(begin) + begin.size();
  const size_t end = std::min(all.find("\n<!--part ", at), all.size() - 1);
  return all.substr(at, end - at);
}

void AppendEscaped(char c, std::string* out) {
  switch (c) {
    case '&':
      *out += "&amp;";
      break;
    case '<':
      *out += "&lt;";
      break;
    case '>':
      *out += "&gt;";
      break;
    case '"':
      *out += "&quot;";
      break;
    case '\'':
      *out += "&#39;";
      break;
    default:
      *out += c;
  }
}

struct CodePoint {
  uint32_t value = 0;
  size_t length = 1;
};

// The code point at the beginning of well-formed UTF-8.
CodePoint First(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  if (byte(0) < 0xE0) return {(byte(0) & 0x1Fu) << 6 | (byte(1) & 0x3Fu), 2};
  if (byte(0) < 0xF0) {
    return {
        (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu),
        3};
  }
  return {(byte(0) & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 |
              (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu),
          4};
}

// Controls, marks of direction, what separates lines or takes no room.
bool IsHidden(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C ||
         c == 0x200B || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F);
}

// `mark` is a format for what is hidden, with its number.
void AppendText(std::string_view text, const char* mark, std::string* out) {
  // Reports are JSON, whose text is well-formed.
  if (!IsUtf8(AsBytes(text))) text = "?";
  char shown[48];
  while (!text.empty()) {
    const CodePoint first = First(text);
    if (IsHidden(first.value)) {
      std::snprintf(shown, sizeof shown, mark,
                    static_cast<unsigned>(first.value));
      *out += shown;
    } else {
      for (const char c : text.substr(0, first.length)) AppendEscaped(c, out);
    }
    text.remove_prefix(first.length);
  }
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string out;
  AppendText(text, "\\u%04x", &out);
  return out;
}

std::string Visible(std::string_view text) {
  std::string out = "<bdi>";
  AppendText(text, "<span class=\"esc\">\\u%04x</span>", &out);
  return out + "</bdi>";
}

std::string Fill(
    std::string_view part,
    std::initializer_list<std::pair<std::string_view, std::string_view>>
        values) {
  std::string out;
  std::string_view rest = PartOf(part);
  for (;;) {
    const size_t open = rest.find("{{");
    out += rest.substr(0, open);
    if (open == std::string_view::npos) return out;
    const bool is_html = rest.substr(open, 3) == "{{{";
    const size_t width = is_html ? 3 : 2;
    const size_t close = rest.find("}}", open);
    const std::string_view name =
        rest.substr(open + width, close - open - width);
    const auto value =
        std::find_if(values.begin(), values.end(),
                     [&](const auto& each) { return each.first == name; });
    if (value != values.end()) {
      out += is_html ? std::string(value->second) : Escaped(value->second);
    }
    rest.remove_prefix(close + width);
  }
}

}  // namespace ferrite::internal
