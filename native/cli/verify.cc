#include <nlohmann/json.hpp>
#include <utility>

#include "ferrite/bundle.h"
#include "ferrite/history.h"
#include "ferrite/verification.h"
#include "native/cli/commands.h"
#include "native/cli/history.h"
#include "native/cli/open_store.h"
#include "native/cli/pass_run.h"
#include "native/cli/plain_file.h"
#include "native/clock.h"

namespace ferrite {

Result<int> Verify(const VerifyOptions& options, const Console& console) {
  Result<Plan> plan = ReadPlanFile(options.plan);
  if (!plan.ok()) return std::move(plan).error();
  Result<std::unique_ptr<BundleReader>> bundle =
      OpenBundle(options.bundle, options.key);
  if (!bundle.ok()) return std::move(bundle).error();
  Result<std::unique_ptr<Store>> store =
      OpenStore(options.store, OpenFor::kChanging);
  if (!store.ok()) return std::move(store).error();
  const std::vector<SourceState> sources = (*bundle)->StatesFor(plan->sources);
  VerificationOptions verification;
  verification.now = Now();
  verification.actor = CommandActor("verify");
  verification.sample_size = options.sample;
  verification.tables = options.tables;
  verification.config =
      nlohmann::json{{"sampleSize", options.sample}, {"tables", options.tables}}
          .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  Result<std::unique_ptr<Pass>> pass =
      BeginVerification(store->get(), *plan, sources, verification);
  if (!pass.ok()) return std::move(pass).error();
  auto driven = RunPass(bundle->get(), sources, pass->get(), console);
  if (!driven.ok()) {
    // The error itself is what is told; the history may have no room for it.
    pass->reset();
    (void)StopRunning(store->get(), driven.error(), Now(), verification.actor);
    return driven.error();
  }
  return PrintReport((*pass)->ReportJson(),
                     "Compared " + Printable(options.store) + " with " +
                         Printable(options.bundle),
                     options.store, console);
}

}  // namespace ferrite
