#include "origin_row.h"

#include <optional>
#include <utility>

#include "ferrite/key.h"
#include "origin_entry.h"
#include "origin_run.h"
#include "origin_table.h"

namespace ferrite::internal {

Result<void> AddOriginRow(Store* store, int64_t migration, size_t source,
                          Bytes sortable_key, const RowOf& row) {
  Result<std::optional<OriginRun>> run = FindOriginRun(store, migration);
  if (!run.ok()) return std::move(run).error();
  if (!*run) return {};
  Result<OriginTable> origins = OriginTable::Open(store, (*run)->origin);
  if (!origins.ok()) return std::move(origins).error();
  ByteBuffer rows;
  OriginRecord record;
  Result<bool> found = origins->Find(source, sortable_key, &rows, &record);
  if (!found.ok()) return std::move(found).error();
  if (!*found) return {};
  Writer record_key;
  Result<void> made = AppendEncodedKey(sortable_key, &record_key);
  if (!made.ok()) return made;
  OriginKey key;
  OriginEntry entry;
  entry.Add(row.table, row.hash,
            key.Of(row.plan.tables[row.table], row.row, record_key.bytes()));
  rows.insert(rows.end(), entry.made().begin(), entry.made().end());
  record.rows = rows;
  return origins->Put(source, record);
}

}  // namespace ferrite::internal
