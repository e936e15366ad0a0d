// SourceState: its status as text, and what begins need to know about it.
#ifndef FERRITE_CORE_SRC_SOURCE_STATE_H_
#define FERRITE_CORE_SRC_SOURCE_STATE_H_

#include <optional>
#include <string_view>
#include <vector>

#include "ferrite/pass.h"
#include "ferrite/plan.h"

namespace ferrite::internal {

std::string_view StatusText(SourceState::Status status);
std::optional<SourceState::Status> StatusFromText(std::string_view text);

// {"indexedDB":…,"store":…}, {"localStorage":true} or
// {"sessionStorage":true}.
std::optional<Source> SourceFromJson(std::string_view json);

// True when the source can be read, be it that it holds nothing.
bool IsReadable(const SourceState& state);

// Whether one source of the plan can be read, or may be absent. Else
// kSourceMissing, kSourceBlocked or kSourceUnreadable.
Result<void> CheckSource(const Plan& plan, size_t source,
                         const SourceState& state);

// kPlanInvalid when keys that lie outside of their records would be lost.
Result<void> CheckKeys(const Plan& plan,
                       const std::vector<SourceState>& sources);

// Checks the states against the plan before anything is written: that they are
// the plan's sources, that each can be read (an optional one may be absent),
// that the host leaves out nothing but what the plan excludes, and that no key
// would be lost.
Result<void> CheckSources(const Plan& plan,
                          const std::vector<SourceState>& sources);

// For what is tried although sources cannot be read: nothing asks for their
// records then, and CheckKeys has nothing against them.
void TreatUnreadableAsAbsent(std::vector<SourceState>* sources);

// Per source whether a pass reads it: not one that is absent, nor one of which
// the plan names nothing but all of it as excluded. The states are in the
// plan's order.
std::vector<bool> SourcesToRead(const Plan& plan,
                                const std::vector<SourceState>& sources);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_SOURCE_STATE_H_
