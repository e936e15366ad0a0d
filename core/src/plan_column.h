// The columns of a plan's table.
#ifndef FERRITE_SRC_PLAN_COLUMN_H_
#define FERRITE_SRC_PLAN_COLUMN_H_

#include <string>
#include <string_view>
#include <vector>

#include "ferrite/plan.h"
#include "plan_json.h"

namespace ferrite::internal {

// SQLite's names for a row's number, each hidden by a column of that name.
// A plan leaves one of them free.
inline constexpr std::string_view kRowidNames[] = {"rowid", "_rowid_", "oid"};

Result<std::vector<Column>> ParseColumns(const JsonValue& value,
                                         const std::string& path);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_COLUMN_H_
