#include "plan_path.h"

#include <unordered_set>
#include <utility>

#include "ferrite/encoding.h"
#include "json_pointer.h"
#include "plan_check.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using Type = JsonValue::Type;

constexpr size_t kMaxPaths = 100;
constexpr std::string_view kPathsWanted =
    "a JSON Pointer or an array of JSON Pointers";

Result<Path> ParsePathItem(const JsonValue& value, std::string_view wanted,
                           const std::string& path) {
  if (auto is = Expect(value, Type::kString, wanted, path); !is.ok()) {
    return is.error();
  }
  return ParsePath(value.text, path);
}

Result<std::vector<Path>> ParseList(const JsonValue& value, bool distinct,
                                    const std::string& path) {
  std::vector<Path> paths;
  std::unordered_set<std::string_view> seen;
  for (size_t i = 0; i < value.items.size(); ++i) {
    const std::string item_path = Below(path, i);
    auto parsed = ParsePathItem(value.items[i], "a JSON Pointer", item_path);
    if (!parsed.ok()) return parsed.error();
    if (distinct && !seen.insert(value.items[i].text).second) {
      return Invalid(
          item_path,
          "The path " + Quoted(value.items[i].text) + " is given twice.",
          "Name it once.");
    }
    paths.push_back(std::move(parsed).value());
  }
  return paths;
}

}  // namespace

Result<Path> ParsePath(std::string_view text, const std::string& path) {
  std::string reason;
  auto tokens = ParsePointer(text, &reason);
  if (!tokens) {
    return Invalid(
        path, Quoted(text) + " is no JSON Pointer: " + reason + ".",
        "Write \"/name\", \"/outer/inner\", \"\" for the whole; ~ is ~0 and / "
        "in a name is ~1.");
  }
  if (tokens->size() > static_cast<size_t>(kMaxDepth)) {
    return Invalid(
        path, "The path has " + std::to_string(tokens->size()) + " steps.",
        "Records are at most " + std::to_string(kMaxDepth) + " deep.");
  }
  return *std::move(tokens);
}

Result<std::vector<Path>> ParsePaths(const JsonValue& value,
                                     const std::string& path) {
  if (value.Is(Type::kArray)) {
    if (auto is = ExpectCount(value, 1, kMaxPaths, "paths", path); !is.ok()) {
      return is.error();
    }
    return ParseList(value, true, path);
  }
  auto one = ParsePathItem(value, kPathsWanted, path);
  if (!one.ok()) return one.error();
  return std::vector<Path>{std::move(one).value()};
}

Result<std::vector<Path>> ParseEach(const JsonValue& value,
                                    const std::string& path) {
  // One path may well come twice: the levels of a tree are called alike.
  if (!value.Is(Type::kArray)) return ParsePaths(value, path);
  if (auto is = ExpectCount(value, 1, kMaxPaths, "paths", path); !is.ok()) {
    return is.error();
  }
  return ParseList(value, false, path);
}

Result<std::vector<Path>> ParseDrop(const JsonValue& value,
                                    const std::string& path) {
  if (auto is = Expect(value, Type::kArray, "an array of JSON Pointers", path);
      !is.ok()) {
    return is.error();
  }
  auto paths = ParseList(value, true, path);
  if (!paths.ok()) return paths;
  for (size_t i = 0; i < paths->size(); ++i) {
    if (!(*paths)[i].empty()) continue;
    return Invalid(Below(path, i), "The path \"\" is no field.",
                   "To keep nothing, write \"unmapped\": \"drop\".");
  }
  return paths;
}

}  // namespace ferrite::internal
