#include "plan_filter.h"

#include <algorithm>
#include <utility>

#include "plan_check.h"
#include "plan_path.h"

namespace ferrite::internal {
namespace {

using Type = JsonValue::Type;
using Value = Condition::Value;

Result<Value> ParseValue(const JsonValue& value, const std::string& path) {
  Value result;
  switch (value.type) {
    case Type::kNull:
      return result;
    case Type::kBool:
      result.type = Value::Type::kBool;
      result.boolean = value.boolean;
      return result;
    case Type::kNumber:
      result.type = Value::Type::kNumber;
      result.number = value.number;
      return result;
    case Type::kString:
      result.type = Value::Type::kString;
      result.text = value.text;
      return result;
    case Type::kArray:
    case Type::kObject:
      break;
  }
  return Invalid(path, "Found " + Describe(value) + ".",
                 "Expected a text, a number, true, false, null, or one array "
                 "of them.");
}

Result<Condition> ParseCondition(const std::string& pointer,
                                 const JsonValue& value,
                                 const std::string& path) {
  Condition condition;
  auto parsed = ParsePath(pointer, path);
  if (!parsed.ok()) return parsed.error();
  condition.path = std::move(parsed).value();
  if (!value.Is(Type::kArray)) {
    auto one = ParseValue(value, path);
    if (!one.ok()) return one.error();
    condition.any_of.push_back(std::move(one).value());
    return condition;
  }
  if (value.items.empty()) {
    return Invalid(path, "Found an empty array, which nothing is equal to.",
                   "Name at least one value.");
  }
  for (size_t i = 0; i < value.items.size(); ++i) {
    auto one = ParseValue(value.items[i], Below(path, i));
    if (!one.ok()) return one.error();
    condition.any_of.push_back(std::move(one).value());
  }
  return condition;
}

}  // namespace

Result<void> ParseWhen(const JsonValue& value, const std::string& path,
                       Table* table) {
  if (value.Is(Type::kString)) {
    if (auto is = ExpectSql(value, path); !is.ok()) return is;
    table->when_sql = value.text;
    return {};
  }
  if (auto is = Expect(value, Type::kObject,
                       "an object of JSON Pointers and values, or SQL", path);
      !is.ok()) {
    return is;
  }
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (IsComment(value.names[i])) {
      auto is = ExpectComment(value.items[i], path);
      if (!is.ok()) return is;
      continue;
    }
    auto condition = ParseCondition(value.names[i], value.items[i],
                                    Below(path, value.names[i]));
    if (!condition.ok()) return condition.error();
    table->when.push_back(std::move(condition).value());
  }
  // Their order means nothing.
  std::sort(
      table->when.begin(), table->when.end(),
      [](const Condition& a, const Condition& b) { return a.path < b.path; });
  return {};
}

}  // namespace ferrite::internal
