#include "native/cli/chain_entry.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "native/clock.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

Result<int64_t> CurrentOf(Store* store, const Chain& chain) {
  Result<std::string> status = ChainStatus(store, chain);
  if (!status.ok()) return std::move(status).error();
  return Json::parse(*status)["current"].get<int64_t>();
}

}  // namespace

Result<Chain> ReadChainFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)),
                   std::istreambuf_iterator<char>());
  if (!in) {
    return Error{ErrorCode::kInvalidArgument,
                 "The chain's file " + path + " cannot be read.",
                 "Check the path and the permissions.", ""};
  }
  return Chain::Parse(text);
}

Result<ChainEntry> FindEntry(Chain chain, BundleReader* bundle) {
  const ChainTraces traces = TracesOf(chain);
  Result<std::vector<bool>> keys = FindKeys(bundle, chain, traces);
  if (!keys.ok()) return std::move(keys).error();
  const std::optional<size_t> found =
      DetectVersion(chain, bundle->StatesFor(traces.sources), *keys);
  if (!found) {
    return Error{ErrorCode::kSourceMissing,
                 "The bundle holds the legacy data of no version of the chain.",
                 "The plans in the chain say what each version's app wrote.",
                 ""};
  }
  ChainEntry entry;
  entry.version = chain.versions[*found].version;
  Result<Plan> plan = Plan::Parse(chain.versions[*found].plan);
  if (!plan.ok()) return std::move(plan).error();
  entry.plan = std::move(plan).value();
  entry.chain = std::move(chain);
  return entry;
}

Result<std::string> LeadIn(Store* store, const ChainEntry& entry,
                           const std::string& text) {
  Result<int64_t> current = CurrentOf(store, entry.chain);
  if (!current.ok()) return std::move(current).error();
  if (*current == 0) {
    auto stamped = StampVersion(store, entry.chain, entry.version, Now());
    if (!stamped.ok()) return std::move(stamped).error();
  }
  Json report = Json::parse(text);
  if (report["status"] == "verified") {
    auto up = UpgradeStore(store, entry.chain, std::nullopt, Now());
    if (!up.ok()) return std::move(up).error();
  }
  current = CurrentOf(store, entry.chain);
  if (!current.ok()) return std::move(current).error();
  report["store"]["version"] = *current;
  return report.dump();
}

}  // namespace ferrite
