// The fields of a plan that say when records were changed.
#ifndef FERRITE_SRC_PLAN_CHANGED_H_
#define FERRITE_SRC_PLAN_CHANGED_H_

#include <string>
#include <vector>

#include "ferrite/plan.h"
#include "plan_json.h"
#include "plan_source.h"

namespace ferrite::internal {

// Of object stores that `tables` take from.
Result<std::vector<ChangeTime>> ParseChanged(const JsonValue& value,
                                             const std::string& path,
                                             const std::vector<Table>& tables,
                                             SourceList* sources);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_CHANGED_H_
