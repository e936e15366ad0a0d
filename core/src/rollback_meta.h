// What a store remembers of the state that its migration can be taken back to.
#ifndef FERRITE_CORE_SRC_ROLLBACK_META_H_
#define FERRITE_CORE_SRC_ROLLBACK_META_H_

#include <cstdint>
#include <string>

#include "ferrite/store.h"

namespace ferrite::internal {

// ferrite_meta: {"migration":id,"point":…}, as RollbackPoint::point.
inline constexpr char kRollbackPointKey[] = "rollback_point";

// Inside a transaction.
Result<void> SetRollbackPoint(Store* store, int64_t migration,
                              const std::string& point);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_ROLLBACK_META_H_
