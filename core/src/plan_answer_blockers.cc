#include "plan_answer_blockers.h"

#include <string>
#include <utility>

#include "left_out.h"
#include "source_state.h"
#include "store_check.h"

namespace ferrite::internal {
namespace {

// Where the plan names a source first.
std::string PathOfSource(const Plan& plan, size_t source) {
  for (size_t i = 0; i < plan.tables.size(); ++i) {
    const std::vector<Selection>& from = plan.tables[i].from;
    for (size_t j = 0; j < from.size(); ++j) {
      if (from[j].source != source) continue;
      const std::string path = "/tables/" + std::to_string(i) + "/from";
      return from.size() == 1 ? path : path + "/" + std::to_string(j);
    }
  }
  return "";
}

bool IsUsed(const Plan& plan, size_t source) {
  return !PathOfSource(plan, source).empty();
}

// Whether an error says something about the plan and the store, and not that
// the store could not be asked.
bool IsAnObjection(ErrorCode code) {
  return code == ErrorCode::kPlanChanged || code == ErrorCode::kTableExists ||
         code == ErrorCode::kStoreCorrupt || code == ErrorCode::kState;
}

Error TooLittleSpace(uint64_t needed, uint64_t available) {
  return {ErrorCode::kStoreFull,
          "The store is expected to take " + std::to_string(needed) +
              " bytes, and there is room for " + std::to_string(available) +
              ".",
          "Make room, or export a bundle and migrate it with the program "
          "ferrite.",
          ""};
}

}  // namespace

Result<std::vector<Error>> FindBlockers(Store* store, const Plan& plan,
                                        const std::vector<SourceState>& sources,
                                        const HostFacts& facts,
                                        const AnswerNumbers& numbers) {
  std::vector<Error> blockers;
  if (facts.store_problem) blockers.push_back(*facts.store_problem);
  if (facts.migration_running) {
    blockers.push_back({ErrorCode::kStoreBusy,
                        "Another migration of this store is under way.",
                        "Wait for it: its result is this one's too.", ""});
  }
  for (size_t i = 0; i < sources.size(); ++i) {
    if (!IsUsed(plan, i)) continue;
    Result<void> checked = CheckSource(plan, i, sources[i]);
    if (checked.ok()) continue;
    Error blocker = std::move(checked).error();
    blocker.path = PathOfSource(plan, i);
    blockers.push_back(std::move(blocker));
  }
  if (Result<void> held = CheckLeftOut(plan, sources); !held.ok()) {
    blockers.push_back(std::move(held).error());
  }
  std::vector<SourceState> readable = sources;
  TreatUnreadableAsAbsent(&readable);
  if (Result<void> keys = CheckKeys(plan, readable); !keys.ok()) {
    blockers.push_back(std::move(keys).error());
  }
  if (store != nullptr) {
    auto checked = CheckStore(store, plan, /*is_sampled=*/false);
    if (!checked.ok()) {
      if (!IsAnObjection(checked.error().code)) {
        return std::move(checked).error();
      }
      blockers.push_back(std::move(checked).error());
    }
  }
  if (numbers.space && facts.bytes_available &&
      *numbers.space > *facts.bytes_available) {
    blockers.push_back(TooLittleSpace(*numbers.space, *facts.bytes_available));
  }
  return blockers;
}

}  // namespace ferrite::internal
