// The names of column types, as plans spell them.
#ifndef FERRITE_SRC_COLUMN_TYPE_H_
#define FERRITE_SRC_COLUMN_TYPE_H_

#include <span>
#include <string_view>

#include "ferrite/plan.h"

namespace ferrite::internal {

// In the order of ColumnType.
std::span<const std::string_view> ColumnTypeNames();

inline std::string_view ColumnTypeName(ColumnType type) {
  return ColumnTypeNames()[static_cast<size_t>(type)];
}

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_COLUMN_TYPE_H_
