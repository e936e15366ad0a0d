// A plan's answer, as a person reads it.
#ifndef FERRITE_NATIVE_CLI_PLAN_ANSWER_TEXT_H_
#define FERRITE_NATIVE_CLI_PLAN_ANSWER_TEXT_H_

#include <string>

#include "native/cli/console.h"

namespace ferrite {

// Prints an answer (core/doc/plan-answer.md) or, with --json, gives it out as
// it is. The exit status: 0, or that of the first blocker. `what` ends the
// first line.
int PrintAnswer(const std::string& answer_json, const std::string& what,
                const Console& console);

}  // namespace ferrite

#endif  // FERRITE_NATIVE_CLI_PLAN_ANSWER_TEXT_H_
