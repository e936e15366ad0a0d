// The names of column types and conversions, as plans spell them.
#ifndef FERRITE_SRC_COLUMN_TYPE_H_
#define FERRITE_SRC_COLUMN_TYPE_H_

#include <span>
#include <string_view>
#include <vector>

#include "ferrite/plan.h"

namespace ferrite::internal {

// In the order of ColumnType.
std::span<const std::string_view> ColumnTypeNames();

inline std::string_view ColumnTypeName(ColumnType type) {
  return ColumnTypeNames()[static_cast<size_t>(type)];
}

// In the order of Convert, without kNone, which has no name.
std::span<const std::string_view> ConvertNames();

// The conversions of a type; none for the type key.
std::vector<Convert> ConversionsOf(ColumnType type);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_COLUMN_TYPE_H_
