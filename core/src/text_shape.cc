#include "text_shape.h"

#include <optional>

namespace ferrite::internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsHex(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !IsHex(text[i])) return false;
  }
  return true;
}

bool IsNumber(std::string_view text) {
  size_t at = text.starts_with('-') ? 1 : 0;
  const size_t digits = at;
  while (at < text.size() && IsDigit(text[at])) ++at;
  // A leading zero is a code's, not a number's.
  if (at == digits || (text[digits] == '0' && at > digits + 1)) return false;
  if (at == text.size()) return at - digits <= 15;
  if (text[at] != '.') return false;
  const size_t fraction = ++at;
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at == text.size() && at > fraction && at < 18;
}

// Reads an ISO 8601 text from its beginning to its end.
class IsoReader {
 public:
  explicit IsoReader(std::string_view text) : text_(text) {}

  TextShape Shape() {
    if (!Date()) return TextShape::kPlain;
    if (AtEnd()) return TextShape::kIsoLocal;
    const bool has_t = Take('T');
    if (!has_t && !Take(' ')) return TextShape::kPlain;
    if (!Time()) return TextShape::kPlain;
    if (AtEnd()) return TextShape::kIsoLocal;
    const bool is_utc = Take('Z');
    if (!is_utc && !Offset()) return TextShape::kPlain;
    if (!AtEnd()) return TextShape::kPlain;
    return has_t && is_utc && has_milliseconds_ ? TextShape::kIsoExact
                                                : TextShape::kIsoZoned;
  }

 private:
  bool AtEnd() const { return at_ == text_.size(); }

  bool Take(char c) {
    if (AtEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::optional<int> Digits(int count) {
    int number = 0;
    for (int i = 0; i < count; ++i, ++at_) {
      if (AtEnd() || !IsDigit(text_[at_])) return std::nullopt;
      number = number * 10 + (text_[at_] - '0');
    }
    return number;
  }

  bool Between(int low, int high) {
    const std::optional<int> number = Digits(2);
    return number && *number >= low && *number <= high;
  }

  bool Date() {
    const std::optional<int> year = Digits(4);
    if (!year || !Take('-')) return false;
    const std::optional<int> month = Digits(2);
    if (!month || *month < 1 || *month > 12 || !Take('-')) return false;
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool is_leap =
        *year % 4 == 0 && (*year % 100 != 0 || *year % 400 == 0);
    return Between(1, kDays[*month - 1] + (*month == 2 && is_leap ? 1 : 0));
  }

  bool Time() {
    if (!Between(0, 23) || !Take(':') || !Between(0, 59)) return false;
    if (!Take(':')) return true;
    if (!Between(0, 59)) return false;
    if (!Take('.')) return true;
    size_t digits = 0;
    while (!AtEnd() && IsDigit(text_[at_])) ++at_, ++digits;
    has_milliseconds_ = digits == 3;
    // Digits beyond the third would be lost.
    return digits >= 1 && digits <= 3;
  }

  bool Offset() {
    return (Take('+') || Take('-')) && Between(0, 23) && Take(':') &&
           Between(0, 59);
  }

  std::string_view text_;
  size_t at_ = 0;
  bool has_milliseconds_ = false;
};

}  // namespace

TextShape TextShapeOf(std::string_view text) {
  if (text.empty() || text.size() > 40) return TextShape::kPlain;
  if (IsUuid(text)) return TextShape::kUuid;
  if (IsNumber(text)) return TextShape::kNumber;
  return IsoReader(text).Shape();
}

}  // namespace ferrite::internal
