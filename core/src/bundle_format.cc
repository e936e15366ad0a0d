#include "bundle_format.h"

#include <utility>

#include "total.h"

namespace ferrite::internal {

Result<Hash128> BundleHasher::Hash(Bytes sortable_key, Bytes value) {
  Result<Hash128> content = canonicalizer_.Hash(value);
  if (!content.ok()) return content;
  const std::array<uint8_t, 16> bytes = ToBlob(*content);
  scratch_.assign(sortable_key.begin(), sortable_key.end());
  scratch_.insert(scratch_.end(), bytes.begin(), bytes.end());
  return HashBytes(scratch_);
}

}  // namespace ferrite::internal
