#include "ledger_query.h"

#include <string>

namespace ferrite::internal {
namespace {

std::string Where(const LedgerFilter& filter) {
  std::string where =
      " WHERE f.migration=?1 AND (?2='' OR f.table_name=?2) AND (?3='' OR "
      "f.code=?3) AND (?4='' OR instr(f.key_text,?4)>0 OR "
      "instr(f.message,?4)>0)";
  if (filter.ids.empty()) return where;
  where += " AND f.id IN (";
  for (size_t i = 0; i < filter.ids.size(); ++i) {
    where += (i == 0 ? "" : ",") + std::to_string(filter.ids[i]);
  }
  return where + ")";
}

void BindFilter(int64_t migration, const LedgerFilter& filter,
                Statement* statement) {
  statement->Bind(1, Cell::Integer(migration));
  statement->Bind(2, Cell::Text(filter.table));
  statement->Bind(3, Cell::Text(filter.code));
  statement->Bind(4, Cell::Text(filter.search));
}

std::string Text(const Statement& row, int column) {
  return std::string(row.Column(column).text());
}

ByteBuffer Blob(const Statement& row, int column) {
  const Bytes bytes = row.Column(column).bytes;
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Result<Statement> SelectFailed(Store* store, int64_t migration,
                               const LedgerFilter& filter,
                               std::string_view tail) {
  Result<Statement> select = store->Prepare(
      "SELECT f.id,f.table_name,f.source,f.key,f.key_text,f.code,f.message,"
      "f.path,f.at,f.value,f.row,(SELECT count(*) FROM ferrite_failed_part "
      "WHERE failed=f.id),c.id,c.value FROM ferrite_failed AS f LEFT JOIN "
      "ferrite_correction AS c ON c.migration=f.migration AND "
      "c.table_name=f.table_name AND c.source=f.source AND c.key=f.key" +
      Where(filter) + " AND f.id>?5 AND f.id<=?6 ORDER BY f.id" +
      std::string(tail));
  if (!select.ok()) return select;
  BindFilter(migration, filter, &*select);
  select->Bind(5, Cell::Integer(INT64_MIN));
  select->Bind(6, Cell::Integer(INT64_MAX));
  return select;
}

Result<uint64_t> CountFailed(Store* store, int64_t migration,
                             const LedgerFilter& filter) {
  Result<Statement> count = store->Prepare(
      "SELECT count(*) FROM ferrite_failed AS f" + Where(filter));
  if (!count.ok()) return std::move(count).error();
  BindFilter(migration, filter, &*count);
  Result<bool> row = count->Step();
  if (!row.ok()) return std::move(row).error();
  return static_cast<uint64_t>(count->Column(0).integer);
}

Result<FailedRecord> ReadFailed(Store* store, const Statement& row) {
  FailedRecord record;
  record.id = row.Column(0).integer;
  record.table = Text(row, 1);
  record.source = row.Column(2).integer;
  record.key = Blob(row, 3);
  record.key_text = Text(row, 4);
  record.code = Text(row, 5);
  record.message = Text(row, 6);
  record.path = Text(row, 7);
  record.at = row.Column(8).integer;
  record.value = Blob(row, 9);
  record.row = Blob(row, 10);
  record.is_corrected = row.Column(12).type != Cell::Type::kNull;
  record.corrected = Blob(row, 13);
  if (row.Column(11).integer == 0) return record;
  Result<Statement> parts = store->Prepare(
      "SELECT bytes FROM ferrite_failed_part WHERE failed=?1 ORDER BY part");
  if (!parts.ok()) return std::move(parts).error();
  parts->Bind(1, Cell::Integer(record.id));
  for (;;) {
    Result<bool> part = parts->Step();
    if (!part.ok()) return std::move(part).error();
    if (!*part) return record;
    const Bytes bytes = parts->Column(0).bytes;
    record.value.insert(record.value.end(), bytes.begin(), bytes.end());
  }
}

}  // namespace ferrite::internal
