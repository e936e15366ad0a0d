// Sentences of a plan's answer: what a person should know, and could do.
#ifndef FERRITE_CORE_SRC_PLAN_ANSWER_ADVICE_H_
#define FERRITE_CORE_SRC_PLAN_ANSWER_ADVICE_H_

#include <string>
#include <vector>

#include "ferrite/plan_answer.h"
#include "plan_answer_numbers.h"

namespace ferrite::internal {

// "localStorage, keys like msal.*".
std::string SelectionText(const Plan& plan, const Selection& selection);

std::vector<std::string> WarningsOf(const Plan& plan,
                                    const std::vector<SourceState>& sources,
                                    const HostFacts& facts,
                                    const AnswerNumbers& numbers);

std::vector<std::string> RecommendationsOf(const Plan& plan,
                                           const HostFacts& facts,
                                           const AnswerNumbers& numbers);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_PLAN_ANSWER_ADVICE_H_
