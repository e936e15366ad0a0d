// What the columns of a plan's tables refer to.
#ifndef FERRITE_SRC_PLAN_RELATION_H_
#define FERRITE_SRC_PLAN_RELATION_H_

#include "ferrite/plan.h"
#include "plan_json.h"

namespace ferrite::internal {

// Every table's `references` and `foreignKeys`. `tables` is the plan's member
// of that name, from which plan->tables were parsed.
Result<void> ParseRelations(const JsonValue& tables, Plan* plan);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_RELATION_H_
