// What a plan would do with a bundle, with the numbers of a probe made here.
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "ferrite/bundle.h"
#include "ferrite/plan_answer.h"
#include "native/cli/commands.h"
#include "native/cli/open_store.h"
#include "native/cli/pass_run.h"
#include "native/cli/plain_file.h"
#include "native/cli/plan_answer_text.h"
#include "native/cli/sqlite_file.h"
#include "native/clock.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kProbeRecords = 2000;  // of each source

Result<uint64_t> StoreBytes(Store* store) {
  Result<Statement> size = store->Prepare(
      "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
  if (!size.ok()) return std::move(size).error();
  Result<bool> row = size->Step();
  if (!row.ok()) return std::move(row).error();
  return static_cast<uint64_t>(*row ? size->Column(0).integer : 0);
}

// Leaves the facts without a probe when the plan cannot even be tried; the
// answer says why.
Result<void> RunProbe(const Plan& plan, const std::vector<SourceState>& sources,
                      BundleReader* bundle, const Console& console,
                      HostFacts* facts) {
  Result<std::unique_ptr<Store>> scratch = Store::Open(":memory:", {});
  if (!scratch.ok()) return std::move(scratch).error();
  const auto begun = std::chrono::steady_clock::now();
  MigrationOptions options;
  options.now = Now();
  options.initiator = "ferrite plan explain";
  options.batch_bytes = 256 << 10;
  options.sample_size = kProbeRecords;
  Result<std::unique_ptr<Pass>> pass =
      BeginProbe(scratch->get(), plan, sources, options);
  if (!pass.ok()) return {};
  auto driven = RunPass(bundle, sources, pass->get(), console);
  if (!driven.ok()) return driven;
  facts->probe_ms = std::chrono::duration<double, std::milli>(
                        std::chrono::steady_clock::now() - begun)
                        .count();
  Result<uint64_t> bytes = StoreBytes(scratch->get());
  if (!bytes.ok()) return std::move(bytes).error();
  Json report = Json::parse((*pass)->ReportJson());
  report["store"]["bytes"] = *bytes;
  facts->probe_report =
      report.dump(-1, ' ', false, Json::error_handler_t::replace);
  return {};
}

// The store, when it is there and opens; why not is in the facts.
std::unique_ptr<Store> OpenToLook(const std::string& path, HostFacts* facts) {
  std::error_code ignored;
  if (path.empty() || !std::filesystem::exists(path, ignored)) return nullptr;
  Result<std::unique_ptr<Store>> store = OpenStore(path, OpenFor::kReading);
  if (store.ok()) return std::move(store).value();
  // A migration makes its tables in a database that has none of them yet.
  Result<std::unique_ptr<SqliteFile>> file = SqliteFile::Open(path);
  if (file.ok()) {
    Result<bool> is_store = (*file)->HasTable("ferrite_meta");
    Result<bool> is_bundle = (*file)->HasTable("bundle_meta");
    if (is_store.ok() && is_bundle.ok() && !*is_store && !*is_bundle) {
      return nullptr;
    }
  }
  facts->store_problem = std::move(store).error();
  return nullptr;
}

void LookAtDisk(const std::string& store, HostFacts* facts) {
  std::error_code error;
  const std::filesystem::path folder =
      std::filesystem::absolute(store.empty() ? "." : store, error)
          .parent_path();
  const std::filesystem::space_info space =
      std::filesystem::space(folder, error);
  if (!error) facts->bytes_available = space.available;
}

}  // namespace

Result<int> PlanExplain(const PlanExplainOptions& options,
                        const Console& console) {
  Result<Plan> plan = ReadPlanFile(options.plan);
  if (!plan.ok()) return std::move(plan).error();
  Result<std::unique_ptr<BundleReader>> bundle =
      OpenBundle(options.bundle, options.key);
  if (!bundle.ok()) return std::move(bundle).error();
  const std::vector<SourceState> sources = (*bundle)->StatesFor(plan->sources);
  HostFacts facts;
  facts.limit_ms = options.limit_ms;
  const std::unique_ptr<Store> store = OpenToLook(options.store, &facts);
  LookAtDisk(options.store, &facts);
  auto probed = RunProbe(*plan, sources, bundle->get(), console, &facts);
  if (!probed.ok()) return probed.error();
  Result<std::string> answer = AnswerPlan(store.get(), *plan, sources, facts);
  if (!answer.ok()) return std::move(answer).error();
  return PrintAnswer(
      *answer, Printable(options.plan) + " on " + Printable(options.bundle),
      console);
}

}  // namespace ferrite
