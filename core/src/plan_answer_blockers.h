// What forbids to run a plan here and now.
#ifndef FERRITE_CORE_SRC_PLAN_ANSWER_BLOCKERS_H_
#define FERRITE_CORE_SRC_PLAN_ANSWER_BLOCKERS_H_

#include <vector>

#include "ferrite/error.h"
#include "ferrite/plan_answer.h"
#include "plan_answer_numbers.h"

namespace ferrite::internal {

// An error only when the store cannot be asked.
Result<std::vector<Error>> FindBlockers(Store* store, const Plan& plan,
                                        const std::vector<SourceState>& sources,
                                        const HostFacts& facts,
                                        const AnswerNumbers& numbers);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_PLAN_ANSWER_BLOCKERS_H_
