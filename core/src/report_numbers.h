// Numbers of a report as people read them.
#ifndef FERRITE_CORE_SRC_REPORT_NUMBERS_H_
#define FERRITE_CORE_SRC_REPORT_NUMBERS_H_

#include <cstdint>
#include <string>

namespace ferrite::internal {

// 1234567 → "1,234,567".
std::string GroupedNumber(uint64_t number);
// "812 B", "1.9 MB".
std::string ByteSize(uint64_t bytes);
// "42 ms", "0.8 s", "3 min 05 s", "2 h 04 min".
std::string Duration(uint64_t milliseconds);
// 1700000000000 → "2023-11-14 22:13:20 UTC".
std::string Moment(int64_t milliseconds);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_REPORT_NUMBERS_H_
