#include "schema_constant.h"

#include <algorithm>
#include <utility>

namespace ferrite::internal {

using Type = SchemaJson::Type;

std::optional<SchemaConstant> MakeConstant(const SchemaJson& value) {
  Writer writer;
  if (!EncodeSchemaJson(value, &writer)) return std::nullopt;
  SchemaConstant constant;
  constant.encoded = writer.Take();
  AppendSchemaJson(value, &constant.json);
  return constant;
}

std::unique_ptr<ValueRules> MakeValues(const SchemaJson* values, size_t count) {
  auto rules = std::make_unique<ValueRules>();
  for (size_t i = 0; i < count; ++i) {
    std::optional<SchemaConstant> constant = MakeConstant(values[i]);
    if (!constant) return nullptr;
    if (i > 0) rules->json += ", ";
    rules->json += constant->json;
    if (values[i].Is(Type::kString)) {
      rules->strings.push_back(values[i].text);
    } else {
      rules->others.push_back(std::move(*constant));
    }
  }
  std::sort(rules->strings.begin(), rules->strings.end());
  return rules;
}

std::optional<uint64_t> ReadCount(const SchemaJson& value) {
  if (!value.Is(Type::kNumber) || value.text[0] == '-') return std::nullopt;
  const std::optional<Decimal> number = ParseDecimal(value.text);
  if (!number) return std::nullopt;
  uint64_t count = number->digits;
  if (count == 0) return count;
  if (number->exponent < 0) return std::nullopt;
  for (int i = 0; i < number->exponent; ++i) {
    if (count >= UINT64_MAX / 10) return std::nullopt;
    count *= 10;
  }
  return count;
}

std::optional<Decimal> ReadDivisor(const SchemaJson& value) {
  const std::optional<Decimal> divisor = ParseDecimal(value.text);
  if (!divisor || divisor->digits == 0 || value.text[0] == '-' ||
      divisor->exponent < -400) {
    return std::nullopt;
  }
  uint64_t scaled = divisor->digits;
  for (int i = 0; i < divisor->exponent; ++i) {
    if (scaled > 100000000000000000) return std::nullopt;  // 10^17
    scaled *= 10;
  }
  return divisor;
}

}  // namespace ferrite::internal
