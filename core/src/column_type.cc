#include "column_type.h"

namespace ferrite::internal {
namespace {

constexpr std::string_view kNames[] = {
    "text", "integer", "real", "boolean", "datetime", "bigint",
    "blob", "json",    "any",  "key",     "uuid",     "datetime-text"};
static_assert(std::size(kNames) ==
              static_cast<size_t>(ColumnType::kDatetimeText) + 1);

}  // namespace

std::span<const std::string_view> ColumnTypeNames() { return kNames; }

}  // namespace ferrite::internal
