// Formats of RFC 3339: date-time, date, time, duration.
#ifndef FERRITE_SRC_SCHEMA_TIME_FORMAT_H_
#define FERRITE_SRC_SCHEMA_TIME_FORMAT_H_

#include <string_view>

namespace ferrite::internal {

bool IsDateTimeFormat(std::string_view text);
bool IsDateFormat(std::string_view text);
bool IsTimeFormat(std::string_view text);
bool IsDurationFormat(std::string_view text);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_TIME_FORMAT_H_
