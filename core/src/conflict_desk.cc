#include "conflict_desk.h"

#include <nlohmann/json.hpp>

#include "ferrite/key.h"
#include "row_cells.h"
#include "row_key.h"
#include "row_statements.h"
#include "sqlite_error.h"

namespace ferrite::internal {
namespace {

std::vector<Cell> KeyCells(const Table& table, std::span<const Cell> row) {
  std::vector<Cell> cells;
  for (const size_t column : table.primary_key) cells.push_back(row[column]);
  return cells;
}

std::string DifferentColumns(const Table& table, std::span<const Cell> a,
                             std::span<const Cell> b) {
  std::string names = "[";
  for (size_t i = 0; i < a.size(); ++i) {
    if (IsSameCell(a[i], b[i])) continue;
    if (names.size() > 1) names += ',';
    names += nlohmann::json(CellName(table, i)).dump();
  }
  return names + "]";
}

}  // namespace

ByteBuffer RowKeyOf(const Table& table, std::span<const Cell> row) {
  // In the ledger's form, which RecordComparer::RowKey gives too.
  Writer key;
  WriteRowKey(table, KeyCells(table, row), &key);
  ByteBuffer sortable;
  if (!AppendSortableKey(key.bytes(), &sortable).ok()) sortable.clear();
  return sortable;
}

Result<ConflictDesk> ConflictDesk::Open(Store* store, const Table& table,
                                        int64_t migration) {
  Result<Statement> select = store->Prepare(SelectByKeySql(table));
  if (!select.ok()) return std::move(select).error();
  Result<Statement> update = store->Prepare(UpdateRowSql(table));
  if (!update.ok()) return std::move(update).error();
  Result<ConflictLog> log = ConflictLog::Open(store);
  if (!log.ok()) return std::move(log).error();
  return ConflictDesk(table, migration, std::move(select).value(),
                      std::move(update).value(), std::move(log).value());
}

Result<bool> ConflictDesk::Settle(const Case& given, Mapper* mapper,
                                  Total* rows, Error* failure) {
  int parameter = 0;
  for (const size_t column : table_->primary_key) {
    select_.Bind(++parameter, given.row[column]);
  }
  Result<bool> settled = SettleRow(given, mapper, rows, failure);
  // What is still open when a commit fails keeps SQLite from going on.
  select_.Reset();
  return settled;
}

Result<bool> ConflictDesk::SettleRow(const Case& given, Mapper* mapper,
                                     Total* rows, Error* failure) {
  is_records_ = false;
  Result<bool> found = select_.Step();
  // It is not the primary key that is taken, where no row has it.
  if (!found.ok() || !*found) return found;
  stored_.resize(given.row.size());
  for (size_t i = 0; i < stored_.size(); ++i) {
    stored_[i] = select_.Column(static_cast<int>(i) + 1);
  }
  const Hash128 source = mapper->HashRow(given.row);
  const Hash128 store = mapper->HashRow(stored_);
  if (source == store) {
    ++counts_.equal;
    is_records_ = true;
    return true;
  }
  const Decision decision =
      Decide(table_->on_conflict, given.row, stored_, &merged_);
  Hash128 result = store;
  if (decision == Decision::kOverwritten || decision == Decision::kMerged) {
    const std::span<const Cell> row =
        decision == Decision::kMerged ? merged_ : given.row;
    result = mapper->HashRow(row);
    int parameter = 0;
    for (const Cell& cell : row) update_.Bind(++parameter, cell);
    update_.Bind(++parameter, select_.Column(0));
    if (auto updated = update_.Run(); !updated.ok()) {
      if (!IsRowFailure(update_, updated.error().code)) return updated.error();
      *failure = std::move(updated).error();
      return false;
    }
    rows->Subtract(store);
    rows->Add(result);
  }
  counts_.Count(decision);
  is_records_ = decision == Decision::kOverwritten;
  if (auto noted = Note(given, decision, source, store, result); !noted.ok()) {
    return std::move(noted).error();
  }
  return true;
}

Result<void> ConflictDesk::Note(const Case& given, Decision decision,
                                const Hash128& source, const Hash128& store,
                                const Hash128& result) {
  source_row_.Clear();
  store_row_.Clear();
  // What is in the table need not be kept twice, but for what may change there.
  if (decision != Decision::kOverwritten) {
    WriteRowCells(*table_, given.row, &source_row_);
  }
  if (decision != Decision::kKept) {
    WriteRowCells(*table_, stored_, &store_row_);
  }
  const ByteBuffer row_key = RowKeyOf(*table_, given.row);
  ConflictLog::Entry entry;
  entry.migration = migration_;
  entry.table = table_->name;
  entry.source = static_cast<int64_t>(given.source);
  entry.record_key = given.record_key;
  entry.row_key = row_key;
  entry.key_text = RowKeyText(*table_, KeyCells(*table_, given.row));
  entry.columns = DifferentColumns(*table_, given.row, stored_);
  entry.decision = decision;
  entry.source_hash = source;
  entry.store_hash = store;
  entry.result = result;
  entry.source_row = source_row_.bytes();
  entry.store_row = store_row_.bytes();
  entry.at = given.at;
  return log_.Add(entry);
}

}  // namespace ferrite::internal
