// What was found and done, from the store alone: "ferrite differences" and
// "ferrite report".
#ifndef FERRITE_NATIVE_CLI_REPORTS_H_
#define FERRITE_NATIVE_CLI_REPORTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ferrite/error.h"
#include "native/cli/console.h"
#include "native/cli/plan.h"

namespace ferrite {

struct DifferencesOptions {
  std::string store;
  std::vector<std::string> tables;
  std::vector<std::string> kinds;
  std::string column;
  std::string search;
  std::string sort;
  uint64_t limit = 100;
  uint64_t offset = 0;
  bool csv = false;    // all of them, to stdout or the file
  std::string output;  // all of them; empty: none is written
};
Result<int> ListDifferencesOf(const DifferencesOptions& options,
                              const Console& console);

struct ReportOptions {
  std::string store;
  bool verification = false;  // the last verification's, not the migration's
  std::string html;           // file to write the page to; empty: none
};
Result<int> ShowReport(const ReportOptions& options, const Console& console);

struct ReportArguments {
  DifferencesOptions differences;
  ReportOptions report;
};

// `arguments` and `console` must outlive the commands.
void AddReportCommands(CLI::App* app, const AddCommand& add,
                       ReportArguments* arguments, const Console& console);

// Writes a file that is new, or replaces one.
Result<void> WriteFile(const std::string& path, const std::string& text);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_REPORTS_H_
