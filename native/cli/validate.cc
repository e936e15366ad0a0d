#include <utility>

#include "ferrite/bundle.h"
#include "ferrite/validation.h"
#include "native/cli/commands.h"
#include "native/cli/open_store.h"
#include "native/cli/pass_run.h"
#include "native/cli/plain_file.h"
#include "native/cli/scratch_file.h"
#include "native/clock.h"

namespace ferrite {
Result<int> Validate(const ValidateOptions& options, const Console& console) {
  Result<Plan> plan = ReadPlanFile(options.plan);
  if (!plan.ok()) return std::move(plan).error();
  Result<std::unique_ptr<BundleReader>> bundle =
      OpenBundle(options.bundle, options.key);
  if (!bundle.ok()) return std::move(bundle).error();
  Result<ScratchFile> scratch = ScratchFile::Make();
  if (!scratch.ok()) return std::move(scratch).error();
  Result<std::unique_ptr<Store>> store =
      OpenStore(scratch->path(), OpenFor::kFilling);
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
