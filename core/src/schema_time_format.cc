#include "schema_time_format.h"

#include <cstdint>

namespace ferrite::internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The number of `count` digits at `at`, or -1.
int Digits(std::string_view text, size_t at, size_t count) {
  if (text.size() < at + count) return -1;
  int value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (!IsDigit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool IsLeapYear(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

}  // namespace

bool IsDateFormat(std::string_view text) {
  constexpr int8_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const int year = Digits(text, 0, 4);
  const int month = Digits(text, 5, 2);
  const int day = Digits(text, 8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1) return false;
  return day <= kDays[month - 1] + (month == 2 && IsLeapYear(year));
}

bool IsTimeFormat(std::string_view text) {
  if (text.size() < 9 || text[2] != ':' || text[5] != ':') return false;
  const int hour = Digits(text, 0, 2);
  const int minute = Digits(text, 3, 2);
  const int second = Digits(text, 6, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
      second > 60) {
    return false;
  }
  size_t at = 8;
  if (text[at] == '.') {
    const size_t begin = ++at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    if (at == begin) return false;
  }
  int offset = 0;  // minutes
  const std::string_view zone = text.substr(at);
  if (zone != "Z" && zone != "z") {
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') ||
        zone[3] != ':') {
      return false;
    }
    const int hours = Digits(zone, 1, 2);
    const int minutes = Digits(zone, 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
    offset = (zone[0] == '-' ? 1 : -1) * (hours * 60 + minutes);
  }
  if (second < 60) return true;
  // A leap second is the last of a day in UTC.
  return (hour * 60 + minute + offset + 2 * 1440) % 1440 == 1439;
}

bool IsDateTimeFormat(std::string_view text) {
  return text.size() > 11 && (text[10] == 'T' || text[10] == 't') &&
         IsDateFormat(text.substr(0, 10)) && IsTimeFormat(text.substr(11));
}

// Units in order, or weeks alone. RFC 3339, appendix A, lets no unit be left
// out in between and knows no fractions; ISO 8601 does, and so does Zod, which
// writes this format.
bool IsDurationFormat(std::string_view text) {
  if (!text.starts_with('P') || text.size() < 3) return false;
  std::string_view units = "YMWD";
  bool any = false, weeks = false, in_time = false;
  for (size_t at = 1; at < text.size();) {
    if (text[at] == 'T') {
      if (in_time || ++at == text.size()) return false;
      in_time = true;
      units = "HMS";
      continue;
    }
    const size_t begin = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    const bool fraction =
        at > begin && at < text.size() && (text[at] == '.' || text[at] == ',');
    if (fraction) {
      const size_t point = at++;
      while (at < text.size() && IsDigit(text[at])) ++at;
      if (at == point + 1) return false;
    }
    if (at == begin || at == text.size()) return false;
    if (fraction && text[at] != 'S') return false;
    const size_t unit = units.find(text[at]);
    if (unit == std::string_view::npos) return false;
    if (weeks || (text[at] == 'W' && any)) return false;
    weeks = text[at] == 'W';
    units.remove_prefix(unit + 1);
    any = true;
    ++at;
  }
  return any && !(weeks && in_time);
}

}  // namespace ferrite::internal
