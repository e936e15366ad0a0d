// Numbers as JSON Schema compares them: exactly, be they Numbers or BigInts.
#ifndef FERRITE_SRC_SCHEMA_NUMBER_H_
#define FERRITE_SRC_SCHEMA_NUMBER_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "ferrite/encoding.h"

namespace ferrite::internal {

// Both are kInteger, kDouble (finite) or kBigInt. Less than, equal to or
// greater than 0, as a is to b.
int CompareNumbers(const Item& a, const Item& b);

// Equal numbers give equal doubles.
double NearDouble(const Item& number);

// Whether a kDouble is integral; the other two are.
bool IsWholeNumber(const Item& number);

// digits * 10^exponent
struct Decimal {
  uint64_t digits = 0;
  int exponent = 0;
};

// Of a JSON number's text, without its sign; nothing when it has more than 19
// digits that count.
std::optional<Decimal> ParseDecimal(std::string_view text);

// Whether the number, as JSON shows it in decimal, is a multiple of `divisor`,
// which is no more than 10^18 and not 0.
bool IsMultiple(const Item& number, const Decimal& divisor);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_NUMBER_H_
