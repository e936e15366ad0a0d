// A row that becomes a record's own outside of a migration.
#ifndef FERRITE_CORE_SRC_ORIGIN_ROW_H_
#define FERRITE_CORE_SRC_ORIGIN_ROW_H_

#include <cstdint>
#include <span>

#include "ferrite/bytes.h"
#include "ferrite/hash.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

struct RowOf {
  const Plan& plan;
  size_t table = 0;  // index into Plan::tables
  std::span<const Cell> row;
  Hash128 hash;
};

// Adds it to what ferrite_origin keeps of the record with this sortable key.
// Nothing to do where the migration keeps no origins.
Result<void> AddOriginRow(Store* store, int64_t migration, size_t source,
                          Bytes sortable_key, const RowOf& row);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_ORIGIN_ROW_H_
