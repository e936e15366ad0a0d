#include "orphan_book.h"

#include <sqlite3.h>

#include <string>

#include "run_sql.h"
#include "store_schema.h"
#include "total.h"

namespace ferrite::internal {
namespace {

Cell Number(size_t number) {
  return Cell::Integer(static_cast<int64_t>(number));
}

}  // namespace

Result<OrphanBook> OrphanBook::Open(Store* store, int64_t origin) {
  Result<Statement> find = store->Prepare(
      "SELECT is_now,is_in_ledger FROM ferrite_orphaned "
      "WHERE origin=?1 AND table_number=?2 AND made=?3");
  if (!find.ok()) return std::move(find).error();
  return OrphanBook(store, origin, std::move(find).value());
}

Result<void> OrphanBook::Note(size_t table, const Hash128& from,
                              const Hash128& to, bool is_in_ledger) {
  const auto from_hash = ToBlob(from);
  const auto to_hash = ToBlob(to);
  const Cell in_ledger = Cell::Integer(is_in_ledger ? 1 : 0);
  // It may have been changed before.
  Result<void> moved = RunSql(
      store_,
      "UPDATE ferrite_orphaned SET is_now=?4, is_in_ledger=?5 WHERE origin=?1 "
      "AND table_number=?2 AND is_now=?3 AND is_in_ledger=0",
      {Cell::Integer(origin_), Number(table), Cell::Blob(from_hash),
       Cell::Blob(to_hash), in_ledger});
  if (!moved.ok() || sqlite3_changes64(store_->handle()) != 0) return moved;
  return RunSql(
      store_, "INSERT OR REPLACE INTO ferrite_orphaned VALUES(?1,?2,?3,?4,?5)",
      {Cell::Integer(origin_), Number(table), Cell::Blob(from_hash),
       Cell::Blob(to_hash), in_ledger});
}

Result<void> OrphanBook::Return(size_t table, const Hash128& row) {
  const auto hash = ToBlob(row);
  Result<void> back =
      RunSql(store_,
             "UPDATE ferrite_orphaned SET is_in_ledger=0 WHERE origin=?1 AND "
             "table_number=?2 AND is_now=?3",
             {Cell::Integer(origin_), Number(table), Cell::Blob(hash)});
  if (!back.ok()) return back;
  // It is what its record made.
  return RunSql(store_,
                "DELETE FROM ferrite_orphaned WHERE origin=?1 AND "
                "table_number=?2 AND is_now=?3 AND made=is_now",
                {Cell::Integer(origin_), Number(table), Cell::Blob(hash)});
}

Result<std::optional<OrphanBook::Orphan>> OrphanBook::Find(
    size_t table, const Hash128& made) {
  const auto hash = ToBlob(made);
  find_.Bind(1, Cell::Integer(origin_));
  find_.Bind(2, Number(table));
  find_.Bind(3, Cell::Blob(hash));
  Result<bool> row = find_.Step();
  std::optional<Orphan> orphan;
  if (row.ok() && *row) {
    orphan =
        Orphan{FromBlob(find_.Column(0).bytes), find_.Column(1).integer != 0};
  }
  find_.Reset();
  if (!row.ok()) return std::move(row).error();
  return orphan;
}

Result<void> OrphanBook::Erase(size_t table, const Hash128& made) {
  const auto hash = ToBlob(made);
  return RunSql(store_,
                "DELETE FROM ferrite_orphaned WHERE origin=?1 AND "
                "table_number=?2 AND made=?3",
                {Cell::Integer(origin_), Number(table), Cell::Blob(hash)});
}

Result<bool> OrphanBook::Any() {
  Result<int64_t> any = QueryInteger(
      store_, "SELECT EXISTS(SELECT 1 FROM ferrite_orphaned WHERE origin=" +
                  std::to_string(origin_) + ")");
  if (!any.ok()) return std::move(any).error();
  return *any != 0;
}

}  // namespace ferrite::internal
