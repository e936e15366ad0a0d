#include "iso_time.h"

#include <cstdint>
#include <cstdlib>

namespace ferrite::internal {
namespace {

constexpr int64_t kMinute = 60 * 1000;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

struct Date {
  int64_t year;
  int64_t month;  // from 1
  int64_t day;    // from 1
};

constexpr int64_t FloorDivide(int64_t value, int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

// Days since the epoch in the proleptic Gregorian calendar, and back: years
// begin in March, so that the leap day is the last of its year, and 400 of
// them are an era of 146097 days.
constexpr int64_t DaysOf(const Date& date) {
  const int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const int64_t era = FloorDivide(year, 400);
  const int64_t of_era = year - era * 400;
  const int64_t month = (date.month + 9) % 12;
  const int64_t of_year = (153 * month + 2) / 5 + date.day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
         719468;
}

constexpr Date DateOf(int64_t days) {
  days += 719468;
  const int64_t era = FloorDivide(days, 146097);
  const int64_t of_era = days - era * 146097;
  const int64_t year =
      (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const int64_t month = (5 * of_year + 2) / 153;
  return {year + era * 400 + (month >= 10 ? 1 : 0),
          month < 10 ? month + 3 : month - 9,
          of_year - (153 * month + 2) / 5 + 1};
}

constexpr int64_t DaysIn(int64_t year, int64_t month) {
  if (month == 2) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  }
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }
  bool Eat(char wanted) {
    if (rest_.empty() || rest_[0] != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool Number(size_t digits, int64_t most, int64_t* number) {
    *number = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (!Digit(number)) return false;
    }
    return *number <= most;
  }
  // At least one digit; those behind the milliseconds are passed over.
  bool Fraction(int64_t* milliseconds) {
    *milliseconds = 0;
    int64_t more = 0;
    size_t digits = 0;
    while (Digit(digits < 3 ? milliseconds : &more)) {
      ++digits;
      more = 0;
    }
    if (digits == 0) return false;
    for (; digits < 3; ++digits) *milliseconds *= 10;
    return true;
  }

 private:
  bool Digit(int64_t* number) {
    if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') return false;
    *number = *number * 10 + (rest_[0] - '0');
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view rest_;
};

bool ReadTime(Scanner* text, int64_t* time) {
  int64_t hour, minute, second = 0, fraction = 0;
  if (!text->Number(2, 23, &hour) || !text->Eat(':') ||
      !text->Number(2, 59, &minute)) {
    return false;
  }
  if (text->Eat(':')) {
    if (!text->Number(2, 59, &second)) return false;
    if (text->Eat('.') && !text->Fraction(&fraction)) return false;
  }
  *time = hour * kHour + minute * kMinute + second * 1000 + fraction;
  return true;
}

// `offset` is what local time is ahead of UTC.
bool ReadZone(Scanner* text, int64_t* offset) {
  *offset = 0;
  if (text->Eat('Z')) return true;
  const bool ahead = text->Eat('+');
  int64_t hours, minutes;
  if ((!ahead && !text->Eat('-')) || !text->Number(2, 23, &hours) ||
      !text->Eat(':') || !text->Number(2, 59, &minutes)) {
    return false;
  }
  *offset = (hours * kHour + minutes * kMinute) * (ahead ? 1 : -1);
  return true;
}

void AppendDigits(int64_t number, size_t digits, std::string* out) {
  const std::string text = std::to_string(number);
  if (text.size() < digits) out->append(digits - text.size(), '0');
  *out += text;
}

}  // namespace

std::optional<IsoTime> ParseIsoTime(std::string_view given) {
  Scanner text(given);
  Date date;
  if (!text.Number(4, 9999, &date.year) || !text.Eat('-') ||
      !text.Number(2, 12, &date.month) || !text.Eat('-') ||
      !text.Number(2, 31, &date.day) || date.month == 0 || date.day == 0 ||
      date.day > DaysIn(date.year, date.month)) {
    return std::nullopt;
  }
  IsoTime result;
  int64_t time = 0, offset = 0;
  if (!text.AtEnd()) {
    if ((!text.Eat('T') && !text.Eat(' ')) || !ReadTime(&text, &time)) {
      return std::nullopt;
    }
    result.has_time = true;
    if (!text.AtEnd()) {
      if (!ReadZone(&text, &offset) || !text.AtEnd()) return std::nullopt;
      result.has_zone = true;
    }
  }
  result.milliseconds =
      static_cast<double>(DaysOf(date) * kDay + time - offset);
  return result;
}

void AppendIsoTime(double milliseconds, std::string* out) {
  const auto total = static_cast<int64_t>(milliseconds);
  const int64_t days = FloorDivide(total, kDay);
  const int64_t time = total - days * kDay;
  const Date date = DateOf(days);
  if (date.year >= 0 && date.year <= 9999) {
    AppendDigits(date.year, 4, out);
  } else {
    out->push_back(date.year < 0 ? '-' : '+');
    AppendDigits(std::abs(date.year), 6, out);
  }
  const struct {
    char before;
    int64_t number;
    size_t digits;
  } parts[] = {{'-', date.month, 2},       {'-', date.day, 2},
               {'T', time / kHour, 2},     {':', time / kMinute % 60, 2},
               {':', time / 1000 % 60, 2}, {'.', time % 1000, 3}};
  for (const auto& part : parts) {
    out->push_back(part.before);
    AppendDigits(part.number, part.digits, out);
  }
  out->push_back('Z');
}

}  // namespace ferrite::internal
