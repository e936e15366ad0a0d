// What the push's writer and reader agree on.
#ifndef FERRITE_SRC_PUSH_FORMAT_H_
#define FERRITE_SRC_PUSH_FORMAT_H_

#include <array>
#include <cstdint>
#include <string_view>

#include "ferrite/push.h"

namespace ferrite::internal {

inline constexpr int64_t kPushVersion = 1;
inline constexpr std::string_view kOpRows = "rows";
// As SQLite's own limit on columns.
inline constexpr uint64_t kMaxPushColumns = 2000;
// In the order of Affinity.
inline constexpr std::array<std::string_view, 5> kAffinityNames = {
    "text", "integer", "real", "numeric", "any"};

void WriteTable(const PushTable& table, Writer* out);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PUSH_FORMAT_H_
