#include <chrono>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "ferrite/bundle.h"
#include "ferrite/history.h"
#include "ferrite/migration.h"
#include "ferrite/rollback.h"
#include "native/cli/chain_entry.h"
#include "native/cli/commands.h"
#include "native/cli/conflicts.h"
#include "native/cli/history.h"
#include "native/cli/migration_backup.h"
#include "native/cli/open_store.h"
#include "native/cli/pass_run.h"
#include "native/cli/plain_file.h"
#include "native/cli/sqlite_file.h"
#include "native/clock.h"

namespace ferrite {
namespace {

// The store a dry run writes to: a copy beside the real one, so that the disk
// is the real one too, gone when the run ends.
class DryStore {
 public:
  explicit DryStore(const std::string& store) : path_(store + ".dry-run") {
    Remove();
  }
  ~DryStore() { Remove(); }

  Result<void> CopyFrom(const std::string& store) {
    std::error_code ignored;
    if (!std::filesystem::exists(store, ignored)) return {};
    Result<std::unique_ptr<SqliteFile>> file = SqliteFile::Open(store);
    if (!file.ok()) return std::move(file).error();
    return (*file)->CopyTo(path_);
  }
  const std::string& path() const { return path_; }

 private:
  void Remove() {
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
      std::remove((path_ + suffix).c_str());
    }
  }
  const std::string path_;
};

// The report with the backup's id, when one was made.
std::string WithBackup(const std::string& report, const std::string& point) {
  if (point.empty() || point == kAbsent) return report;
  auto json = nlohmann::ordered_json::parse(report);
  json["backup"] = point;
  return json.dump(-1, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace);
}

MigrationOptions OptionsOf(const MigrateOptions& options, const Actor& actor) {
  MigrationOptions migration;
  migration.now = Now();
  migration.initiator = actor.who;
  migration.origin = actor.origin;
  migration.sample_size = options.sample;
  migration.batch_records = options.batch_records;
  migration.batch_bytes = options.batch_bytes;
  migration.target_ms = options.target_ms;
  migration.incremental = options.incremental;
  if (options.max_errors) migration.max_failed = *options.max_errors;
  if (options.stop_on_error) migration.max_failed = 0;
  migration.config = nlohmann::json{{"incremental", options.incremental},
                                    {"sampleSize", options.sample},
                                    {"batchRecords", options.batch_records},
                                    {"batchBytes", options.batch_bytes},
                                    {"targetMs", options.target_ms},
                                    {"delayMs", options.delay_ms}}
                         .dump();
  return migration;
}

std::string TitleOf(const MigrateOptions& options, bool was_done,
                    const std::string& report) {
  const std::string bundle = Printable(options.bundle);
  const std::string store = Printable(options.store);
  if (options.sample != 0) {
    return "Trial run of " + bundle + ", at most " +
           Counted(options.sample, "record") +
           " of each source, nothing is kept";
  }
  if (options.dry_run) return "Dry run of " + bundle + ", nothing is kept";
  if (was_done) return store + " was migrated before";
  if (nlohmann::json::parse(report).contains("incremental")) {
    return "Brought " + store + " up to date with " + bundle;
  }
  return "Migrated " + bundle + " into " + store;
}

// The point that a migration that begins anew can be taken back to.
Result<std::string> MakePoint(Store* store, const Plan& plan,
                              const std::vector<SourceState>& sources,
                              const MigrationOptions& migration,
                              MigrationBackup* backup) {
  if (backup == nullptr) return std::string();
  Result<MigrationBeginning> beginning =
      FindBeginning(store, plan, sources, migration);
  if (!beginning.ok()) return std::move(beginning).error();
  if (*beginning != MigrationBeginning::kNew) return std::string();
  return backup->Make(store, plan.name);
}

// `entry` is null without a chain, `backup` where nothing is kept.
Result<int> MigrateInto(const std::string& path, const MigrateOptions& options,
                        const Plan& plan, const ChainEntry* entry,
                        BundleReader* bundle, MigrationBackup* backup,
                        const Console& console) {
  Result<std::unique_ptr<Store>> store = OpenStore(path, OpenFor::kFilling);
  if (!store.ok()) return std::move(store).error();
  const std::vector<SourceState> sources = bundle->StatesFor(plan.sources);
  const Actor actor = CommandActor("migrate");
  MigrationOptions migration = OptionsOf(options, actor);
  Result<std::string> point =
      MakePoint(store->get(), plan, sources, migration, backup);
  if (!point.ok()) return std::move(point).error();
  migration.rollback_point = *point;
  Result<std::unique_ptr<Pass>> pass =
      BeginMigration(store->get(), plan, sources, migration);
  if (!pass.ok()) return std::move(pass).error();
  const bool was_done = (*pass)->step().kind == StepKind::kDone;
  bool is_asking = !options.decisions.empty() && !was_done;
  const auto decide = [&](const Progress& progress) -> Result<void> {
    // The rows are there, and what follows looks at what they are then.
    if (!is_asking || progress.stage != "relations") return {};
    is_asking = false;
    Result<std::string> decided =
        DecideByFile(store->get(), plan, options.decisions, actor);
    return decided.ok() ? Result<void>() : std::move(decided).error();
  };
  // It may be there from an earlier attempt.
  Result<void> driven = decide((*pass)->progress());
  if (driven.ok()) {
    driven = RunPass(bundle, sources, pass->get(), console, options.threads,
                     decide, std::chrono::milliseconds(options.delay_ms));
  }
  if (!driven.ok()) {
    // The error itself is what is told; the history may have no room for it.
    pass->reset();
    (void)StopRunning(store->get(), driven.error(), Now(), actor);
    if (backup == nullptr) return driven.error();
    return backup->TakeBack(driven.error(), &*store);
  }
  const std::string report = WithBackup((*pass)->ReportJson(), *point);
  const std::string title = TitleOf(options, was_done, report);
  // Nothing of a trial run is a version.
  if (entry == nullptr || options.sample != 0) {
    return PrintReport(report, title, path, console);
  }
  pass->reset();
  Result<std::string> led = LeadIn(store->get(), *entry, report);
  if (!led.ok()) return std::move(led).error();
  const int status = PrintReport(*led, title, path, console);
  console.Line("It is the data of version " + std::to_string(entry->version) +
               " of the chain; ferrite versions status says where the store "
               "stands now.");
  return status;
}

}  // namespace

Result<int> Migrate(const MigrateOptions& options, const Console& console) {
  const bool has_chain = !options.chain.empty();
  if (!has_chain && options.plan.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 "Neither a plan nor a chain is given.",
                 "Give --plan or --chain.", ""};
  }
  Result<Chain> chain = has_chain ? ReadChainFile(options.chain) : Chain();
  if (!chain.ok()) return std::move(chain).error();
  Result<Plan> plan = has_chain ? Plan() : ReadPlanFile(options.plan);
  if (!plan.ok()) return std::move(plan).error();
  Result<std::unique_ptr<BundleReader>> opened =
      OpenBundle(options.bundle, options.key);
  if (!opened.ok()) return std::move(opened).error();
  BundleReader* bundle = opened->get();
  std::optional<ChainEntry> entry;
  if (has_chain) {
    Result<ChainEntry> found = FindEntry(*std::move(chain), bundle);
    if (!found.ok()) return std::move(found).error();
    entry = *std::move(found);
    plan = entry->plan;
  }
  const auto into = [&](const std::string& path, MigrationBackup* backup) {
    return MigrateInto(path, options, *plan, entry ? &*entry : nullptr, bundle,
                       backup, console);
  };
  if (!options.dry_run && options.sample == 0) {
    MigrationBackup backup(options);
    if (auto free = backup.CheckNothingPending(); !free.ok()) {
      return free.error();
    }
    return into(options.store, &backup);
  }
  DryStore dry(options.store);
  // What a store holds already would decide a trial run's result.
  if (options.sample != 0) return into(dry.path(), nullptr);
  if (auto copied = dry.CopyFrom(options.store); !copied.ok()) {
    return copied.error();
  }
  return into(dry.path(), nullptr);
}

}  // namespace ferrite
