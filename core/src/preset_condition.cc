#include "preset_condition.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "plan_check.h"

namespace ferrite::internal {
namespace {

using Type = JsonValue::Type;

constexpr double kMaxVersion = 9007199254740992;  // 2^53
// In the order of Subject.
constexpr std::string_view kSubjects[] = {
    "database", "version",      "store",         "onlyStores",
    "without",  "localStorage", "sessionStorage"};

Result<Pattern> ParsePattern(const JsonValue& json, const std::string& path) {
  if (auto is = Expect(json, Type::kString, "a pattern", path); !is.ok())
    return is.error();
  std::string reason;
  auto pattern = Pattern::Parse(json.text, &reason);
  if (!pattern) return Invalid(path, reason, "Write {{ for a brace itself.");
  return *std::move(pattern);
}

Result<void> ParseOptionalPattern(const JsonValue& json, std::string_view name,
                                  const std::string& path,
                                  std::optional<Pattern>* pattern) {
  const JsonValue* value = json.Find(name);
  if (value == nullptr) return {};
  auto parsed = ParsePattern(*value, Below(path, name));
  if (!parsed.ok()) return parsed.error();
  *pattern = std::move(parsed).value();
  return {};
}

Result<void> ParseOptionalBool(const JsonValue& json, std::string_view name,
                               const std::string& path,
                               std::optional<bool>* result) {
  const JsonValue* value = json.Find(name);
  if (value == nullptr) return {};
  if (auto is = Expect(*value, Type::kBool, "true or false", Below(path, name));
      !is.ok()) {
    return is;
  }
  *result = value->boolean;
  return {};
}

Result<void> ParseVersion(const JsonValue& json, const std::string& path,
                          PresetCondition* condition) {
  static constexpr std::string_view kRules[] = {"multipleOf", "atLeast"};
  if (auto is = ExpectObject(json, "a version rule", kRules, {}, path);
      !is.ok()) {
    return is;
  }
  if (json.names.empty()) {
    return Invalid(path, "The version rule says nothing.",
                   "Give multipleOf, atLeast or both.");
  }
  for (size_t i = 0; i < json.names.size(); ++i) {
    const JsonValue& value = json.items[i];
    if (!value.Is(Type::kNumber) || value.number < 1 ||
        value.number > kMaxVersion ||
        std::floor(value.number) != value.number) {
      return Invalid(Below(path, json.names[i]),
                     "Found " + Describe(value) + ".",
                     "Expected a whole number from 1.");
    }
    (json.names[i] == "atLeast" ? condition->at_least
                                : condition->multiple_of) =
        static_cast<uint64_t>(value.number);
  }
  return {};
}

Result<void> ParseKeyPath(const JsonValue& json, const std::string& path,
                          PresetCondition* condition) {
  nlohmann::json value;
  if (json.Is(Type::kString)) {
    value = json.text;
  } else if (json.Is(Type::kArray)) {
    value = nlohmann::json::array();
    for (size_t i = 0; i < json.items.size(); ++i) {
      if (auto is = Expect(json.items[i], Type::kString, "a key path",
                           Below(path, i));
          !is.ok()) {
        return is;
      }
      value.push_back(json.items[i].text);
    }
  } else if (!json.Is(Type::kNull)) {
    return Invalid(path, "Found " + Describe(json) + ".",
                   "Expected a key path, an array of them or null.");
  }
  condition->key_path = value.dump();
  return {};
}

Result<void> ParseStoreShape(const JsonValue& json, const std::string& path,
                             PresetCondition* condition) {
  if (const JsonValue* key_path = json.Find("keyPath")) {
    if (auto is = ParseKeyPath(*key_path, Below(path, "keyPath"), condition);
        !is.ok()) {
      return is;
    }
  }
  if (auto is = ParseOptionalBool(json, "autoIncrement", path,
                                  &condition->auto_increment);
      !is.ok()) {
    return is;
  }
  if (auto is = ParseOptionalBool(json, "filled", path, &condition->filled);
      !is.ok()) {
    return is;
  }
  if (auto is = ParseOptionalPattern(json, "key", path, &condition->key);
      !is.ok()) {
    return is;
  }
  return ParseOptionalPattern(json, "index", path, &condition->index);
}

Result<void> ParseSubject(const JsonValue& value, const std::string& path,
                          PresetCondition* condition) {
  if (condition->subject == Subject::kVersion)
    return ParseVersion(value, path, condition);
  if (condition->subject != Subject::kOnlyStores) {
    auto pattern = ParsePattern(value, path);
    if (!pattern.ok()) return pattern.error();
    condition->patterns.push_back(std::move(pattern).value());
    return {};
  }
  if (auto is = Expect(value, Type::kArray, "an array of patterns", path);
      !is.ok()) {
    return is;
  }
  for (size_t i = 0; i < value.items.size(); ++i) {
    auto pattern = ParsePattern(value.items[i], Below(path, i));
    if (!pattern.ok()) return pattern.error();
    condition->patterns.push_back(std::move(pattern).value());
  }
  return {};
}

std::vector<std::string_view> MembersOf(Subject subject, ConditionUse use) {
  std::vector<std::string_view> members = {
      kSubjects[static_cast<size_t>(subject)]};
  if (subject == Subject::kStore) {
    members.insert(members.end(),
                   {"keyPath", "autoIncrement", "filled", "key", "index"});
  }
  if (IsEntry(subject)) members.push_back("value");
  if (use == ConditionUse::kMatch) members.push_back("evidence");
  return members;
}

std::optional<Subject> FindSubject(const JsonValue& json) {
  for (size_t i = 0; i < std::size(kSubjects); ++i) {
    if (json.Find(kSubjects[i]) != nullptr) return static_cast<Subject>(i);
  }
  return std::nullopt;
}

}  // namespace

Result<PresetCondition> ParsePresetCondition(const JsonValue& json,
                                             ConditionUse use,
                                             const std::string& path) {
  if (auto is = Expect(json, Type::kObject, "an object", path); !is.ok())
    return is.error();
  const bool is_match = use == ConditionUse::kMatch;
  const auto subject = FindSubject(json);
  if (!subject ||
      (!is_match && *subject != Subject::kStore && !IsEntry(*subject))) {
    return Invalid(
        path, "It does not say what it is about.",
        is_match ? "Expected one of database, version, store, onlyStores, "
                   "without, localStorage, sessionStorage."
                 : "Expected one of store, localStorage, sessionStorage.");
  }
  const std::string_view word = kSubjects[static_cast<size_t>(*subject)];
  const auto members = MembersOf(*subject, use);
  std::vector<std::string_view> required = {word};
  if (is_match) required.push_back("evidence");
  if (auto is = ExpectObject(json, "a condition on " + std::string(word),
                             members, required, path);
      !is.ok()) {
    return is.error();
  }
  PresetCondition condition;
  condition.subject = *subject;
  if (auto is = ParseSubject(*json.Find(word), Below(path, word), &condition);
      !is.ok()) {
    return is.error();
  }
  if (*subject == Subject::kStore) {
    if (auto is = ParseStoreShape(json, path, &condition); !is.ok())
      return is.error();
  }
  if (auto is = ParseOptionalPattern(json, "value", path, &condition.value);
      !is.ok()) {
    return is.error();
  }
  if (is_match) {
    const JsonValue& evidence = *json.Find("evidence");
    if (auto is = Expect(evidence, Type::kString, "a sentence",
                         Below(path, "evidence"));
        !is.ok()) {
      return is.error();
    }
    condition.evidence = evidence.text;
  }
  return condition;
}

bool Holds(const PresetCondition& condition, const StoreFacts& store,
           Captures* captures) {
  Captures found = *captures;
  if (!condition.patterns.front().Match(store.name, &found)) return false;
  if (condition.key_path && *condition.key_path != store.key_path) return false;
  if (condition.auto_increment &&
      *condition.auto_increment != store.auto_increment)
    return false;
  if (condition.filled && *condition.filled != (store.records > 0))
    return false;
  const auto any = [&](const std::optional<Pattern>& pattern,
                       const std::vector<std::string>& texts) {
    return !pattern || std::any_of(texts.begin(), texts.end(),
                                   [&](const std::string& text) {
                                     return pattern->Match(text, &found);
                                   });
  };
  if (!any(condition.key, store.keys) || !any(condition.index, store.indexes))
    return false;
  *captures = std::move(found);
  (*captures)["store"] = store.name;
  return true;
}

bool Holds(const PresetCondition& condition, const DatabaseFacts& database,
           Captures* captures) {
  const auto& stores = database.stores;
  switch (condition.subject) {
    case Subject::kDatabase:
      return condition.patterns.front().Match(database.name, captures);
    case Subject::kVersion:
      return database.version >= condition.at_least && database.version > 0 &&
             database.version % condition.multiple_of == 0;
    case Subject::kStore:
      return std::any_of(stores.begin(), stores.end(),
                         [&](const StoreFacts& store) {
                           return Holds(condition, store, captures);
                         });
    case Subject::kOnlyStores:
      return std::all_of(
          stores.begin(), stores.end(), [&](const StoreFacts& store) {
            return std::any_of(condition.patterns.begin(),
                               condition.patterns.end(),
                               [&](const Pattern& pattern) {
                                 return pattern.Match(store.name, captures);
                               });
          });
    case Subject::kWithout:
      return std::none_of(
          stores.begin(), stores.end(), [&](const StoreFacts& store) {
            Captures unused = *captures;
            return condition.patterns.front().Match(store.name, &unused);
          });
    case Subject::kLocalStorage:
    case Subject::kSessionStorage:
      return false;
  }
  return false;
}

bool Holds(const PresetCondition& condition, const EntryFacts& entry,
           Captures* captures) {
  Captures found = *captures;
  if (!condition.patterns.front().Match(entry.key, &found)) return false;
  if (condition.value && !condition.value->Match(entry.value, &found))
    return false;
  *captures = std::move(found);
  return true;
}

}  // namespace ferrite::internal
