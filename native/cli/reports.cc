#include "native/cli/reports.h"

#include <CLI/App.hpp>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "ferrite/migration.h"
#include "ferrite/report_page.h"
#include "ferrite/store.h"
#include "ferrite/verification.h"
#include "native/cli/open_store.h"
#include "native/cli/pass_run.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

void AddDifferences(CLI::App* app, DifferencesOptions* options) {
  app->add_option("store", options->store, "The store")
      ->required()
      ->envname("FERRITE_STORE");
  app->add_option("--table", options->tables, "Of these tables only")
      ->delimiter(',');
  app->add_option("--kind", options->kinds, "missing, different or extra")
      ->delimiter(',');
  app->add_option("--column", options->column, "That differ in this column");
  app->add_option("--search", options->search, "Whose key holds this text");
  app->add_option("--sort", options->sort,
                  "found, table, kind, key or bytes; - before it for the other "
                  "way round [found]");
  app->add_option("--limit", options->limit, "Rows to show, 1 to 1000")
      ->capture_default_str();
  app->add_option("--offset", options->offset, "Rows to pass over");
  app->add_flag("--csv", options->csv, "All of them, as CSV");
  app->add_option("-o,--output", options->output,
                  "Write all of them to a file, as JSON or with --csv as CSV");
}

void AddReport(CLI::App* app, ReportOptions* options) {
  app->add_option("store", options->store, "The store")
      ->required()
      ->envname("FERRITE_STORE");
  app->add_flag("--verification", options->verification,
                "That of the last verification, not of the migration");
  app->add_option("--html", options->html,
                  "Write it as a page to this file, which may exist");
}

}  // namespace

void AddReportCommands(CLI::App* app, const AddCommand& add,
                       ReportArguments* arguments, const Console& console) {
  AddDifferences(
      add(app, "differences", "List what the last verification found",
          [&console, arguments] {
            return ListDifferencesOf(arguments->differences, console);
          }),
      &arguments->differences);
  AddReport(add(app, "report", "Show a store's last report, or make a page",
                [&console, arguments] {
                  return ShowReport(arguments->report, console);
                }),
            &arguments->report);
}

Result<void> WriteFile(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (file.good()) return {};
  return Error{ErrorCode::kInvalidArgument, path + " cannot be written.",
               "Check the path and the room on the disk.", ""};
}

Result<int> ShowReport(const ReportOptions& options, const Console& console) {
  Result<std::unique_ptr<Store>> store =
      OpenStore(options.store, OpenFor::kReading);
  if (!store.ok()) return std::move(store).error();
  Result<std::string> report = options.verification
                                   ? LastVerificationReport(store->get())
                                   : LastMigrationReport(store->get());
  if (!report.ok()) return std::move(report).error();
  if (report->empty()) {
    return Error{ErrorCode::kState,
                 options.store + (options.verification
                                      ? " was never verified to the end."
                                      : " holds no migration."),
                 options.verification ? "Run ferrite verify first."
                                      : "Run ferrite migrate first.",
                 ""};
  }
  const std::string whole = WithStore(*report, options.store);
  if (options.html.empty()) {
    (void)PrintReport(
        whole, options.verification ? "Last verification" : "Last migration",
        options.store, console);
    return 0;
  }
  Result<std::string> page = ReportPage(whole);
  if (!page.ok()) return std::move(page).error();
  if (auto written = WriteFile(options.html, *page); !written.ok()) {
    return written.error();
  }
  console.Document(whole);
  console.Line("Wrote " + Printable(options.html) + ".");
  return 0;
}

}  // namespace ferrite
