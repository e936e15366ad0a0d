// The commands history, logs, stats and audit: what a store tells of itself.
#ifndef FERRITE_NATIVE_CLI_HISTORY_H_
#define FERRITE_NATIVE_CLI_HISTORY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ferrite/audit.h"
#include "ferrite/error.h"
#include "native/cli/console.h"
#include "native/cli/plan.h"

namespace ferrite {

// Which rows of a table, as core/doc/history.md has them. What is empty is not
// asked for.
struct PageOptions {
  std::string from;
  std::string to;
  std::string search;
  std::string sort;
  std::optional<int64_t> offset;
  std::optional<int64_t> limit;
  bool csv = false;  // all rows, as CSV on stdout
};

struct HistoryOptions {
  std::string store;
  PageOptions page;
  std::vector<std::string> kind;
  std::vector<std::string> status;
  std::vector<std::string> plan;
  std::string import;  // a file of entries
  bool clean_up = false;
  std::optional<int64_t> max_age_days;
  std::optional<int64_t> keep;
  std::optional<int64_t> logs_max_age_days;
  std::optional<int64_t> logs_keep;
};
Result<int> History(const HistoryOptions& options, const Console& console);

struct LogsOptions {
  std::string store;
  PageOptions page;
  std::string level;
  std::optional<int64_t> migration;
  std::string set_level;
};
Result<int> Logs(const LogsOptions& options, const Console& console);

struct StatsOptions {
  std::string store;
  std::string kind;
  std::optional<int64_t> days;
  std::optional<int64_t> offset_minutes;
};
Result<int> Stats(const StatsOptions& options, const Console& console);

struct AuditOptions {
  std::string store;
  PageOptions page;
  bool check = false;
};
// The exit status is that of kNotVerified when the check finds a broken chain.
Result<int> Audit(const AuditOptions& options, const Console& console);

struct HistoryArguments {
  HistoryOptions history;
  LogsOptions logs;
  StatsOptions stats;
  AuditOptions audit;
};
// `arguments` and `console` must outlive the commands.
void AddHistoryCommands(CLI::App* app, const AddCommand& add,
                        HistoryArguments* arguments, const Console& console);

// Who runs this command: "ferrite <command>", user@host.
Actor CommandActor(const std::string& command);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_HISTORY_H_
