// LeftOut: records that a bundle does not hold because a plan excluded them.
#ifndef FERRITE_CORE_SRC_LEFT_OUT_H_
#define FERRITE_CORE_SRC_LEFT_OUT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/pass.h"
#include "ferrite/plan.h"

namespace ferrite::internal {

uint64_t CountOf(const std::vector<LeftOut>& left_out);

// Which records of their source: {"all":true}, {"key":…}, {"prefix":…} or
// {"pattern":…}.
std::string SelectionToJson(Match match, const std::string& text);
// `records` and `reason` stay as they are; false when it is none of the four.
bool SelectionFromJson(std::string_view json, LeftOut* left_out);

// A part of a source as a plan's "from".
std::string FromJson(const Source& source, Match match,
                     const std::string& text);

// As an entry of a plan's "excluded".
std::string ExclusionJson(const Source& source, const LeftOut& left_out);

// That the plan excludes whatever the hosts of its sources leave out: else
// kSourceMissing, since a table would lack it and nobody would know.
Result<void> CheckLeftOut(const Plan& plan,
                          const std::vector<SourceState>& sources);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_LEFT_OUT_H_
