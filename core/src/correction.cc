#include "correction.h"

namespace ferrite::internal {

Result<Corrections> Corrections::Open(Store* store, int64_t migration) {
  Result<Statement> any = store->Prepare(
      "SELECT 1 FROM ferrite_correction WHERE migration=?1 LIMIT 1");
  if (!any.ok()) return std::move(any).error();
  Result<Statement> find = store->Prepare(
      "SELECT kind,value,original FROM ferrite_correction WHERE migration=?1 "
      "AND table_name=?2 AND source=?3 AND key=?4");
  if (!find.ok()) return std::move(find).error();
  return Corrections(migration, std::move(any).value(),
                     std::move(find).value());
}

Result<bool> Corrections::Any() {
  any_.Bind(1, Cell::Integer(migration_));
  Result<bool> row = any_.Step();
  any_.Reset();
  return row;
}

Result<std::optional<Correction>> Corrections::Find(const std::string& table,
                                                    int64_t source,
                                                    Bytes sortable_key) {
  find_.Bind(1, Cell::Integer(migration_));
  find_.Bind(2, Cell::Text(table));
  find_.Bind(3, Cell::Integer(source));
  find_.Bind(4, Cell::Blob(sortable_key));
  Result<bool> row = find_.Step();
  std::optional<Correction> found;
  if (row.ok() && *row) {
    found.emplace();
    found->is_discarded = find_.Column(0).text() == "discarded";
    const Bytes value = find_.Column(1).bytes;
    const Bytes original = find_.Column(2).bytes;
    found->value.assign(value.begin(), value.end());
    found->original.assign(original.begin(), original.end());
  }
  find_.Reset();
  if (!row.ok()) return std::move(row).error();
  return found;
}

}  // namespace ferrite::internal
