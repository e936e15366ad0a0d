// ISO 8601 text of moments: core/doc/plan.md, "Conversions".
#ifndef FERRITE_SRC_ISO_TIME_H_
#define FERRITE_SRC_ISO_TIME_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ferrite::internal {

// Of the text in the years 0 to 9999.
inline constexpr size_t kIsoTimeSize = sizeof "2024-01-31T09:30:00.000Z" - 1;

struct IsoTime {
  double milliseconds = 0;  // since the epoch; of a date alone, UTC midnight
  bool has_time = false;    // false: a date alone
  bool has_zone = false;    // a time without one means no moment
};

// Nothing when the text is in no form that the document names.
std::optional<IsoTime> ParseIsoTime(std::string_view text);

// A finite time value as JavaScript's toISOString writes it:
// 2024-01-31T09:30:00.000Z, outside the years 0 to 9999 with a signed year of
// six digits.
void AppendIsoTime(double milliseconds, std::string* out);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_ISO_TIME_H_
