#include "ferrite/ledger.h"

#include "ferrite/key.h"

namespace ferrite {
namespace {

std::string Text(const Statement& row, int column) {
  return std::string(row.Column(column).text());
}

ByteBuffer Blob(const Statement& row, int column) {
  const Bytes bytes = row.Column(column).bytes;
  return {bytes.begin(), bytes.end()};
}

// The columns of both SELECTs below, in this order.
FailedRecord ReadRow(const Statement& row) {
  FailedRecord record;
  record.table = Text(row, 0);
  record.key_text = Text(row, 1);
  record.code = Text(row, 2);
  record.message = Text(row, 3);
  record.path = Text(row, 4);
  record.at = row.Column(5).integer;
  record.key = Blob(row, 6);
  record.value = Blob(row, 7);
  return record;
}

}  // namespace

Result<Ledger> Ledger::Open(Store* store, int64_t migration) {
  Result<Statement> add = store->Prepare(
      "INSERT INTO ferrite_failed(migration,table_name,source,key,key_text,"
      "code,message,path,value,at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");
  if (!add.ok()) return std::move(add).error();
  Result<Statement> contains = store->Prepare(
      "SELECT 1 FROM ferrite_failed WHERE migration=?1 AND table_name=?2 AND "
      "source=?3 AND key=?4");
  if (!contains.ok()) return std::move(contains).error();
  return Ledger(store, migration, std::move(add).value(),
                std::move(contains).value());
}

Result<void> Ledger::Add(const std::string& table, int64_t source,
                         Bytes sortable_key, Bytes key, Bytes value,
                         const Error& reason, int64_t at) {
  const std::string key_text = KeyText(key);
  add_.Bind(1, Cell::Integer(migration_));
  add_.Bind(2, Cell::Text(table));
  add_.Bind(3, Cell::Integer(source));
  add_.Bind(4, Cell::Blob(sortable_key));
  add_.Bind(5, Cell::Text(key_text));
  add_.Bind(6, Cell::Text(ErrorText(reason.code)));
  add_.Bind(7, Cell::Text(reason.message));
  add_.Bind(8, Cell::Text(reason.path));
  add_.Bind(9, Cell::Blob(value));
  add_.Bind(10, Cell::Integer(at));
  return add_.Run();
}

Result<uint64_t> Ledger::Count() {
  Result<Statement> count =
      store_->Prepare("SELECT count(*) FROM ferrite_failed WHERE migration=?1");
  if (!count.ok()) return std::move(count).error();
  count->Bind(1, Cell::Integer(migration_));
  Result<bool> row = count->Step();
  if (!row.ok()) return std::move(row).error();
  return static_cast<uint64_t>(count->Column(0).integer);
}

Result<bool> Ledger::Contains(const std::string& table, int64_t source,
                              Bytes sortable_key) {
  contains_.Bind(1, Cell::Integer(migration_));
  contains_.Bind(2, Cell::Text(table));
  contains_.Bind(3, Cell::Integer(source));
  contains_.Bind(4, Cell::Blob(sortable_key));
  Result<bool> row = contains_.Step();
  contains_.Reset();
  return row;
}

Result<std::vector<FailedRecord>> Ledger::First(size_t limit) {
  Result<Statement> select = store_->Prepare(
      "SELECT table_name,key_text,code,message,path,at,key,NULL "
      "FROM ferrite_failed WHERE migration=?1 ORDER BY id LIMIT ?2");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(migration_));
  select->Bind(2, Cell::Integer(static_cast<int64_t>(limit)));
  std::vector<FailedRecord> records;
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return records;
    records.push_back(ReadRow(*select));
  }
}

Result<void> Ledger::ForEach(
    const std::function<bool(const FailedRecord&)>& visit) {
  Result<Statement> select = store_->Prepare(
      "SELECT table_name,key_text,code,message,path,at,key,value "
      "FROM ferrite_failed WHERE migration=?1 ORDER BY id");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Integer(migration_));
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row || !visit(ReadRow(*select))) return {};
  }
}

}  // namespace ferrite
