// A chain's steps: from JSON to statements, and to the way back.
#ifndef FERRITE_SRC_CHAIN_STEP_H_
#define FERRITE_SRC_CHAIN_STEP_H_

#include <optional>
#include <string>
#include <vector>

#include "ferrite/chain.h"
#include "plan_json.h"

namespace ferrite::internal {

struct ParsedStep {
  ChainStep step;
  std::optional<ChainStep> back;  // what takes it back, where that is implied
};

// kPlanInvalid with the path of what is wrong.
Result<ParsedStep> ParseChainStep(const JsonValue& value,
                                  const std::string& path);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_CHAIN_STEP_H_
