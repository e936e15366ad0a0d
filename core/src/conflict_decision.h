// ConflictDecision: what a table's policy says of two rows of one key. The
// table in ferrite/conflict.h, as code.
#ifndef FERRITE_CORE_SRC_CONFLICT_DECISION_H_
#define FERRITE_CORE_SRC_CONFLICT_DECISION_H_

#include <span>
#include <string_view>
#include <vector>

#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

enum class Decision { kOverwritten, kMerged, kKept, kUndecided };

// As ferrite_conflict and reports spell it, in the order of Decision.
inline constexpr std::string_view kDecisionNames[] = {"overwritten", "merged",
                                                      "kept", "undecided"};

// Of two rows that are not equal; the strategy is not kLedger. `merged` is the
// row of kMerged and views the other two.
Decision Decide(const ConflictPolicy& policy, std::span<const Cell> source,
                std::span<const Cell> store, std::vector<Cell>* merged);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_CONFLICT_DECISION_H_
