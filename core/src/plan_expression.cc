#include "plan_expression.h"

#include <vector>

#include "ferrite/expression.h"
#include "plan_check.h"

namespace ferrite::internal {
namespace {

Result<void> Check(const std::vector<std::string>& sql,
                   const std::vector<std::string>& paths, size_t* count) {
  if (sql.empty()) return {};
  *count += sql.size();
  if (*count > kMaxExpressions) {
    return Invalid(paths.back(),
                   "The plan has more than " + std::to_string(kMaxExpressions) +
                       " SQL expressions.",
                   "Make several plans of it.");
  }
  auto compiled = Expressions::Compile(sql, paths);
  if (!compiled.ok()) return std::move(compiled).error();
  return {};
}

}  // namespace

Result<void> CheckExpressions(const Table& table, const std::string& path,
                              size_t* count) {
  if (!table.when_sql.empty()) {
    auto is = Check({table.when_sql}, {Below(path, "when")}, count);
    if (!is.ok()) return is;
  }
  // Together, as they are evaluated.
  std::vector<std::string> sql, paths;
  for (const Column& column : table.columns) {
    if (column.from != ColumnFrom::kSql) continue;
    sql.push_back(column.sql);
    paths.push_back(Below(Below(Below(path, "columns"), column.name), "sql"));
  }
  return Check(sql, paths, count);
}

}  // namespace ferrite::internal
