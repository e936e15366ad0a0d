// The hash of what a plan means.
#ifndef FERRITE_SRC_PLAN_HASH_H_
#define FERRITE_SRC_PLAN_HASH_H_

#include "ferrite/plan.h"

namespace ferrite::internal {

// Of the resolved plan, so that two spellings of one plan are one plan: short
// and long columns, escapes in strings, the order of members where it does not
// matter. A plan that uses the first members only has the hash that it had
// when there were no others: what came later is written behind them, and only
// where it says something. So the other spelling of a column's name, which is
// looked for without being asked for, does not count.
Hash128 HashPlan(const Plan& plan);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_HASH_H_
