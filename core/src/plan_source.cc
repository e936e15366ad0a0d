#include "plan_source.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "plan_check.h"

namespace ferrite {

namespace {

std::string_view StorageName(SourceKind kind) {
  return kind == SourceKind::kLocalStorage ? "localStorage" : "sessionStorage";
}

}  // namespace

std::string Source::ToJson() const {
  if (kind != SourceKind::kIndexedDb) {
    return "{\"" + std::string(StorageName(kind)) + "\":true}";
  }
  const nlohmann::ordered_json json = {{"indexedDB", database},
                                       {"store", store}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Source::Label() const {
  if (kind != SourceKind::kIndexedDb) return std::string(StorageName(kind));
  return "indexedDB " + database + "/" + store;
}

namespace internal {
namespace {

using Type = JsonValue::Type;

constexpr size_t kMaxSelections = 100;
constexpr std::string_view kWays[] = {"key", "prefix", "pattern"};
constexpr Match kMatches[] = {Match::kKey, Match::kPrefix, Match::kPattern};

struct NamedSelection {
  Source source;
  Selection selection;
};

// At most one of key, prefix and pattern among an object's members.
Result<bool> ParseWay(const JsonValue& value, const std::string& path,
                      Selection* selection) {
  std::optional<size_t> found;
  for (size_t i = 0; i < std::size(kWays); ++i) {
    const JsonValue* text = value.Find(kWays[i]);
    if (text == nullptr) continue;
    if (found) {
      return Invalid(path,
                     "Both " + std::string(kWays[*found]) + " and " +
                         std::string(kWays[i]) + " are given.",
                     "Give one of them.");
    }
    found = i;
    if (auto is = Expect(*text, Type::kString, "a text", Below(path, kWays[i]));
        !is.ok()) {
      return is.error();
    }
    selection->match = kMatches[i];
    selection->text = text->text;
  }
  return found.has_value();
}

Result<void> ParseIndexedDb(const JsonValue& from, const std::string& path,
                            NamedSelection* result) {
  static constexpr std::string_view kMembers[] = {
      "indexedDB", "store", "key", "prefix", "pattern", "optional"};
  static constexpr std::string_view kRequired[] = {"indexedDB", "store"};
  if (auto is =
          ExpectObject(from, "an IndexedDB source", kMembers, kRequired, path);
      !is.ok()) {
    return is;
  }
  for (const std::string_view name : kRequired) {
    if (auto is = Expect(*from.Find(name), Type::kString, "a name",
                         Below(path, name));
        !is.ok()) {
      return is;
    }
  }
  result->source.database = from.Find("indexedDB")->text;
  result->source.store = from.Find("store")->text;
  auto way = ParseWay(from, path, &result->selection);
  if (!way.ok()) return way.error();
  return {};
}

Result<void> ParseStorage(const JsonValue& from, SourceKind kind,
                          const std::string& path, NamedSelection* result) {
  const std::string name(StorageName(kind));
  const std::string_view members[] = {name, "optional"};
  const std::string_view required[] = {name};
  if (auto is =
          ExpectObject(from, "a " + name + " source", members, required, path);
      !is.ok()) {
    return is;
  }
  result->source.kind = kind;
  const JsonValue& which = *from.Find(name);
  const std::string which_path = Below(path, name);
  if (which.Is(Type::kBool) && which.boolean) return {};
  if (!which.Is(Type::kObject)) {
    return Invalid(
        which_path, "Found " + Describe(which) + ".",
        R"(Expected true, {"key": …}, {"prefix": …} or {"pattern": …}.)");
  }
  if (auto is = ExpectObject(which, name, kWays, {}, which_path); !is.ok()) {
    return is;
  }
  auto way = ParseWay(which, which_path, &result->selection);
  if (!way.ok()) return way.error();
  if (*way) return {};
  return Invalid(which_path, "Neither key nor prefix nor pattern is given.",
                 "Give one of them, or true for all of " + name + ".");
}

Result<Selection> ParseSource(const JsonValue& from, const std::string& path,
                              SourceList* sources) {
  static constexpr std::string_view kAny[] = {
      "indexedDB", "store",  "localStorage", "sessionStorage",
      "key",       "prefix", "pattern",      "optional"};
  if (auto is = ExpectObject(from, "a source", kAny, {}, path); !is.ok()) {
    return is.error();
  }
  NamedSelection result;
  Result<void> parsed;
  if (from.Find("localStorage") != nullptr) {
    parsed = ParseStorage(from, SourceKind::kLocalStorage, path, &result);
  } else if (from.Find("sessionStorage") != nullptr) {
    parsed = ParseStorage(from, SourceKind::kSessionStorage, path, &result);
  } else {
    parsed = ParseIndexedDb(from, path, &result);
  }
  if (!parsed.ok()) return parsed.error();
  if (auto is = ParseFlag(from, "optional", path, &result.selection.optional);
      !is.ok()) {
    return is.error();
  }
  result.selection.source = sources->Index(std::move(result.source));
  return std::move(result.selection);
}

}  // namespace

size_t SourceList::Index(Source source) {
  const auto [found, is_new] = index_.emplace(source.ToJson(), sources_.size());
  if (is_new) sources_.push_back(std::move(source));
  return found->second;
}

Result<std::vector<Selection>> ParseFrom(const JsonValue& from,
                                         const std::string& path,
                                         SourceList* sources) {
  std::vector<Selection> selections;
  if (!from.Is(Type::kArray)) {
    auto one = ParseSource(from, path, sources);
    if (!one.ok()) return one.error();
    selections.push_back(std::move(one).value());
    return selections;
  }
  if (auto is = ExpectCount(from, 1, kMaxSelections, "sources", path);
      !is.ok()) {
    return is.error();
  }
  for (size_t i = 0; i < from.items.size(); ++i) {
    auto one = ParseSource(from.items[i], Below(path, i), sources);
    if (!one.ok()) return one.error();
    selections.push_back(std::move(one).value());
  }
  return selections;
}

Result<std::vector<Exclusion>> ParseExcluded(const JsonValue& value,
                                             const std::string& path,
                                             SourceList* sources) {
  static constexpr std::string_view kMembers[] = {"from", "reason"};
  if (auto is = Expect(value, Type::kArray, "an array of exclusions", path);
      !is.ok()) {
    return is.error();
  }
  std::vector<Exclusion> excluded;
  for (size_t i = 0; i < value.items.size(); ++i) {
    const JsonValue& item = value.items[i];
    const std::string item_path = Below(path, i);
    if (auto is =
            ExpectObject(item, "an exclusion", kMembers, kMembers, item_path);
        !is.ok()) {
      return is.error();
    }
    const JsonValue& reason = *item.Find("reason");
    if (auto is =
            Expect(reason, Type::kString, "a text", Below(item_path, "reason"));
        !is.ok()) {
      return is.error();
    }
    auto from =
        ParseFrom(*item.Find("from"), Below(item_path, "from"), sources);
    if (!from.ok()) return from.error();
    for (Selection& selection : *from) {
      excluded.push_back({std::move(selection), reason.text});
    }
  }
  return excluded;
}

}  // namespace internal
}  // namespace ferrite
