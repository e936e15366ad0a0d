// ferrite versions status|up|down|repair.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "ferrite/chain.h"
#include "native/cli/chain_entry.h"
#include "native/cli/commands.h"
#include "native/cli/open_store.h"
#include "native/clock.h"

namespace ferrite {
namespace {

using Json = nlohmann::ordered_json;

OpenFor PurposeOf(VersionsAction action) {
  switch (action) {
    case VersionsAction::kStatus:
      return OpenFor::kReading;
    case VersionsAction::kUp:
      return OpenFor::kFilling;
    default:
      return OpenFor::kChanging;
  }
}

Result<void> Act(const VersionsOptions& options, const Chain& chain,
                 Store* store, Json* document) {
  switch (options.action) {
    case VersionsAction::kStatus:
      return {};
    case VersionsAction::kUp:
      return UpgradeStore(store, chain, options.to, Now());
    case VersionsAction::kDown:
      return DowngradeStore(store, chain,
                            options.to.value_or(chain.versions.back().version),
                            Now());
    case VersionsAction::kRepair:
      break;
  }
  Result<uint64_t> repaired = RepairChain(store, chain, Now());
  if (!repaired.ok()) return std::move(repaired).error();
  (*document)["repaired"] = *repaired;
  return {};
}

void PrintStatus(const Json& status, const Console& console) {
  console.Line(fmt::format("The store is at version {} of {}.",
                           status["current"].get<int64_t>(),
                           status["target"].get<int64_t>()));
  TextTable table(console, {"version", "name", "state"},
                  {TextTable::Align::kRight, TextTable::Align::kLeft,
                   TextTable::Align::kLeft});
  for (const Json& version : status["applied"]) {
    table.Add({std::to_string(version["version"].get<int64_t>()),
               Printable(version["name"].get<std::string>()),
               (version["stamped"].get<bool>() ? "taken over " : "applied ") +
                   TimeText(version["appliedAt"].get<int64_t>())});
  }
  for (const Json& version : status["pending"]) {
    table.Add({std::to_string(version["version"].get<int64_t>()),
               Printable(version["name"].get<std::string>()), "pending"});
  }
  if (!table.empty()) table.Print();
  if (status.contains("repaired")) {
    console.Line(Counted(status["repaired"].get<uint64_t>(), "version") +
                 " repaired.");
  }
  const auto hash = [](const Json& checksum) {
    return checksum.is_null() ? std::string("nothing")
                              : checksum.get<std::string>();
  };
  for (const Json& drift : status["drift"]) {
    console.Line();
    console.Line(console.Paint(
        Tone::kBad,
        fmt::format("Version {} differs: applied {}, the chain has {}.",
                    drift["version"].get<int64_t>(), hash(drift["found"]),
                    hash(drift["expected"]))));
    std::string_view text = drift["text"].get_ref<const std::string&>();
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      console.Line(Printable(text.substr(0, end)));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }
}

}  // namespace

Result<int> Versions(const VersionsOptions& options, const Console& console) {
  Result<Chain> chain = ReadChainFile(options.chain);
  if (!chain.ok()) return std::move(chain).error();
  Result<std::unique_ptr<Store>> store =
      OpenStore(options.store, PurposeOf(options.action));
  if (!store.ok()) return std::move(store).error();
  Json extra = Json::object();
  if (auto done = Act(options, *chain, store->get(), &extra); !done.ok()) {
    return std::move(done).error();
  }
  Result<std::string> text = ChainStatus(store->get(), *chain);
  if (!text.ok()) return std::move(text).error();
  Json status = Json::parse(*text);
  status.update(extra);
  console.Document(status.dump());
  PrintStatus(status, console);
  return status["drift"].empty() ? 0 : ErrorExitStatus(ErrorCode::kDrift);
}

}  // namespace ferrite
