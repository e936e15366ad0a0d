#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "ferrite/bundle.h"
#include "ferrite/validation.h"
#include "native/cli/commands.h"
#include "native/cli/pass_run.h"
#include "native/clock.h"

namespace ferrite {
namespace {

// A file of its own for a scratch store, gone with it. A file and not memory,
// since it grows with the records.
class ScratchFile {
 public:
  static Result<ScratchFile> Make() {
    std::error_code error;
    std::string path =
        (std::filesystem::temp_directory_path(error) / "ferrite-XXXXXX")
            .string();
    const int file = error ? -1 : mkstemp(path.data());
    if (file < 0) {
      return Error{ErrorCode::kStoreOpen,
                   "A temporary file cannot be made in " + path + ".",
                   "Set TMPDIR to a directory with room.", ""};
    }
    close(file);
    return ScratchFile(std::move(path));
  }
  ScratchFile(ScratchFile&& other) noexcept
      : path_(std::exchange(other.path_, {})) {}
  ScratchFile& operator=(ScratchFile&&) = delete;
  ~ScratchFile() {
    if (path_.empty()) return;
    std::remove((path_ + "-journal").c_str());
    std::remove(path_.c_str());
  }

  const std::string& path() const { return path_; }

 private:
  explicit ScratchFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace

Result<int> Validate(const ValidateOptions& options, const Console& console) {
  Result<Plan> plan = ReadPlanFile(options.plan);
  if (!plan.ok()) return std::move(plan).error();
  Result<std::unique_ptr<BundleReader>> bundle =
      BundleReader::Open(options.bundle);
  if (!bundle.ok()) return std::move(bundle).error();
  Result<ScratchFile> scratch = ScratchFile::Make();
  if (!scratch.ok()) return std::move(scratch).error();
  Result<std::unique_ptr<Store>> store = Store::Open(scratch->path(), {});
  if (!store.ok()) return std::move(store).error();
  const std::vector<SourceState> sources = (*bundle)->StatesFor(plan->sources);
  MigrationOptions migration;
  migration.now = Now();
  migration.initiator = "ferrite validate";
  Result<std::unique_ptr<Pass>> pass =
      BeginValidation(store->get(), *plan, sources, migration);
  if (!pass.ok()) return std::move(pass).error();
  auto driven = RunPass(bundle->get(), sources, pass->get(), console);
  if (!driven.ok()) return driven.error();
  return PrintReport((*pass)->ReportJson(),
                     "Validated " + Printable(options.bundle) + " by " +
                         Printable(options.plan),
                     "", console);
}

}  // namespace ferrite
