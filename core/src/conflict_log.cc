#include "conflict_log.h"

#include <algorithm>
#include <iterator>

#include "total.h"

namespace ferrite::internal {

Result<ConflictLog> ConflictLog::Open(Store* store) {
  Result<Statement> add = store->Prepare(
      "INSERT INTO ferrite_conflict(migration,table_name,source,record_key,"
      "row_key,key_text,columns,decision,source_hash,store_hash,result,"
      "source_row,store_row,at) "
      "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14)");
  if (!add.ok()) return std::move(add).error();
  // The last one that speaks of the content says what became of it.
  Result<Statement> find = store->Prepare(
      "SELECT decision FROM ferrite_conflict WHERE table_name=?1 AND "
      "row_key=?2 AND ?3 IN (source_hash,store_hash) AND EXISTS(SELECT 1 FROM "
      "ferrite_conflict WHERE table_name=?1 AND row_key=?2 AND result=?4) "
      "ORDER BY id DESC LIMIT 1");
  if (!find.ok()) return std::move(find).error();
  Result<Statement> move = store->Prepare(
      "UPDATE ferrite_conflict SET result=?4 WHERE table_name=?1 AND "
      "row_key=?2 AND result=?3");
  if (!move.ok()) return std::move(move).error();
  return ConflictLog(std::move(add).value(), std::move(find).value(),
                     std::move(move).value());
}

Result<void> ConflictLog::Add(const Entry& entry) {
  const auto row = [](Bytes bytes) {
    return bytes.empty() ? Cell::Null() : Cell::Blob(bytes);
  };
  const auto source_hash = ToBlob(entry.source_hash);
  const auto store_hash = ToBlob(entry.store_hash);
  const auto result = ToBlob(entry.result);
  add_.Bind(1, Cell::Integer(entry.migration));
  add_.Bind(2, Cell::Text(entry.table));
  add_.Bind(3, Cell::Integer(entry.source));
  add_.Bind(4, Cell::Blob(entry.record_key));
  add_.Bind(5, Cell::Blob(entry.row_key));
  add_.Bind(6, Cell::Text(entry.key_text));
  add_.Bind(7, Cell::Text(entry.columns));
  add_.Bind(8, Cell::Text(kDecisionNames[static_cast<size_t>(entry.decision)]));
  add_.Bind(9, Cell::Blob(source_hash));
  add_.Bind(10, Cell::Blob(store_hash));
  add_.Bind(11, Cell::Blob(result));
  add_.Bind(12, row(entry.source_row));
  add_.Bind(13, row(entry.store_row));
  add_.Bind(14, Cell::Integer(entry.at));
  return add_.Run();
}

Result<std::optional<Decision>> ConflictLog::Find(const std::string& table,
                                                  Bytes row_key,
                                                  const Hash128& lost,
                                                  const Hash128& found) {
  const auto lost_hash = ToBlob(lost);
  const auto found_hash = ToBlob(found);
  find_.Bind(1, Cell::Text(table));
  find_.Bind(2, Cell::Blob(row_key));
  find_.Bind(3, Cell::Blob(lost_hash));
  find_.Bind(4, Cell::Blob(found_hash));
  Result<bool> row = find_.Step();
  std::optional<Decision> decision;
  if (row.ok() && *row) {
    const auto name =
        std::find(std::begin(kDecisionNames), std::end(kDecisionNames),
                  find_.Column(0).text());
    if (name != std::end(kDecisionNames)) {
      decision = static_cast<Decision>(name - std::begin(kDecisionNames));
    }
  }
  find_.Reset();
  if (!row.ok()) return std::move(row).error();
  return decision;
}

Result<void> ConflictLog::MoveOn(const std::string& table, Bytes row_key,
                                 const Hash128& from, const Hash128& to) {
  const auto from_hash = ToBlob(from);
  const auto to_hash = ToBlob(to);
  move_.Bind(1, Cell::Text(table));
  move_.Bind(2, Cell::Blob(row_key));
  move_.Bind(3, Cell::Blob(from_hash));
  move_.Bind(4, Cell::Blob(to_hash));
  return move_.Run();
}

}  // namespace ferrite::internal
