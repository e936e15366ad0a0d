// A stored value as a person reads it in a list of differences, shortened.
#ifndef FERRITE_CORE_SRC_VALUE_PREVIEW_H_
#define FERRITE_CORE_SRC_VALUE_PREVIEW_H_

#include <cstdint>
#include <span>
#include <string>

#include "ferrite/store.h"

namespace ferrite::internal {

// null, 42, 1.5, "text" with JSON's escapes, bytes(0a0b). Valid UTF-8 of at
// most about 300 bytes; what was cut ends with "…".
std::string ValuePreview(const Cell& cell);

// Likewise for the lossless column: its content as JSON text, or its bytes
// where it is none that a record leaves.
std::string LosslessPreview(const Cell& cell);

// Stands for what must not be shown.
inline constexpr char kRedacted[] = "(redacted)";

// What a row's cells take: text and blobs their bytes, numbers eight, NULL
// nothing.
uint64_t RowBytes(std::span<const Cell> row);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_VALUE_PREVIEW_H_
