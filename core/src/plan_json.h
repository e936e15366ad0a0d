// The JSON text of a plan as a tree. Unlike nlohmann's own tree it refuses
// duplicate member names, keeps their order without a search per member, and
// is bounded in size and depth, so that hostile text costs one pass.
#ifndef FERRITE_SRC_PLAN_JSON_H_
#define FERRITE_SRC_PLAN_JSON_H_

#include <string>
#include <string_view>
#include <vector>

#include "ferrite/error.h"

namespace ferrite::internal {

inline constexpr size_t kMaxPlanBytes = 4 << 20;
inline constexpr size_t kMaxPlanValues = 1'000'000;
// Schemas and JSON constants are deep; the plan itself is not.
inline constexpr size_t kMaxPlanDepth = 128;

struct JsonValue {
  enum class Type { kNull, kBool, kNumber, kString, kArray, kObject };

  Type type = Type::kNull;
  bool boolean = false;
  double number = 0;
  std::string text;                // of a string; of a number its decimal text
  std::vector<JsonValue> items;    // of an array or an object
  std::vector<std::string> names;  // of an object: names[i] is items[i]'s

  bool Is(Type wanted) const { return type == wanted; }
  const JsonValue* Find(std::string_view name) const;
};

// What a value is, for messages: `the string "x"`, `an array`, `null`.
std::string Describe(const JsonValue& value);

// The value as JSON text without layout, numbers with all their digits.
void AppendJson(const JsonValue& value, std::string* out);

Result<JsonValue> ParsePlanJson(std::string_view json);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PLAN_JSON_H_
