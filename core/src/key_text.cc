#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "ferrite/key.h"
#include "number.h"

namespace ferrite {
namespace {

constexpr size_t kMaxCharacters = 200;
constexpr size_t kEnoughBytes = 4 * kMaxCharacters + 1;

struct CivilDate {
  int64_t year;
  int month, day;
};

// Days since 1970-01-01 in the proleptic Gregorian calendar, by the algorithm
// of H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
CivilDate CivilFromDays(int64_t days) {
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 +
                               day_of_era / 36524 - day_of_era / 146096) /
                              365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const auto day =
      static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  const auto month = static_cast<int>(shifted_month < 10 ? shifted_month + 3
                                                         : shifted_month - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

// As Date.prototype.toISOString.
std::string DateText(double milliseconds) {
  if (std::isnan(milliseconds)) return "Invalid Date";
  constexpr int64_t kDay = 86400000;
  const auto time = static_cast<int64_t>(milliseconds);
  int64_t in_day = time % kDay;
  if (in_day < 0) in_day += kDay;
  const CivilDate date = CivilFromDays((time - in_day) / kDay);
  const auto at = static_cast<int>(in_day);
  char text[48];
  const bool plain = date.year >= 0 && date.year <= 9999;
  int size = plain ? std::snprintf(text, sizeof text, "%04d",
                                   static_cast<int>(date.year))
                   : std::snprintf(text, sizeof text, "%c%06d",
                                   date.year < 0 ? '-' : '+',
                                   std::abs(static_cast<int>(date.year)));
  std::snprintf(text + size, sizeof text - static_cast<size_t>(size),
                "-%02d-%02dT%02d:%02d:%02d.%03dZ", date.month, date.day,
                at / 3600000, at / 60000 % 60, at / 1000 % 60, at % 1000);
  return text;
}

// The fewest digits that give the number back.
std::string DoubleText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  char text[32];
  for (int digits = 15; digits <= 17; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, value);
    if (std::strtod(text, nullptr) == value) break;
  }
  return text;
}

std::string BytesText(Bytes bytes) {
  std::string text = "bytes(";
  char digits[3];
  for (uint8_t byte : bytes.first(std::min(bytes.size(), kMaxCharacters))) {
    std::snprintf(digits, sizeof digits, "%02x", byte);
    text += digits;
  }
  return text + ")";
}

// Quoted; control characters and lone surrogates as JSON escapes them.
std::string StringText(Bytes bytes) {
  std::string text = "\"";
  char escape[8];
  for (size_t i = 0; i < bytes.size() && text.size() < kEnoughBytes; ++i) {
    const uint8_t byte = bytes[i];
    if (byte == '"' || byte == '\\') {
      text += '\\';
      text += static_cast<char>(byte);
    } else if (byte < 0x20 || byte == 0x7F) {
      std::snprintf(escape, sizeof escape, "\\u%04x", byte);
      text += escape;
    } else if (byte == 0xED && bytes[i + 1] >= 0xA0) {
      const unsigned unit =
          0xD000u | (bytes[i + 1] & 0x3Fu) << 6 | (bytes[i + 2] & 0x3Fu);
      std::snprintf(escape, sizeof escape, "\\u%04x", unit);
      text += escape;
      i += 2;
    } else {
      text += static_cast<char>(byte);
    }
  }
  return text + "\"";
}

std::string ItemText(const Item& item) {
  switch (item.kind) {
    case Kind::kInteger:
      return std::to_string(item.integer);
    case Kind::kDouble:
      return DoubleText(item.number);
    case Kind::kDate:
      return DateText(item.number);
    case Kind::kString:
    case Kind::kWtf8:
      return StringText(item.bytes);
    case Kind::kBytes:
      return BytesText(item.bytes);
    default:
      return "(no key)";
  }
}

std::string Shortened(std::string text) {
  size_t characters = 0;
  size_t cut = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<uint8_t>(text[i]) & 0xC0) == 0x80) continue;
    if (++characters == kMaxCharacters) cut = i;
  }
  // A piece that StringText stopped in may end within a character.
  if (characters <= kMaxCharacters) return text;
  return text.substr(0, cut) + "…";
}

}  // namespace

std::string KeyText(Bytes encoded) {
  Reader reader(encoded);
  std::string text;
  std::vector<uint64_t> left = {1};  // of the arrays that are open
  bool first = true;
  while (text.size() < kEnoughBytes) {
    while (left.size() > 1 && left.back() == 0) {
      text += ']';
      left.pop_back();
      first = false;
    }
    if (left.back() == 0) break;
    --left.back();
    if (!first) text += ", ";
    first = false;
    Item item;
    if (!reader.Next(&item)) {
      text += "(malformed)";
      break;
    }
    if (item.kind == Kind::kArray) {
      text += '[';
      left.push_back(item.count);
      first = true;
    } else {
      text += ItemText(item);
    }
  }
  return Shortened(std::move(text));
}

}  // namespace ferrite
