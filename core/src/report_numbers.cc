#include "report_numbers.h"

#include <cstdio>

#include "iso_time.h"

namespace ferrite::internal {
namespace {

std::string Two(uint64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

std::string GroupedNumber(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string ByteSize(uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  const char* const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double size = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  // What would be shown as 1000 is one of the next unit.
  while (size >= 999.5 && unit + 1 < std::size(units)) {
    size /= 1000;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, size < 9.95 ? "%.1f %s" : "%.0f %s", size,
                units[unit]);
  return text;
}

std::string Duration(uint64_t milliseconds) {
  if (milliseconds < 100) return std::to_string(milliseconds) + " ms";
  const uint64_t seconds = (milliseconds + 500) / 1000;
  if (milliseconds < 9950) {
    const uint64_t tenths = (milliseconds + 50) / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) +
           " s";
  }
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3600) {
    return std::to_string(seconds / 60) + " min " + Two(seconds % 60) + " s";
  }
  return std::to_string(seconds / 3600) + " h " + Two(seconds / 60 % 60) +
         " min";
}

std::string Moment(int64_t milliseconds) {
  // Beyond that a Date has no text.
  if (milliseconds < -8640000000000000 || milliseconds > 8640000000000000) {
    return std::to_string(milliseconds);
  }
  std::string text;
  AppendIsoTime(static_cast<double>(milliseconds), &text);
  text.resize(text.size() - 5);  // ".000Z"
  text[text.find('T')] = ' ';
  return text + " UTC";
}

}  // namespace ferrite::internal
