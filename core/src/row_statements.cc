#include "row_statements.h"

#include "ferrite/mapper.h"
#include "row_cells.h"

namespace ferrite::internal {

std::string UpdateRowSql(const Table& table) {
  const size_t count = CellCount(table);
  std::string sql = "UPDATE " + QuoteIdentifier(table.name) + " SET ";
  for (size_t i = 0; i < count; ++i) {
    sql += (i == 0 ? "" : ", ") + QuoteIdentifier(CellName(table, i)) + "=?" +
           std::to_string(i + 1);
  }
  return sql + " WHERE " + std::string(RowidName(table)) + "=?" +
         std::to_string(count + 1);
}

std::string DeleteRowSql(const Table& table) {
  return "DELETE FROM " + QuoteIdentifier(table.name) + " WHERE " +
         std::string(RowidName(table)) + "=?1";
}

}  // namespace ferrite::internal
