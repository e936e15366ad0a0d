#include "plan_changed.h"

#include <algorithm>
#include <utility>

#include "plan_check.h"
#include "plan_path.h"

namespace ferrite::internal {
namespace {

using Type = JsonValue::Type;

Result<size_t> ParseStore(const JsonValue& from, const std::string& path,
                          SourceList* sources) {
  static constexpr std::string_view kMembers[] = {"indexedDB", "store"};
  if (auto is = ExpectObject(from, "an object store", kMembers, kMembers, path);
      !is.ok()) {
    return is.error();
  }
  auto selections = ParseFrom(from, path, sources);
  if (!selections.ok()) return selections.error();
  return selections->front().source;
}

Result<Path> ParseField(const JsonValue& at, const std::string& path) {
  if (auto is = Expect(at, Type::kString, "a JSON Pointer", path); !is.ok()) {
    return is.error();
  }
  auto field = ParsePath(at.text, path);
  if (!field.ok() || !field->empty()) return field;
  return Invalid(path, "The path is that of the whole record.",
                 "Name the field that has the time: \"/updatedAt\".");
}

bool IsTaken(const std::vector<Table>& tables, size_t source) {
  return std::any_of(tables.begin(), tables.end(), [&](const Table& table) {
    return std::any_of(
        table.from.begin(), table.from.end(),
        [&](const Selection& from) { return from.source == source; });
  });
}

}  // namespace

Result<std::vector<ChangeTime>> ParseChanged(const JsonValue& value,
                                             const std::string& path,
                                             const std::vector<Table>& tables,
                                             SourceList* sources) {
  static constexpr std::string_view kMembers[] = {"from", "at"};
  if (auto is =
          Expect(value, Type::kArray, "an array of times of changes", path);
      !is.ok()) {
    return is.error();
  }
  std::vector<ChangeTime> changed;
  for (size_t i = 0; i < value.items.size(); ++i) {
    const JsonValue& item = value.items[i];
    const std::string item_path = Below(path, i);
    if (auto is = ExpectObject(item, "a time of changes", kMembers, kMembers,
                               item_path);
        !is.ok()) {
      return is.error();
    }
    const std::string from = Below(item_path, "from");
    auto source = ParseStore(*item.Find("from"), from, sources);
    if (!source.ok()) return source.error();
    if (!IsTaken(tables, *source)) {
      return Invalid(from, "No table takes from this object store.",
                     "Name one that a table takes from.");
    }
    for (const ChangeTime& other : changed) {
      if (other.source != *source) continue;
      return Invalid(from, "This object store is named twice.",
                     "Name one field for it.");
    }
    auto field = ParseField(*item.Find("at"), Below(item_path, "at"));
    if (!field.ok()) return field.error();
    changed.push_back({*source, std::move(field).value()});
  }
  return changed;
}

}  // namespace ferrite::internal
