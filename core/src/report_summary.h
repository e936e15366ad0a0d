// What a report comes to, in sentences for people.
#ifndef FERRITE_CORE_SRC_REPORT_SUMMARY_H_
#define FERRITE_CORE_SRC_REPORT_SUMMARY_H_

#include <string>

#include "report.h"

namespace ferrite::internal {

// "1 row", "2 rows".
std::string Count(uint64_t count, const char* noun);

// What is not as the sources gave it: "2 rows are missing, 3 records failed.";
// empty when nothing is.
std::string Summarize(const Report::Table& table);

// The whole report, whose status is set.
std::string Summarize(const Report& report);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_REPORT_SUMMARY_H_
