// The mark of a clean-up in a store: ferrite_meta.clean_up.
#ifndef FERRITE_CORE_SRC_CLEAN_UP_MARK_H_
#define FERRITE_CORE_SRC_CLEAN_UP_MARK_H_

#include <cstdint>
#include <optional>
#include <string>

#include "ferrite/store.h"

namespace ferrite::internal {

inline constexpr char kMarkRunning[] = "running";
inline constexpr char kMarkDone[] = "done";
inline constexpr char kMarkRestoring[] = "restoring";
inline constexpr char kMarkRestored[] = "restored";

struct CleanUpMark {
  std::string id;         // of the snapshot
  int64_t row = 0;        // ferrite_migration.id of the clean-up
  int64_t migration = 0;  // whose sources they were
  std::string status;
  int64_t started_at = 0;
  std::optional<int64_t> finished_at;
  std::string sources = "[]";  // JSON, the host's
  std::string newer;           // JSON, the host's; empty: nothing was replaced

  // Some of the legacy data is, or may be, gone from its sources.
  bool IsInForce() const { return status != kMarkRestored; }
  std::string ToJson() const;
};

Result<std::optional<CleanUpMark>> FindMark(Store* store);
// Inside a transaction, as the next two.
Result<void> SetMark(Store* store, const CleanUpMark& mark);
Result<void> RemoveMark(Store* store);

// A store is restored: the mark tells of the sources, which are as they are, so
// it is `live`'s when both are lives of one store. A rollback that the restored
// store was saved from has ended.
Result<void> KeepMark(Store* live, Store* restored, bool is_same_store);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_CLEAN_UP_MARK_H_
