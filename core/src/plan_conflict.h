// What a plan's table says of rows that are there already.
#ifndef FERRITE_SRC_PLAN_CONFLICT_H_
#define FERRITE_SRC_PLAN_CONFLICT_H_

#include <string>

#include "ferrite/encoding.h"
#include "ferrite/plan.h"
#include "plan_json.h"

namespace ferrite::internal {

// `onConflict` of a table whose columns and key are known.
Result<void> ParseOnConflict(const JsonValue& value, const std::string& path,
                             Table* table);

// For the plan's hash.
void WriteConflictPolicy(const ConflictPolicy& policy, Writer* out);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_CONFLICT_H_
