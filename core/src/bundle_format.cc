#include "bundle_format.h"

#include <array>
#include <string>
#include <utility>

#include "total.h"

namespace ferrite::internal {

Hash128 BundleHasher::Hash(Bytes sortable_key, Bytes value) {
  const Result<Hash128> canonical = canonicalizer_.Hash(value);
  const std::array<uint8_t, 16> content =
      ToBlob(canonical.ok() ? *canonical : HashBytes(value));
  scratch_.assign(sortable_key.begin(), sortable_key.end());
  scratch_.insert(scratch_.end(), content.begin(), content.end());
  return HashBytes(scratch_);
}

Result<Hash128> HashSources(Store* file) {
  Result<Statement> select = file->Prepare(
      "SELECT -1 AS id, value, '', '', '', 0 AS part FROM bundle_meta "
      "WHERE key='created_at' "
      "UNION ALL SELECT id, source, status, records, info, 1 "
      "FROM bundle_source "
      "UNION ALL SELECT id, source, selection, reason, records, 2 "
      "FROM bundle_left_out ORDER BY part, id");
  if (!select.ok()) return std::move(select).error();
  std::string lines;
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return HashBytes(AsBytes(lines));
    for (int i = 0; i < 5; ++i) {
      const Cell cell = select->Column(i);
      lines += cell.type == Cell::Type::kInteger ? std::to_string(cell.integer)
                                                 : std::string(cell.text());
      lines += '\n';
    }
  }
}

}  // namespace ferrite::internal
