#include "extra_rows.h"

#include "compare_visitor.h"
#include "ferrite/mapper.h"
#include "value_preview.h"

namespace ferrite::internal {
namespace {

constexpr int kRowsPerSlice = 4096;

// The rowids from the position on, and whether each was not marked.
std::string SelectSliceSql(const Table& table) {
  const std::string rowid(RowidName(table));
  return "SELECT " + rowid +
         ", NOT EXISTS(SELECT 1 FROM temp.ferrite_seen AS seen "
         "WHERE seen.tab=?1 AND seen.row=t." +
         rowid + ") FROM " + QuoteIdentifier(table.name) + " AS t WHERE " +
         rowid + ">=?2 ORDER BY " + rowid + " LIMIT " +
         std::to_string(kRowsPerSlice);
}

// One row's cells, as it stands in `row`.
Difference Describe(const Table& table, const Statement& row) {
  std::vector<Cell> cells;
  for (int i = 0; i < row.column_count(); ++i) cells.push_back(row.Column(i));
  std::vector<Cell> key;
  for (const size_t column : table.primary_key) key.push_back(cells[column]);
  Difference difference;
  difference.table = table.name;
  difference.kind = kExtra;
  difference.store_bytes = RowBytes(cells);
  NameRow(table, key, &difference);
  return difference;
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

Result<void> ExtraRows::Row(size_t table, const Record&,
                            RecordComparer* comparer) {
  Result<RecordComparer::Finding> finding = comparer->Compare();
  if (!finding.ok()) return std::move(finding).error();
  if (finding->verdict == RecordComparer::Verdict::kMissing) return {};
  mark_.Bind(1, Cell::Integer(static_cast<int64_t>(table)));
  mark_.Bind(2, Cell::Integer(finding->rowid));
  return mark_.Run();
}

Result<std::vector<Difference>> ExtraRows::Find(Position* position) {
  const Table& table = tables_[position->table];
  Result<Statement> slice = store_->Prepare(SelectSliceSql(table));
  if (!slice.ok()) return std::move(slice).error();
  Result<Statement> select = store_->Prepare(SelectByRowidSql(table));
  if (!select.ok()) return std::move(select).error();
  slice->Bind(1, Cell::Integer(static_cast<int64_t>(position->table)));
  slice->Bind(2, Cell::Integer(position->rowid));
  std::vector<Difference> extra;
  int rows = 0;
  int64_t last = INT64_MAX;
  for (;;) {
    Result<bool> row = slice->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) break;
    ++rows;
    last = slice->Column(0).integer;
    if (slice->Column(1).integer == 0) continue;
    select->Bind(1, Cell::Integer(last));
    Result<bool> found = select->Step();
    if (!found.ok()) return std::move(found).error();
    extra.push_back(Describe(table, *select));
    select->Reset();
  }
  if (rows < kRowsPerSlice || last == INT64_MAX) {
    *position = {position->table + 1, INT64_MIN};
  } else {
    position->rowid = last + 1;
  }
  return extra;
}

void ExtraRows::Drop(Store* store) noexcept {
  store->Try("DROP TABLE IF EXISTS temp.ferrite_seen");
}

}  // namespace ferrite::internal
