// A report as a page that a person reads: one HTML file that loads nothing and
// runs nothing, light or dark as its reader has it, and prints well.
//
// It is made from the report's JSON (core/doc/report.md) alone, so both twins
// give the same bytes. Everything in a report may come from the data of a
// stranger: all of it is text on the page, whatever it holds. Characters that
// cannot be seen (controls, marks of direction) are shown as \u202e.
#ifndef FERRITE_REPORT_PAGE_H_
#define FERRITE_REPORT_PAGE_H_

#include <string>
#include <string_view>

#include "ferrite/error.h"

namespace ferrite {

// kInvalidArgument when the text is no report of version 1. Members that are
// missing or of another type are left out of the page.
Result<std::string> ReportPage(std::string_view report_json);

}  // namespace ferrite

#endif  // FERRITE_REPORT_PAGE_H_
