// One of a plan's tables, but for what depends on the others.
#ifndef FERRITE_SRC_PLAN_TABLE_H_
#define FERRITE_SRC_PLAN_TABLE_H_

#include <string>
#include <vector>

#include "ferrite/plan.h"
#include "plan_json.h"
#include "plan_source.h"

namespace ferrite::internal {

// How plans spell Unmapped, in its order.
inline constexpr std::string_view kUnmappedNames[] = {"keep", "drop", "fail"};

Result<Table> ParseTable(const JsonValue& value, const std::string& path,
                         SourceList* sources);

// The names of its columns, those that Ferrite adds included; views of `table`.
std::vector<std::string_view> ColumnNames(const Table& table);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_TABLE_H_
