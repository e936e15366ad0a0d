#include "ferrite/chain.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "chain_history.h"
#include "chain_run.h"
#include "ferrite/plan.h"
#include "migration_row.h"
#include "store_schema.h"

namespace ferrite {
namespace {

using internal::AppliedVersion;
using internal::CurrentVersion;
using internal::Drift;
using internal::FindDrift;
using internal::ReadHistory;
using Clock = std::chrono::steady_clock;
using History = std::vector<AppliedVersion>;
using Json = nlohmann::ordered_json;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const ChainVersion* Find(const Chain& chain, int64_t version) {
  const auto found = std::find_if(
      chain.versions.begin(), chain.versions.end(),
      [&](const ChainVersion& one) { return one.version == version; });
  return found == chain.versions.end() ? nullptr : &*found;
}

Result<void> CheckTarget(const Chain& chain, int64_t target) {
  if (Find(chain, target) != nullptr) return {};
  return Error{
      ErrorCode::kInvalidArgument,
      "The chain has no version " + std::to_string(target) + ".",
      "Its newest is " + std::to_string(chain.versions.back().version) + ".",
      ""};
}

Error WrongWay(int64_t current, int64_t target, const char* hint) {
  return {ErrorCode::kInvalidArgument,
          "The store is at version " + std::to_string(current) + ", and " +
              std::to_string(target) + " is " +
              (target < current ? "below" : "above") + " it.",
          hint, ""};
}

Error State(std::string message, std::string hint) {
  return {ErrorCode::kState, std::move(message), std::move(hint), ""};
}

Result<void> CheckIdle(Store* store) {
  if (auto free = store->CheckNoTransaction(); !free.ok()) return free;
  Result<int64_t> unfinished = internal::QueryInteger(
      store,
      "SELECT status IN ('pending','running','interrupted','failed',"
      "'cancelled') FROM ferrite_migration "
      "WHERE kind='migration' AND external_id IS NULL "
      "AND status<>'rolled_back' ORDER BY id DESC LIMIT 1");
  if (!unfinished.ok()) return std::move(unfinished).error();
  if (*unfinished == 0) return {};
  return State("The store's migration is not finished.",
               "Let it come to its end first.");
}

Result<void> CheckNoDrift(const History& history, const Chain& chain) {
  const std::vector<Drift> drift = FindDrift(history, chain);
  if (drift.empty()) return {};
  const Drift& first = drift[0];
  const auto hex = [](const std::optional<Hash128>& hash) {
    return hash ? hash->ToHex() : std::string("nothing");
  };
  return Error{ErrorCode::kDrift,
               "Version " + std::to_string(first.version) +
                   " of the store differs from the chain: applied " +
                   hex(first.found) + ", expected " + hex(first.expected) + ".",
               "The status shows the steps that differ; restore the chain, or "
               "repair the history when the store is right.",
               ""};
}

AppliedVersion Applied(const ChainVersion& version, int64_t now) {
  return {version.version,
          version.name,
          version.checksum,
          version.steps,
          now,
          0,
          true};
}

// That nobody else moved the store since `history` was read.
Result<void> CheckStill(Store* store, const History& history) {
  Result<History> again = ReadHistory(store);
  if (!again.ok()) return std::move(again).error();
  if (CurrentVersion(*again) == CurrentVersion(history)) return {};
  return Error{ErrorCode::kStoreBusy,
               "Another connection changes the store's version.",
               "Try again when it is done.", ""};
}

Result<void> Up(Store* store, const ChainVersion& version, int64_t now,
                History* history) {
  AppliedVersion applied = Applied(version, now);
  applied.stamped = false;
  const Clock::time_point begin = Clock::now();
  Result<void> done =
      internal::RunVersion(store, version, version.up, [&]() -> Result<void> {
        if (auto still = CheckStill(store, *history); !still.ok()) return still;
        applied.duration_ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() -
                                                                  begin)
                .count();
        return internal::WriteHistory(store, applied);
      });
  if (done.ok()) history->push_back(std::move(applied));
  return done;
}

Result<void> Down(Store* store, const ChainVersion& version, History* history) {
  Result<void> done = internal::RunVersion(
      store, version, *version.down, [&]() -> Result<void> {
        if (auto still = CheckStill(store, *history); !still.ok()) return still;
        return internal::EraseHistory(store, version.version);
      });
  if (done.ok()) history->pop_back();
  return done;
}

Result<void> CheckWayDown(const Chain& chain, const History& history,
                          int64_t target) {
  for (const AppliedVersion& applied : history) {
    if (applied.version <= target) continue;
    if (!Find(chain, applied.version)->down) {
      return State("There is no way back from version " +
                       std::to_string(applied.version) + ".",
                   "Only rename and add have one by themselves: give the "
                   "version a \"down\" before it is applied.");
    }
  }
  return {};
}

Json ToJson(const Drift& drift) {
  const auto hex = [](const std::optional<Hash128>& hash) {
    return hash ? Json(hash->ToHex()) : Json();
  };
  return {{"version", drift.version},
          {"found", hex(drift.found)},
          {"expected", hex(drift.expected)},
          {"text", drift.text}};
}

}  // namespace

Result<std::string> ChainStatus(Store* store, const Chain& chain) {
  Result<History> history =
      store == nullptr ? Result<History>(History()) : ReadHistory(store);
  if (!history.ok()) return std::move(history).error();
  const int64_t current = CurrentVersion(*history);
  Json status = {{"current", current},
                 {"target", chain.versions.back().version},
                 {"pending", Json::array()},
                 {"applied", Json::array()},
                 {"drift", Json::array()}};
  for (const ChainVersion& version : chain.versions) {
    if (version.version <= current) continue;
    status["pending"].push_back(
        {{"version", version.version}, {"name", version.name}});
  }
  for (const AppliedVersion& applied : *history) {
    status["applied"].push_back({{"version", applied.version},
                                 {"name", applied.name},
                                 {"checksum", applied.checksum.ToHex()},
                                 {"appliedAt", applied.applied_at},
                                 {"durationMs", applied.duration_ms},
                                 {"stamped", applied.stamped}});
  }
  for (const Drift& drift : FindDrift(*history, chain)) {
    status["drift"].push_back(ToJson(drift));
  }
  return Dump(status);
}

Result<void> StampVersion(Store* store, const Chain& chain, int64_t version,
                          int64_t now) {
  if (auto known = CheckTarget(chain, version); !known.ok()) return known;
  if (auto idle = CheckIdle(store); !idle.ok()) return idle;
  return store->Atomically([&]() -> Result<void> {
    Result<History> history = ReadHistory(store);
    if (!history.ok()) return std::move(history).error();
    if (!history->empty()) {
      return State("The store is at version " +
                       std::to_string(CurrentVersion(*history)) + " already.",
                   "Only a store without a history is given a version.");
    }
    for (const ChainVersion& one : chain.versions) {
      if (one.version > version) break;
      auto written = internal::WriteHistory(store, Applied(one, now));
      if (!written.ok()) return written;
    }
    return {};
  });
}

Result<void> ApplyChain(Store* store, const Chain& chain, int64_t target,
                        int64_t now) {
  if (target != 0) {
    if (auto known = CheckTarget(chain, target); !known.ok()) return known;
  }
  if (auto idle = CheckIdle(store); !idle.ok()) return idle;
  Result<History> history = ReadHistory(store);
  if (!history.ok()) return std::move(history).error();
  Result<void> done = CheckNoDrift(*history, chain);
  if (done.ok()) done = CheckWayDown(chain, *history, target);
  while (done.ok() && CurrentVersion(*history) > target) {
    done = Down(store, *Find(chain, CurrentVersion(*history)), &*history);
  }
  for (const ChainVersion& version : chain.versions) {
    if (!done.ok()) break;
    if (version.version > target) break;
    if (version.version <= CurrentVersion(*history)) continue;
    done = Up(store, version, now, &*history);
  }
  return done;
}

namespace {

// A store that was filled before there was a chain, or before it was stamped,
// is at the version whose plan filled it.
Result<void> EnterFilled(Store* store, const Chain& chain, int64_t now) {
  for (size_t i = chain.versions.size(); i-- > 0;) {
    const ChainVersion& version = chain.versions[i];
    if (version.plan.empty()) continue;
    const Result<Plan> plan = Plan::Parse(version.plan);
    if (!plan.ok()) continue;  // Chain::Parse has taken it
    const auto completed = internal::CompletedMigration(store, plan->hash);
    if (!completed.ok()) return completed.error();
    if (completed->has_value()) {
      return StampVersion(store, chain, version.version, now);
    }
  }
  return {};
}

}  // namespace

Result<void> UpgradeStore(Store* store, const Chain& chain,
                          std::optional<int64_t> to, int64_t now) {
  const int64_t target = to.value_or(chain.versions.back().version);
  Result<History> history = ReadHistory(store);
  if (!history.ok()) return std::move(history).error();
  if (CurrentVersion(*history) > target) {
    return WrongWay(CurrentVersion(*history), target, "Go down to it.");
  }
  if (history->empty()) {
    if (auto entered = EnterFilled(store, chain, now); !entered.ok()) {
      return entered;
    }
  }
  return ApplyChain(store, chain, target, now);
}

Result<void> DowngradeStore(Store* store, const Chain& chain, int64_t to,
                            int64_t now) {
  Result<History> history = ReadHistory(store);
  if (!history.ok()) return std::move(history).error();
  if (CurrentVersion(*history) < to) {
    return WrongWay(CurrentVersion(*history), to, "Go up to it.");
  }
  return ApplyChain(store, chain, to, now);
}

Result<uint64_t> RepairChain(Store* store, const Chain& chain, int64_t now) {
  if (auto idle = CheckIdle(store); !idle.ok()) return std::move(idle).error();
  uint64_t changed = 0;
  Result<void> done = store->Atomically([&]() -> Result<void> {
    Result<History> history = ReadHistory(store);
    if (!history.ok()) return std::move(history).error();
    const int64_t newest = chain.versions.back().version;
    if (CurrentVersion(*history) > newest) {
      return Error{ErrorCode::kDrift,
                   "The store is at version " +
                       std::to_string(CurrentVersion(*history)) +
                       ", the chain ends at " + std::to_string(newest) + ".",
                   "Use the newer chain.", ""};
    }
    for (const Drift& drift : FindDrift(*history, chain)) {
      const ChainVersion* version = Find(chain, drift.version);
      auto written =
          version == nullptr
              ? internal::EraseHistory(store, drift.version)
              : internal::WriteHistory(store, Applied(*version, now));
      if (!written.ok()) return written;
      ++changed;
    }
    return {};
  });
  if (!done.ok()) return std::move(done).error();
  return changed;
}

}  // namespace ferrite
