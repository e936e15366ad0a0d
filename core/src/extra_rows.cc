#include "extra_rows.h"

#include "ferrite/mapper.h"
#include "row_key.h"

namespace ferrite::internal {
namespace {

constexpr int kRowsPerSlice = 4096;

// A row from the position on, whether it was not marked, and its key.
std::string SelectSql(const Table& table) {
  const std::string rowid(RowidName(table));
  std::string sql = "SELECT " + rowid +
                    ", NOT EXISTS(SELECT 1 FROM temp.ferrite_seen AS seen "
                    "WHERE seen.tab=?1 AND seen.row=t." +
                    rowid + ")";
  for (const size_t column : table.primary_key) {
    sql += ", " + QuoteIdentifier(table.columns[column].name);
  }
  return sql + " FROM " + QuoteIdentifier(table.name) + " AS t WHERE " + rowid +
         ">=?2 ORDER BY " + rowid + " LIMIT " + std::to_string(kRowsPerSlice);
}

// The row's primary key; its columns begin at 2.
std::string KeyTextOf(const Table& table, const Statement& row) {
  std::vector<Cell> cells;
  for (size_t i = 0; i < table.primary_key.size(); ++i) {
    cells.push_back(row.Column(static_cast<int>(i) + 2));
  }
  return RowKeyText(table, cells);
}

}  // namespace

Result<ExtraRows> ExtraRows::Open(Store* store,
                                  const std::vector<Table>& tables) {
  Result<void> made = store->Execute(
      "DROP TABLE IF EXISTS temp.ferrite_seen;"
      "CREATE TEMP TABLE ferrite_seen(tab INTEGER, row INTEGER, "
      "PRIMARY KEY(tab, row)) WITHOUT ROWID");
  if (!made.ok()) return std::move(made).error();
  Result<Statement> mark =
      store->Prepare("INSERT OR IGNORE INTO temp.ferrite_seen VALUES(?1,?2)");
  if (!mark.ok()) return std::move(mark).error();
  return ExtraRows(store, tables, std::move(mark).value());
}

Result<void> ExtraRows::Mark(size_t table, int64_t rowid) {
  mark_.Bind(1, Cell::Integer(static_cast<int64_t>(table)));
  mark_.Bind(2, Cell::Integer(rowid));
  return mark_.Run();
}

Result<std::vector<std::string>> ExtraRows::Find(Position* position) {
  const Table& table = tables_[position->table];
  Result<Statement> select = store_->Prepare(SelectSql(table));
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(static_cast<int64_t>(position->table)));
  select->Bind(2, Cell::Integer(position->rowid));
  std::vector<std::string> keys;
  int rows = 0;
  int64_t last = INT64_MAX;
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) break;
    ++rows;
    last = select->Column(0).integer;
    if (select->Column(1).integer != 0) {
      keys.push_back(KeyTextOf(table, *select));
    }
  }
  if (rows < kRowsPerSlice || last == INT64_MAX) {
    *position = {position->table + 1, INT64_MIN};
  } else {
    position->rowid = last + 1;
  }
  return keys;
}

Result<void> ExtraRows::Drop(Store* store) {
  return store->Execute("DROP TABLE IF EXISTS temp.ferrite_seen");
}

}  // namespace ferrite::internal
