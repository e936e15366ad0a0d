#include <utility>

#include "ferrite/bundle.h"
#include "ferrite/verification.h"
#include "native/cli/commands.h"
#include "native/cli/pass_run.h"
#include "native/clock.h"

namespace ferrite {

Result<int> Verify(const VerifyOptions& options, const Console& console) {
  Result<Plan> plan = ReadPlanFile(options.plan);
  if (!plan.ok()) return std::move(plan).error();
  Result<std::unique_ptr<BundleReader>> bundle =
      BundleReader::Open(options.bundle);
  if (!bundle.ok()) return std::move(bundle).error();
  Store::Options store_options;
  store_options.create = false;
  Result<std::unique_ptr<Store>> store =
      Store::Open(options.store, store_options);
  if (!store.ok()) return std::move(store).error();
  const std::vector<SourceState> sources = (*bundle)->StatesFor(plan->sources);
  VerificationOptions verification;
  verification.now = Now();
  verification.sample_size = options.sample;
  verification.tables = options.tables;
  Result<std::unique_ptr<Pass>> pass =
      BeginVerification(store->get(), *plan, sources, verification);
  if (!pass.ok()) return std::move(pass).error();
  auto driven = RunPass(bundle->get(), sources, pass->get(), console);
  if (!driven.ok()) return driven.error();
  return PrintReport((*pass)->ReportJson(),
                     "Compared " + Printable(options.store) + " with " +
                         Printable(options.bundle),
                     options.store, console);
}

}  // namespace ferrite
