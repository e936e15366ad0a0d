// What a schema's keywords say as values: constants, counts, limits.
#ifndef FERRITE_SRC_SCHEMA_CONSTANT_H_
#define FERRITE_SRC_SCHEMA_CONSTANT_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "schema_json.h"
#include "schema_node.h"

namespace ferrite::internal {

// Nothing for a number that no record can hold.
std::optional<SchemaConstant> MakeConstant(const SchemaJson& value);

// Of enum and const; null when one of them is such a number.
std::unique_ptr<ValueRules> MakeValues(const SchemaJson* values, size_t count);

// A whole number from 0 on that fits 64 bits.
std::optional<uint64_t> ReadCount(const SchemaJson& value);

// Of multipleOf: a number more than 0, at most 10^18, with at most 19 digits.
std::optional<Decimal> ReadDivisor(const SchemaJson& value);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_CONSTANT_H_
