#include "bundle_format.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "total.h"

namespace ferrite::internal {

Hash128 BundleHasher::Hash(Bytes sortable_key, Bytes value, Bytes raw) {
  const Result<Hash128> canonical = canonicalizer_.Hash(value);
  const std::array<uint8_t, 16> content =
      ToBlob(canonical.ok() ? *canonical : HashBytes(value));
  scratch_.assign(sortable_key.begin(), sortable_key.end());
  scratch_.insert(scratch_.end(), content.begin(), content.end());
  scratch_.insert(scratch_.end(), raw.begin(), raw.end());
  return HashBytes(scratch_);
}

bool MayHoldNegativeZero(Bytes key) {
  static constexpr uint8_t kNegativeZero[] = {0xf9, 0x80, 0x00};
  return std::search(key.begin(), key.end(), std::begin(kNegativeZero),
                     std::end(kNegativeZero)) != key.end();
}

Result<Hash128> HashSources(Store* file, int64_t version) {
  const std::string structure =
      version < kBundleVersion
          ? ""
          : "UNION ALL SELECT id, structure, '', '', '', 3 "
            "FROM bundle_structure ";
  Result<Statement> select = file->Prepare(
      "SELECT -1 AS id, value, '', '', '', 0 AS part FROM bundle_meta "
      "WHERE key='created_at' "
      "UNION ALL SELECT id, source, status, records, info, 1 "
      "FROM bundle_source "
      "UNION ALL SELECT id, source, selection, reason, records, 2 "
      "FROM bundle_left_out " +
      structure + "ORDER BY part, id");
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
