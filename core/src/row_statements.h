// The statements for one row of a plan's table, by its number.
#ifndef FERRITE_CORE_SRC_ROW_STATEMENTS_H_
#define FERRITE_CORE_SRC_ROW_STATEMENTS_H_

#include <string>

#include "ferrite/plan.h"

namespace ferrite::internal {

// UPDATE of Map's cells; the row's number is the last parameter.
std::string UpdateRowSql(const Table& table);
// DELETE; the parameter is the row's number.
std::string DeleteRowSql(const Table& table);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_ROW_STATEMENTS_H_
