#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "native/cli/history.h"

namespace ferrite {
namespace {

void AddStore(CLI::App* app, std::string* store) {
  app->add_option("--store", *store, "The store")
      ->required()
      ->envname("FERRITE_STORE");
}

void AddPage(CLI::App* app, PageOptions* options) {
  app->add_option("--from", options->from,
                  "From this moment on: ISO 8601, or milliseconds since the "
                  "epoch");
  app->add_option("--to", options->to, "Before this moment");
  app->add_option("--search", options->search, "Text that a row contains");
  app->add_option("--sort", options->sort,
                  "A column's name; with a minus before it the largest first");
  app->add_option("--offset", options->offset, "Rows to pass over");
  app->add_option("--limit", options->limit, "Rows, 1 to 1000 [100]");
  app->add_flag("--csv", options->csv, "Print all rows as CSV");
}

void AddHistory(CLI::App* app, HistoryOptions* options) {
  AddStore(app, &options->store);
  AddPage(app, &options->page);
  app->add_option("--kind", options->kind,
                  "migration, verification, retry or rollback");
  app->add_option("--status", options->status,
                  "verified, failed, cancelled, interrupted …");
  app->add_option("--plan", options->plan, "A plan's name");
  app->add_option("--import", options->import,
                  "Take in the entries of this file: core/doc/history.md")
      ->check(CLI::ExistingFile);
  CLI::Option* clean = app->add_flag("--clean-up", options->clean_up,
                                     "Remove what the limits below say");
  const auto limit = [&](const char* name, std::optional<int64_t>* value,
                         const char* text) {
    app->add_option(name, *value, text)
        ->check(CLI::NonNegativeNumber)
        ->needs(clean);
  };
  limit("--max-age-days", &options->max_age_days, "Rows that are older");
  limit("--keep", &options->keep, "All but the newest so many rows");
  limit("--logs-max-age-days", &options->logs_max_age_days,
        "Lines of the log that are older");
  limit("--logs-keep", &options->logs_keep,
        "All but the newest so many lines of the log");
}

void AddLogs(CLI::App* app, LogsOptions* options) {
  AddStore(app, &options->store);
  AddPage(app, &options->page);
  app->add_option("--level", options->level,
                  "debug, info, warn or error: this and what is above it");
  app->add_option("--migration", options->migration,
                  "The id of a row of the history");
  app->add_option("--set-level", options->set_level,
                  "Keep this level and what is above it from now on");
}

void AddStats(CLI::App* app, StatsOptions* options) {
  AddStore(app, &options->store);
  app->add_option("--kind", options->kind,
                  "migration, verification, retry or rollback [migration]");
  app->add_option("--days", options->days, "Days of the trend [30]");
  app->add_option("--offset-minutes", options->offset_minutes,
                  "When a day begins, as minutes to add to UTC [0]");
}

void AddAudit(CLI::App* app, AuditOptions* options) {
  AddStore(app, &options->store);
  AddPage(app, &options->page);
  app->add_flag("--check", options->check,
                "Follow the chain of entries to its end");
}

}  // namespace

void AddHistoryCommands(CLI::App* app, const AddCommand& add,
                        HistoryArguments* arguments, const Console& console) {
  AddHistory(add(app, "history", "List what was done to a store",
                 [&console, arguments] {
                   return History(arguments->history, console);
                 }),
             &arguments->history);
  AddLogs(add(app, "logs", "Read the log that a store keeps",
              [&console, arguments] { return Logs(arguments->logs, console); }),
          &arguments->logs);
  AddStats(
      add(app, "stats", "Count what was done to a store, and how it went",
          [&console, arguments] { return Stats(arguments->stats, console); }),
      &arguments->stats);
  AddAudit(
      add(app, "audit", "List who changed a store, or check that list",
          [&console, arguments] { return Audit(arguments->audit, console); }),
      &arguments->audit);
}

}  // namespace ferrite
