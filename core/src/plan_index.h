// The indexes of a plan's tables.
#ifndef FERRITE_SRC_PLAN_INDEX_H_
#define FERRITE_SRC_PLAN_INDEX_H_

#include <string>

#include "ferrite/plan.h"
#include "plan_check.h"
#include "plan_json.h"

namespace ferrite::internal {

// A table's member `indexes`. `names` are those of all tables and of the
// indexes before: SQLite keeps both in one place.
Result<void> ParseIndexes(const JsonValue& value, const std::string& path,
                          NamesInUse* names, Table* table);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_INDEX_H_
