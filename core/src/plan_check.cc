#include "plan_check.h"

#include <algorithm>
#include <utility>

#include "json_pointer.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

constexpr size_t kMaxNameBytes = 128;

}  // namespace

Error Invalid(std::string path, std::string message, std::string hint) {
  return {ErrorCode::kPlanInvalid, std::move(message), std::move(hint),
          std::move(path)};
}

std::string Below(std::string path, std::string_view token) {
  internal::AppendToken(token, &path);
  return path;
}

std::string Below(std::string path, size_t index) {
  return Below(std::move(path), std::to_string(index));
}

Result<void> Expect(const JsonValue& value, JsonValue::Type type,
                    std::string_view what, const std::string& path) {
  if (value.Is(type)) return {};
  return Invalid(path, "Found " + Describe(value) + ".",
                 "Expected " + std::string(what) + ".");
}

Result<void> ExpectObject(const JsonValue& value, std::string_view what,
                          std::span<const std::string_view> allowed,
                          std::span<const std::string_view> required,
                          const std::string& path) {
  if (auto is = Expect(value, JsonValue::Type::kObject, what, path); !is.ok())
    return is;
  for (const std::string& name : value.names) {
    if (std::find(allowed.begin(), allowed.end(), name) != allowed.end())
      continue;
    if (IsComment(name)) {
      if (auto is = ExpectComment(*value.Find(name), path); !is.ok()) return is;
      continue;
    }
    return Invalid(Below(path, name),
                   Quoted(name) + " is no member of " + std::string(what) + ".",
                   SuggestHint(name, allowed));
  }
  for (const std::string_view name : required) {
    if (value.Find(name) != nullptr) continue;
    return Invalid(path, Quoted(name) + " is missing.",
                   "It is required in " + std::string(what) + ".");
  }
  return {};
}

Result<size_t> ExpectWord(const JsonValue& value,
                          std::span<const std::string_view> words,
                          std::string_view what, const std::string& path) {
  if (auto is = Expect(value, JsonValue::Type::kString, what, path); !is.ok())
    return is.error();
  const auto found = std::find(words.begin(), words.end(), value.text);
  if (found != words.end()) return static_cast<size_t>(found - words.begin());
  return Invalid(path,
                 Quoted(value.text) + " is not " + std::string(what) + ".",
                 SuggestHint(value.text, words));
}

Result<void> ExpectCount(const JsonValue& value, size_t least, size_t most,
                         std::string_view what, const std::string& path) {
  if (auto is = Expect(value, JsonValue::Type::kArray,
                       "an array of " + std::string(what), path);
      !is.ok()) {
    return is;
  }
  const size_t count = value.items.size();
  if (count >= least && count <= most) return {};
  return Invalid(
      path, "Found " + std::to_string(count) + " " + std::string(what) + ".",
      "Allowed: " + std::to_string(least) + " to " + std::to_string(most) +
          ".");
}

Result<void> ParseFlag(const JsonValue& object, std::string_view name,
                       const std::string& path, bool* flag) {
  const JsonValue* value = object.Find(name);
  if (value == nullptr) return {};
  if (auto is = Expect(*value, JsonValue::Type::kBool, "true or false",
                       Below(path, name));
      !is.ok()) {
    return is;
  }
  *flag = value->boolean;
  return {};
}

Result<std::vector<size_t>> ParseColumnNames(
    const JsonValue& value, std::span<const std::string_view> names,
    std::string_view what, const std::string& path, std::string_view expected) {
  if (auto is = Expect(value, JsonValue::Type::kArray,
                       "an array of column names", path);
      !is.ok()) {
    return is.error();
  }
  if (value.items.empty()) {
    return Invalid(path, "The " + std::string(what) + " has no columns.",
                   "Name at least one.");
  }
  std::vector<size_t> columns;
  for (size_t i = 0; i < value.items.size(); ++i) {
    const std::string item_path = Below(path, i);
    auto column = ExpectWord(value.items[i], names, expected, item_path);
    if (!column.ok()) return column.error();
    if (std::find(columns.begin(), columns.end(), *column) != columns.end()) {
      return Invalid(item_path,
                     "The column " + Quoted(names[*column]) + " is in the " +
                         std::string(what) + " twice.",
                     "Name it once.");
    }
    columns.push_back(*column);
  }
  return columns;
}

Result<void> ExpectSql(const JsonValue& value, const std::string& path) {
  if (auto is =
          Expect(value, JsonValue::Type::kString, "an SQL expression", path);
      !is.ok()) {
    return is;
  }
  if (value.text.find_first_not_of(" \t\r\n\f") == std::string::npos) {
    return Invalid(path, "The SQL expression is empty.",
                   "Write one, such as \"record ->> '$.name'\".");
  }
  if (value.text.find('\0') != std::string::npos) {
    return Invalid(path, "The SQL expression holds a NUL character.",
                   "Leave it out: SQLite takes it for the end.");
  }
  return {};
}

bool IsComment(std::string_view name) { return name == "$comment"; }

Result<void> ExpectComment(const JsonValue& value, const std::string& path) {
  return Expect(value, JsonValue::Type::kString, "a text, the comment",
                Below(path, "$comment"));
}

Result<void> ExpectName(const std::string& name, const std::string& path) {
  if (name.empty()) {
    return Invalid(path, "The name is empty.",
                   "Give it at least one character.");
  }
  if (name.size() > kMaxNameBytes) {
    return Invalid(
        path,
        "The name " + Quoted(name) + " has " + std::to_string(name.size()) +
            " bytes.",
        "At most " + std::to_string(kMaxNameBytes) + " are allowed.");
  }
  if (name.find('\0') != std::string::npos) {
    return Invalid(path, "The name holds a NUL character.", "Leave it out.");
  }
  return ExpectUnreservedName(name, path);
}

Result<void> ExpectUnreservedName(const std::string& name,
                                  const std::string& path) {
  const std::string lower = AsciiLower(name);
  for (const std::string_view prefix : {"ferrite_", "sqlite_"}) {
    if (!lower.starts_with(prefix)) continue;
    return Invalid(path, "The name " + Quoted(name) + " is reserved.",
                   "Names do not begin with " + Quoted(prefix) + ".");
  }
  return {};
}

Result<void> ExpectNewName(const std::string& name, std::string_view what,
                           NamesInUse* names, const std::string& path) {
  const auto [used, is_new] = names->emplace(AsciiLower(name), path);
  if (is_new) return {};
  return Invalid(path,
                 "The " + std::string(what) + " name " + Quoted(name) +
                     " is used at " + used->second + " already.",
                 "Names differ by more than ASCII upper and lower case.");
}

}  // namespace ferrite::internal
