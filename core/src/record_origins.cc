#include "record_origins.h"

#include <string>

#include "ferrite/key.h"
#include "store_schema.h"

namespace ferrite::internal {

Result<std::unique_ptr<RecordOrigins>> RecordOrigins::Open(
    Store* store, const OriginRun& run) {
  Result<OriginTable> table = OriginTable::Open(store, run.origin);
  if (!table.ok()) return std::move(table).error();
  Result<OriginWalk> walk = OriginWalk::Open(store, run.origin);
  if (!walk.ok()) return std::move(walk).error();
  Result<OrphanBook> orphans = OrphanBook::Open(store, run.origin);
  if (!orphans.ok()) return std::move(orphans).error();
  std::unique_ptr<RecordOrigins> origins(new RecordOrigins(
      run, std::move(table).value(), std::move(walk).value()));
  Result<bool> any = orphans->Any();
  if (!any.ok()) return std::move(any).error();
  origins->has_orphans_ = *any;
  const std::string id = std::to_string(run.migration);
  Result<int64_t> failed = QueryInteger(
      store,
      "SELECT EXISTS(SELECT 1 FROM ferrite_failed WHERE migration=" + id +
          ") OR EXISTS(SELECT 1 FROM ferrite_correction WHERE "
          "migration=" +
          id + ")");
  if (!failed.ok()) return std::move(failed).error();
  origins->has_failed_ = *failed != 0;
  return origins;
}

Result<Bytes> RecordOrigins::Encoded(Bytes sortable_key) {
  key_.Clear();
  Result<void> made = AppendEncodedKey(sortable_key, &key_);
  if (!made.ok()) return std::move(made).error();
  return key_.bytes();
}

}  // namespace ferrite::internal
