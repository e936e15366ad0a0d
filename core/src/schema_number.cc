#include "schema_number.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "number.h"
#include "text_forms.h"

namespace ferrite::internal {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr double kTwo63 = 9223372036854775808.0;

int Sign(double difference) { return difference < 0 ? -1 : difference > 0; }

int CompareIntegers(int64_t a, int64_t b) { return a < b ? -1 : a > b; }

int CompareWithDouble(int64_t a, double b) {
  if (b >= kTwo63) return -1;
  if (b < -kTwo63) return 1;
  const double whole = std::trunc(b);
  if (const int order = CompareIntegers(a, static_cast<int64_t>(whole));
      order != 0) {
    return order;
  }
  return Sign(whole - b);
}

int CompareMagnitudes(Bytes a, Bytes b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

// Compares a BigInt beyond 64 bits with an integral double beyond 63.
int CompareLarge(const Item& a, double b) {
  if (a.negative != (b < 0)) return a.negative ? -1 : 1;
  int exponent;
  const double fraction = std::frexp(std::fabs(b), &exponent);
  auto mantissa = static_cast<uint64_t>(std::ldexp(fraction, 53));
  std::array<uint8_t, 136> bytes{};  // 2^1024 has 129
  const int shift = exponent - 53;
  const Wide shifted = static_cast<Wide>(mantissa) << (shift % 8);
  const auto low = bytes.size() - static_cast<size_t>(shift / 8);
  for (size_t i = 0; i < 8; ++i) {
    bytes[low - 1 - i] = static_cast<uint8_t>(shifted >> (8 * i));
  }
  if (a.negative) {  // a's bytes are of n - 1
    size_t i = bytes.size();
    while (bytes[--i]-- == 0) {
    }
  }
  Bytes magnitude(bytes);
  while (!magnitude.empty() && magnitude[0] == 0) {
    magnitude = magnitude.subspan(1);
  }
  const int order = CompareMagnitudes(a.bytes, magnitude);
  return a.negative ? -order : order;
}

int CompareBigInt(const Item& a, const Item& b) {
  const std::optional<int64_t> small = BigIntToInt64(a);
  if (b.kind == Kind::kBigInt) {
    const std::optional<int64_t> other = BigIntToInt64(b);
    if (small && other) return CompareIntegers(*small, *other);
    if (a.negative != b.negative) return a.negative ? -1 : 1;
    const int order = CompareMagnitudes(a.bytes, b.bytes);
    return a.negative ? -order : order;
  }
  if (small) return CompareWithDouble(*small, b.number);
  if (std::fabs(b.number) < kTwo63) return a.negative ? -1 : 1;
  return CompareLarge(a, b.number);
}

uint64_t Multiply(uint64_t a, uint64_t b, uint64_t modulus) {
  return static_cast<uint64_t>(static_cast<Wide>(a) * b % modulus);
}

uint64_t PowerOfTen(uint64_t exponent, uint64_t modulus) {
  uint64_t power = 1 % modulus;
  for (uint64_t base = 10 % modulus; exponent > 0; exponent >>= 1) {
    if ((exponent & 1) != 0) power = Multiply(power, base, modulus);
    base = Multiply(base, base, modulus);
  }
  return power;
}

// Whether digits * 10^exponent is a multiple of the divisor.
bool IsMultipleOf(const Decimal& value, const Decimal& divisor) {
  if (value.digits == 0) return true;
  if (value.exponent >= divisor.exponent) {
    const auto more = static_cast<uint64_t>(value.exponent - divisor.exponent);
    return Multiply(value.digits % divisor.digits,
                    PowerOfTen(more, divisor.digits), divisor.digits) == 0;
  }
  Wide scaled = divisor.digits;
  for (int i = value.exponent; i < divisor.exponent; ++i) {
    scaled *= 10;
    if (scaled > value.digits) return false;
  }
  return value.digits % static_cast<uint64_t>(scaled) == 0;
}

uint64_t Remainder(const Item& big, uint64_t modulus) {
  uint64_t rest = big.negative ? 1 % modulus : 0;  // n is what is there plus 1
  uint64_t value = 0;
  for (const uint8_t byte : big.bytes) {
    value = static_cast<uint64_t>(((static_cast<Wide>(value) << 8) | byte) %
                                  modulus);
  }
  return static_cast<uint64_t>((static_cast<Wide>(value) + rest) % modulus);
}

}  // namespace

int CompareNumbers(const Item& a, const Item& b) {
  if (a.kind == Kind::kBigInt) return CompareBigInt(a, b);
  if (b.kind == Kind::kBigInt) return -CompareBigInt(b, a);
  return a.number < b.number ? -1 : a.number > b.number;
}

double NearDouble(const Item& number) {
  if (number.kind != Kind::kBigInt) return number.number;
  if (const auto small = BigIntToInt64(number)) {
    return static_cast<double>(*small);
  }
  const size_t top = std::min<size_t>(number.bytes.size(), 8);
  const auto rest =
      static_cast<int>(std::min<size_t>(number.bytes.size() - top, 200));
  const double value = std::ldexp(
      static_cast<double>(LoadBigEndian(number.bytes.data(), top)), 8 * rest);
  return number.negative ? -value : value;
}

bool IsWholeNumber(const Item& number) {
  return number.kind != Kind::kDouble ||
         number.number == std::trunc(number.number);
}

std::optional<Decimal> ParseDecimal(std::string_view text) {
  Decimal decimal;
  bool behind_point = false;
  size_t at = text.starts_with('-') ? 1 : 0;
  int zeros = 0;  // that count only when a digit follows
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.') {
      behind_point = true;
      continue;
    }
    if (behind_point) --decimal.exponent;
    ++zeros;
    if (text[at] == '0') continue;
    for (; zeros > 0; --zeros) {
      if (decimal.digits > UINT64_MAX / 10 - 1) return std::nullopt;
      decimal.digits *= 10;
    }
    decimal.digits += static_cast<uint64_t>(text[at] - '0');
  }
  decimal.exponent += zeros;
  if (at < text.size()) {
    const std::string exponent(text.substr(at + 1, 8));
    decimal.exponent += std::atoi(exponent.c_str());
  }
  return decimal;
}

bool IsMultiple(const Item& number, const Decimal& divisor) {
  if (number.kind == Kind::kInteger) {
    const int64_t value = number.integer;
    const auto magnitude = static_cast<uint64_t>(value < 0 ? -value : value);
    return IsMultipleOf({magnitude, 0}, divisor);
  }
  if (number.kind == Kind::kDouble) {
    std::string text;
    AppendDouble(number.number, &text);
    const std::optional<Decimal> value = ParseDecimal(text);
    return value && IsMultipleOf(*value, divisor);
  }
  if (divisor.exponent < 0) {
    return Multiply(Remainder(number, divisor.digits),
                    PowerOfTen(static_cast<uint64_t>(-divisor.exponent),
                               divisor.digits),
                    divisor.digits) == 0;
  }
  uint64_t modulus = divisor.digits;
  for (int i = 0; i < divisor.exponent; ++i) modulus *= 10;
  return Remainder(number, modulus) == 0;
}

}  // namespace ferrite::internal
