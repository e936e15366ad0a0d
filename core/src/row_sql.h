// RowSql: a plan's SQL over what becomes a row, Table::when_sql and columns.
#ifndef FERRITE_SRC_ROW_SQL_H_
#define FERRITE_SRC_ROW_SQL_H_

#include <memory>
#include <string>
#include <vector>

#include "ferrite/expression.h"
#include "ferrite/plan.h"
#include "json_text.h"
#include "row_writer.h"

namespace ferrite::internal {

class RowSql {
 public:
  static bool IsNeededFor(const Table& table);

  // `plan` must outlive the RowSql.
  RowSql(const Plan& plan, size_t table);

  // Whether the expressions can be used: Plan::Parse has found that they can.
  // Where there was no memory for them this tries again.
  const Result<void>& Prepare();

  // Begins with what becomes a row; `shared` is what it refers to.
  Result<void> Begin(const RowInput& input, const SharedValues& shared,
                     const std::string& source);
  // Table::when_sql; true when there is none.
  Result<bool> IsTaken();
  // Appends the cells of the columns; they are valid until the next Begin.
  Result<void> AppendCells(std::vector<GivenCell>* cells);

 private:
  Result<void> Compile();
  Result<void> SetKeyCell(Bytes item, Cell* cell);

  const Table& table_;
  const std::string path_;
  Result<void> usable_;
  std::unique_ptr<Expressions> filter_, columns_;  // null: none
  std::vector<size_t> sql_columns_;

  std::string record_;
  JsonTextWriter json_;
  ColumnWriter keys_;
  Expressions::Input input_;
  std::string key_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_ROW_SQL_H_
