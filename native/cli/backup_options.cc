// The options of backup and rollback.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "native/cli/backup.h"

namespace ferrite {
namespace {

void AddStore(CLI::App* app, std::string* store) {
  app->add_option("--store", *store,
                  "The store; its backups are in STORE.backups")
      ->required()
      ->envname("FERRITE_STORE");
}

void AddOne(CLI::App* app, BackupOptions* options, const char* yes) {
  app->add_option("id", options->ids, "Its id, or at least 8 digits of it")
      ->required()
      ->expected(1)
      ->allow_extra_args(false);
  AddStore(app, &options->store);
  app->add_flag("--yes", options->yes, yes);
}

}  // namespace

void AddRetentionOptions(CLI::App* app, RetentionLimits* limits,
                         bool* no_retention) {
  app->add_option("--keep", limits->keep,
                  "So many backups stay; chains go as a whole")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 32))
      ->envname("FERRITE_BACKUP_KEEP")
      ->capture_default_str();
  app->add_option("--max-age-days", limits->max_age_days,
                  "Older ones go, but for the last good one")
      ->check(CLI::Range(int64_t{0}, int64_t{36500}))
      ->envname("FERRITE_BACKUP_MAX_AGE_DAYS")
      ->capture_default_str();
  app->add_flag("--no-retention", *no_retention, "Remove no old backups");
}

void AddBackupCommands(CLI::App* app, const AddCommand& add,
                       BackupArguments* arguments, const Console& console) {
  CLI::App* backup = app->add_subcommand(
      "backup", "Make, check and restore backups of a store");
  backup->fallthrough();
  backup->configurable();
  backup->require_subcommand(1);
  BackupOptions* options = &arguments->backup;
  using Run = Result<int> (*)(const BackupOptions&, const Console&);
  const auto action = [&](const char* name, const char* text, Run run) {
    return add(backup, name, text,
               [&console, options, run] { return run(*options, console); });
  };
  CLI::App* create = action(
      "create", "Back the store up, as a whole or what changed", BackupCreate);
  AddStore(create, &options->store);
  create->add_option("--description", options->description,
                     "A text for people, which is not encrypted");
  create->add_flag("--full", options->full, "All of it, not what changed");
  AddRetentionOptions(create, &options->limits, &options->no_retention);
  AddKeyOptions(create, &options->key);
  AddStore(action("list", "List the backups", BackupList), &options->store);
  CLI::App* verify = action(
      "verify", "Build backups and check them to the last page", BackupVerify);
  verify->add_option("id", options->ids, "Only these [all]");
  AddStore(verify, &options->store);
  AddKeyOptions(verify, &options->key);
  CLI::App* restore =
      action("restore", "Make the store what a backup holds", BackupRestore);
  AddOne(restore, options, "Yes, replace what is in the store");
  AddKeyOptions(restore, &options->key);
  AddOne(
      action("delete", "Delete a backup that no other builds on", BackupDelete),
      options, "Yes, delete it");
  RollbackCommandOptions* rollback = &arguments->rollback;
  CLI::App* command =
      add(app, "rollback", "Make the store what it was before its migration",
          [&console, rollback] { return RollbackCommand(*rollback, console); });
  AddStore(command, &rollback->store);
  command->add_flag("--list", rollback->list,
                    "Say whether that can be done, and what can be restored");
  command->add_flag("--yes", rollback->yes,
                    "Yes, replace what is in the store");
  AddKeyOptions(command, &rollback->key);
}

}  // namespace ferrite
