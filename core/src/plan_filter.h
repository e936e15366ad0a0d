// Which rows a plan's table takes.
#ifndef FERRITE_SRC_PLAN_FILTER_H_
#define FERRITE_SRC_PLAN_FILTER_H_

#include <string>

#include "ferrite/plan.h"
#include "plan_json.h"

namespace ferrite::internal {

// A table's member `when`.
Result<void> ParseWhen(const JsonValue& value, const std::string& path,
                       Table* table);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_FILTER_H_
