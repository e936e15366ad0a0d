// A plan's constants and defaults.
#ifndef FERRITE_SRC_PLAN_LITERAL_H_
#define FERRITE_SRC_PLAN_LITERAL_H_

#include <string>

#include "ferrite/plan.h"
#include "plan_json.h"

namespace ferrite::internal {

// The cell that a JSON value stands for in a column of a type; kPlanInvalid
// when it does not fit.
Result<Literal> ParseLiteral(const JsonValue& value, ColumnType type,
                             const std::string& path);

// As SQL, for DEFAULT.
std::string LiteralSql(const Literal& literal);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_LITERAL_H_
