#include "run_sql.h"

namespace ferrite::internal {

Result<void> RunSql(Store* store, std::string_view sql,
                    std::initializer_list<Cell> parameters) {
  Result<Statement> statement = store->Prepare(sql);
  if (!statement.ok()) return std::move(statement).error();
  int number = 0;
  for (const Cell& cell : parameters) statement->Bind(++number, cell);
  return statement->Run();
}

}  // namespace ferrite::internal
