#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "ferrite/bundle.h"
#include "ferrite/migration.h"
#include "native/cli/commands.h"
#include "native/cli/pass_run.h"
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

Result<int> MigrateInto(const std::string& path, const MigrateOptions& options,
                        const Plan& plan, BundleReader* bundle,
                        const Console& console) {
  Result<std::unique_ptr<Store>> store = Store::Open(path, {});
  if (!store.ok()) return std::move(store).error();
  const std::vector<SourceState> sources = bundle->StatesFor(plan.sources);
  MigrationOptions migration;
  migration.now = Now();
  migration.initiator = "ferrite migrate";
  migration.sample_size = options.sample;
  Result<std::unique_ptr<Pass>> pass =
      BeginMigration(store->get(), plan, sources, migration);
  if (!pass.ok()) return std::move(pass).error();
  const bool was_done = (*pass)->step().kind == StepKind::kDone;
  auto driven = RunPass(bundle, sources, pass->get(), console);
  if (!driven.ok()) return driven.error();
  const std::string title =
      options.sample != 0
          ? "Trial run of " + Printable(options.bundle) + ", at most " +
                Counted(options.sample, "record") +
                " of each source, nothing is kept"
      : options.dry_run
          ? "Dry run of " + Printable(options.bundle) + ", nothing is kept"
      : was_done ? Printable(options.store) + " was migrated before"
                 : "Migrated " + Printable(options.bundle) + " into " +
                       Printable(options.store);
  return PrintReport((*pass)->ReportJson(), title, path, console);
}

}  // namespace

Result<int> Migrate(const MigrateOptions& options, const Console& console) {
  Result<Plan> plan = ReadPlanFile(options.plan);
  if (!plan.ok()) return std::move(plan).error();
  Result<std::unique_ptr<BundleReader>> bundle =
      BundleReader::Open(options.bundle);
  if (!bundle.ok()) return std::move(bundle).error();
  if (!options.dry_run && options.sample == 0) {
    return MigrateInto(options.store, options, *plan, bundle->get(), console);
  }
  DryStore dry(options.store);
  // What a store holds already would decide a trial run's result.
  if (options.sample != 0) {
    return MigrateInto(dry.path(), options, *plan, bundle->get(), console);
  }
  if (auto copied = dry.CopyFrom(options.store); !copied.ok()) {
    return copied.error();
  }
  return MigrateInto(dry.path(), options, *plan, bundle->get(), console);
}

}  // namespace ferrite
