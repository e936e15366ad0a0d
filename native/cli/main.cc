#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sqlite3.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <new>
#include <optional>
#include <string>

#include "native/cli/backup.h"
#include "native/cli/bundle.h"
#include "native/cli/commands.h"
#include "native/cli/conflicts.h"
#include "native/cli/console.h"
#include "native/cli/history.h"
#include "native/cli/plan.h"
#include "native/cli/reports.h"

namespace ferrite {
namespace {

constexpr char kFooter[] =
    "Exit status: 0 done, 2 wrong argument, 3 plan, 4 source, 5 record, 6 "
    "store,\n"
    "7 bundle, 8 not verified, 9 refused by the server, 10 server not "
    "reached,\n"
    "11 cancelled, 12 defect. core/doc/exit-codes.md lists every error.\n\n"
    "Options may also come from the environment (FERRITE_STORE, FERRITE_TOKEN "
    "…,\n"
    "named below each command's options) and from a file given with --config.";

struct Arguments {
  std::string log_level;
  InspectOptions inspect;
  BundleArguments bundle;
  PlanArguments plan;
  ValidateOptions validate;
  MigrateOptions migrate;
  FailedOptions failed;
  RetryCommandOptions retry;
  VerifyOptions verify;
  ReportArguments reports;
  ConflictsArguments conflicts;
  VersionsOptions versions;
  HistoryArguments history;
  BackupArguments backup;
  SyncPushOptions push;
  ServeOptions serve;
};

void SetUpLog(const std::string& level, const Console& console) {
  auto sink = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>(
      console.stderr_colours() ? spdlog::color_mode::always
                               : spdlog::color_mode::never);
  auto logger = std::make_shared<spdlog::logger>("ferrite", std::move(sink));
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
}

void AddInspect(CLI::App* app, InspectOptions* options) {
  app->add_option("file", options->file,
                  "A bundle, encrypted or not, a store, or a server's file")
      ->required();
  AddKeyOptions(app, &options->key);
}

void AddMigrate(CLI::App* app, MigrateOptions* options) {
  app->add_option("bundle", options->bundle, "The exported records")
      ->required();
  CLI::Option* plan = app->add_option("--plan", options->plan, "The plan, JSON")
                          ->envname("FERRITE_PLAN");
  app->add_option("--chain", options->chain,
                  "In its place the chain of versions, JSON: the version whose "
                  "data the bundle holds has the plan, and the store goes on "
                  "to the newest")
      ->excludes(plan);
  app->add_option("--store", options->store,
                  "The store to fill; created, or continued")
      ->required()
      ->envname("FERRITE_STORE");
  app->add_flag("--dry-run", options->dry_run,
                "Do everything on a copy and leave nothing behind");
  app->add_option("--sample", options->sample,
                  "Trial run with so many records of each source, of which "
                  "nothing is kept")
      ->check(CLI::Range(uint64_t{1}, UINT64_MAX));
  app->add_option("--batch-size", options->batch_records,
                  "Records in one transaction at most; 0: as many as fit")
      ->capture_default_str();
  app->add_option("--batch-bytes", options->batch_bytes,
                  "Bytes of records in one transaction at most")
      ->check(CLI::Range(uint32_t{1}, uint32_t{64} << 20))
      ->capture_default_str();
  app->add_option("--target-ms", options->target_ms,
                  "What a transaction is to take, in ms; 0: always as many "
                  "bytes as may be")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app->add_option("--delay", options->delay_ms,
                  "Wait between two batches, in ms")
      ->check(CLI::Range(0, 60000))
      ->capture_default_str();
  app->add_option("--threads", options->threads,
                  "Threads that read and map records beside the one that "
                  "writes, with it; 1: it does everything")
      ->check(CLI::Range(size_t{1}, size_t{64}))
      ->capture_default_str();
  app->add_flag("--incremental", options->incremental,
                "Keep what it takes to bring the store up to date, and do so "
                "when it was filled before: only what changed is written");
  app->add_flag("--stop-on-error", options->stop_on_error,
                "Stop at the first record that cannot become a row");
  app->add_option("--max-errors", options->max_errors,
                  "Stop behind so many records that cannot");
  app->add_option("--decisions", options->decisions,
                  "Decide the conflicts of tables with \"ask\" by this file, "
                  "JSON; see conflicts resolve");
  app->add_flag("--no-backup", options->no_backup,
                "Do not back up the store before the migration");
  app->add_flag("--no-rollback", options->no_rollback,
                "Leave the store as a migration that fails left it");
  AddRetentionOptions(app, &options->backups, &options->no_retention);
  AddKeyOptions(app, &options->key);
}

void AddFilter(CLI::App* app, FailedOptions* options) {
  app->add_option("--store", options->store, "The store")
      ->required()
      ->envname("FERRITE_STORE");
  app->add_option("--id", options->ids, "Only these, by the ids of the list");
  app->add_option("--table", options->table, "Only this table's");
  app->add_option("--code", options->code, "Only those with this error");
}

using Command = std::function<Result<int>()>;
using Run = Result<int> (*)(const FailedOptions&, const Console&);

void AddFailed(CLI::App* app, const AddCommand& add, FailedOptions* options,
               const Console& console) {
  CLI::App* failed = app->add_subcommand(
      "failed", "Look at the records that could not become rows");
  failed->fallthrough();
  failed->configurable();
  failed->require_subcommand(1);
  const auto action = [&](const char* name, const char* text, Run run) {
    CLI::App* sub = add(failed, name, text,
                        [&, options, run] { return run(*options, console); });
    return sub;
  };
  CLI::App* list = action("list", "List them, with reasons", FailedList);
  AddFilter(list, options);
  list->add_option("--search", options->search,
                   "Only those with this in their key or reason");
  list->add_option("--offset", options->offset, "Pass over so many");
  list->add_option("--limit", options->limit, "Show so many")
      ->check(CLI::Range(uint64_t{1}, uint64_t{10000}))
      ->capture_default_str();
  AddFilter(action("export", "Print all data of all of them, a line for each",
                   FailedExport),
            options);
  const auto one = [&](CLI::App* sub) {
    sub->add_option("id", options->ids, "Its id in the list")
        ->required()
        ->expected(1)
        ->allow_extra_args(false);
    sub->add_option("--store", options->store, "The store")
        ->required()
        ->envname("FERRITE_STORE");
    return sub;
  };
  one(action("show", "Show one with all its data", FailedShow));
  one(action("correct", "Say what ferrite retry is to take one for",
             FailedCorrect))
      ->add_option("file", options->file,
                   "The record: JSON, or {\"$cbor\": \"base64\"}")
      ->required();
  one(action("discard", "Take one out; its data stay in ferrite_correction",
             FailedDiscard))
      ->add_flag("--confirm", options->confirmed, "Yes, discard it");
}

void AddRetry(CLI::App* app, RetryCommandOptions* options) {
  app->add_option("--plan", options->plan, "The plan, as it was or corrected")
      ->required()
      ->envname("FERRITE_PLAN");
  AddFilter(app, &options->failed);
}

void AddValidate(CLI::App* app, ValidateOptions* options) {
  app->add_option("plan", options->plan, "The plan, JSON")->required();
  app->add_option("--bundle", options->bundle, "The exported records")
      ->required();
  AddKeyOptions(app, &options->key);
}

void AddVerify(CLI::App* app, VerifyOptions* options) {
  app->add_option("bundle", options->bundle, "The exported records")
      ->required();
  app->add_option("--plan", options->plan, "The plan, JSON")
      ->required()
      ->envname("FERRITE_PLAN");
  app->add_option("--store", options->store, "The store to compare")
      ->required()
      ->envname("FERRITE_STORE");
  app->add_option("--sample", options->sample,
                  "Compare about so many records of each source")
      ->check(CLI::Range(uint64_t{1}, UINT64_MAX));
  app->add_option("--tables", options->tables, "Compare these tables only")
      ->delimiter(',');
  AddKeyOptions(app, &options->key);
}

void AddVersions(CLI::App* app, VersionsAction action,
                 VersionsOptions* options) {
  app->add_option("store", options->store, "The store")->required();
  app->add_option("--chain", options->chain, "The chain of versions, JSON")
      ->required()
      ->envname("FERRITE_CHAIN");
  if (action == VersionsAction::kUp || action == VersionsAction::kDown) {
    CLI::Option* to = app->add_option("--to", options->to, "The version");
    if (action == VersionsAction::kDown) to->required();
  }
}

void AddPush(CLI::App* app, SyncPushOptions* options) {
  app->add_option("--store", options->store, "The store to push")
      ->required()
      ->envname("FERRITE_STORE");
  app->add_option("--server", options->server, "http://host:port")
      ->required()
      ->envname("FERRITE_SERVER");
  app->add_option("--token", options->token,
                  "Bearer token; better given in the environment")
      ->required()
      ->envname("FERRITE_TOKEN");
  app->add_option("--max-push", options->max_push, "Bytes in one push")
      ->check(CLI::Range(1024, 64 << 20))
      ->envname("FERRITE_MAX_PUSH")
      ->capture_default_str();
  app->add_option("--retries", options->retries,
                  "Attempts in a row after a push went unanswered")
      ->check(CLI::Range(0, 1000000))
      ->envname("FERRITE_RETRIES")
      ->capture_default_str();
  app->add_option("--retry-delay", options->retry_delay_ms,
                  "The longest wait before the first of them, in ms; doubled "
                  "up to 30 s. After 5 the server is left alone for 120 times "
                  "as long")
      ->check(CLI::Range(1, 30000))
      ->envname("FERRITE_RETRY_DELAY")
      ->capture_default_str();
  app->add_option("--timeout", options->timeout_s,
                  "Seconds to wait for one answer")
      ->check(CLI::Range(1, 3600))
      ->envname("FERRITE_TIMEOUT")
      ->capture_default_str();
  app->add_flag("--restart", options->restart,
                "Begin a new epoch: push every row again");
}

void AddServe(CLI::App* app, ServeOptions* options) {
  app->add_option("--store", options->store, "The server's SQLite file")
      ->required()
      ->envname("FERRITE_STORE");
  app->add_option("--listen", options->listen,
                  "Address and port; port 0 lets the system choose")
      ->envname("FERRITE_LISTEN")
      ->capture_default_str();
  app->add_option("--tokens", options->tokens_file,
                  "File with a line \"tenant token\" for each token; else the "
                  "environment variable FERRITE_TOKENS=token=tenant,…")
      ->envname("FERRITE_TOKENS_FILE");
  app->add_option("--port-file", options->port_file,
                  "Write the port here once connections are taken")
      ->envname("FERRITE_PORT_FILE");
  app->add_option("--max-body", options->max_body, "Bytes in one push")
      ->check(CLI::Range(uint64_t{1024}, uint64_t{1} << 30))
      ->envname("FERRITE_MAX_BODY")
      ->capture_default_str();
  app->add_option("--max-connections", options->max_connections,
                  "Connections at a time")
      ->check(CLI::Range(1, 65536))
      ->envname("FERRITE_MAX_CONNECTIONS")
      ->capture_default_str();
  app->add_option("--idle-timeout", options->idle_timeout_s,
                  "Seconds a connection may wait for its next request")
      ->check(CLI::Range(1, 3600))
      ->envname("FERRITE_IDLE_TIMEOUT")
      ->capture_default_str();
}

// Fills `app`; the chosen command is left in `command`.
void AddCommands(CLI::App* app, Arguments* arguments, const Console& console,
                 Command* command) {
  app->require_subcommand(1);
  const auto add = [&](CLI::App* parent, const char* name, const char* text,
                       Command run) {
    CLI::App* sub = parent->add_subcommand(name, text);
    sub->fallthrough();
    sub->configurable();
    sub->callback([command, run] { *command = run; });
    return sub;
  };
  AddInspect(
      add(app, "inspect", "Say what a file is and what is in it",
          [&, arguments] { return Inspect(arguments->inspect, console); }),
      &arguments->inspect);
  AddBundleCommands(app, add, &arguments->bundle, console);
  AddPlanCommands(app, add, &arguments->plan, console);
  AddValidate(
      add(app, "validate", "Check every record of a bundle, and nothing else",
          [&, arguments] { return Validate(arguments->validate, console); }),
      &arguments->validate);
  AddMigrate(
      add(app, "migrate", "Fill a store from a bundle, by a plan",
          [&, arguments] { return Migrate(arguments->migrate, console); }),
      &arguments->migrate);
  AddVerify(
      add(app, "verify", "Compare a store with a bundle, record by record",
          [&, arguments] { return Verify(arguments->verify, console); }),
      &arguments->verify);
  AddReportCommands(app, add, &arguments->reports, console);
  AddFailed(app, add, &arguments->failed, console);
  AddRetry(
      add(app, "retry", "Move the failed records that fit now",
          [&, arguments] { return RetryFailed(arguments->retry, console); }),
      &arguments->retry);
  AddConflictsCommands(app, add, &arguments->conflicts, console);
  CLI::App* versions = app->add_subcommand(
      "versions", "Take a store's schema up and down its versions");
  versions->fallthrough();
  versions->configurable();
  versions->require_subcommand(1);
  const struct {
    const char* name;
    const char* text;
    VersionsAction action;
  } actions[] = {
      {"status", "Say what was applied, what is pending and what differs",
       VersionsAction::kStatus},
      {"up", "Apply versions, up to the newest or --to", VersionsAction::kUp},
      {"down", "Take versions back, down to --to; 0 takes back all",
       VersionsAction::kDown},
      {"repair", "Make the history what the chain says; runs no step",
       VersionsAction::kRepair},
  };
  for (const auto& [name, text, action] : actions) {
    AddVersions(add(versions, name, text,
                    [&, arguments, action = action] {
                      arguments->versions.action = action;
                      return Versions(arguments->versions, console);
                    }),
                action, &arguments->versions);
  }
  AddHistoryCommands(app, add, &arguments->history, console);
  AddBackupCommands(app, add, &arguments->backup, console);
  CLI::App* sync = app->add_subcommand("sync", "Bring a store to a server");
  sync->fallthrough();
  sync->configurable();
  sync->require_subcommand(1);
  AddPush(add(sync, "push", "Push the store's rows; resumes where it stopped",
              [&, arguments] { return SyncPush(arguments->push, console); }),
          &arguments->push);
  // A list of secrets is no argument: other users of the machine see those.
  if (const char* list = std::getenv("FERRITE_TOKENS")) {
    arguments->serve.tokens = list;
  }
  AddServe(add(app, "serve", "Take pushes over HTTP into a SQLite file",
               [&, arguments] { return Serve(arguments->serve, console); }),
           &arguments->serve);
}

int Main(int argc, char** argv) {
  Console console;
  Arguments arguments;
  Command command;
  CLI::App app(
      "Moves a web app's localStorage and IndexedDB into SQLite, and on to a "
      "server.",
      "ferrite");
  app.footer(kFooter);
  app.set_version_flag("--version",
                       std::string("ferrite " FERRITE_VERSION "\nSQLite ") +
                           sqlite3_libversion());
  app.add_flag("--json", console.json,
               "Print exactly one JSON document on stdout");
  app.add_option("--log-level", arguments.log_level,
                 "trace, debug, info, warn, error or off, on stderr "
                 "[warn; serve: info]")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
      ->envname("FERRITE_LOG_LEVEL");
  app.set_config("--config", "", "Read options from a TOML or INI file")
      ->envname("FERRITE_CONFIG");
  app.allow_config_extras(CLI::config_extras_mode::error);
  AddCommands(&app, &arguments, console, &command);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    // A flag that was not understood may stand before --json.
    for (int i = 1; i < argc; ++i) {
      if (std::string_view(argv[i]) == "--json") console.json = true;
    }
    const Error wrong{ErrorCode::kInvalidArgument, error.what(),
                      "ferrite --help, or ferrite COMMAND --help, lists what "
                      "there is.",
                      ""};
    console.Fail(wrong);
    return ErrorExitStatus(wrong.code);
  }

  if (arguments.log_level.empty()) {
    arguments.log_level = app.got_subcommand("serve") ? "info" : "warn";
  }
  // spdlog's own name for it.
  if (arguments.log_level == "warn") arguments.log_level = "warning";
  SetUpLog(arguments.log_level, console);
  std::signal(SIGPIPE, SIG_IGN);
  const Result<int> status = command();
  if (status.ok()) return *status;
  console.Fail(status.error());
  return ErrorExitStatus(status.error().code);
}

}  // namespace
}  // namespace ferrite

int main(int argc, char** argv) {
  try {
    return ferrite::Main(argc, argv);
  } catch (const std::bad_alloc&) {
    const ferrite::Error error = ferrite::OutOfMemory();
    fmt::print(stderr, "error: {} [{}]\n", error.message,
               ferrite::ErrorText(error.code));
    return ferrite::ErrorExitStatus(error.code);
  } catch (const std::exception& exception) {
    fmt::print(stderr, "error: {} [internal]\n", exception.what());
    return ferrite::ErrorExitStatus(ferrite::ErrorCode::kInternal);
  }
}
