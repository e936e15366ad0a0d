// The SQL of a plan's table: of its columns and its filter.
#ifndef FERRITE_SRC_PLAN_EXPRESSION_H_
#define FERRITE_SRC_PLAN_EXPRESSION_H_

#include <string>

#include "ferrite/plan.h"

namespace ferrite::internal {

// The most that one plan has: each costs SQLite some 20 µs to look at.
inline constexpr size_t kMaxExpressions = 10'000;

// Refuses what Expressions would refuse when the table is filled, with the path
// of what is wrong; `path` is the table's. Counts into `count`.
Result<void> CheckExpressions(const Table& table, const std::string& path,
                              size_t* count);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_EXPRESSION_H_
