#include "plan_index.h"

#include <utility>

#include "plan_table.h"

namespace ferrite::internal {
namespace {

using Type = JsonValue::Type;

constexpr size_t kMaxIndexes = 100;

Result<Index> ParseIndex(const JsonValue& value,
                         const std::vector<std::string_view>& columns,
                         const std::string& path, std::string* name_path) {
  static constexpr std::string_view kMembers[] = {"name", "columns"};
  Index index;
  *name_path = path;
  const JsonValue* list = &value;
  std::string list_path = path;
  if (value.Is(Type::kObject)) {
    auto is = ExpectObject(value, "an index", kMembers, kMembers, path);
    if (!is.ok()) return is.error();
    *name_path = Below(path, "name");
    const JsonValue& name = *value.Find("name");
    is = Expect(name, Type::kString, "a name", *name_path);
    if (is.ok()) is = ExpectName(name.text, *name_path);
    if (!is.ok()) return is.error();
    index.name = name.text;
    list = value.Find("columns");
    list_path = Below(path, "columns");
  } else if (!value.Is(Type::kArray)) {
    return Invalid(path, "Found " + Describe(value) + ".",
                   "Expected an array of column names, or an object with name "
                   "and columns.");
  }
  auto parsed = ParseColumnNames(*list, columns, "index", list_path);
  if (!parsed.ok()) return parsed.error();
  index.columns = std::move(parsed).value();
  return index;
}

}  // namespace

Result<void> ParseIndexes(const JsonValue& value, const std::string& path,
                          NamesInUse* names, Table* table) {
  if (auto is = ExpectCount(value, 0, kMaxIndexes, "indexes", path); !is.ok()) {
    return is;
  }
  const std::vector<std::string_view> columns = ColumnNames(*table);
  for (size_t i = 0; i < value.items.size(); ++i) {
    const std::string item_path = Below(path, i);
    std::string name_path;
    auto index = ParseIndex(value.items[i], columns, item_path, &name_path);
    if (!index.ok()) return index.error();
    Result<void> is;
    if (index->name.empty()) {
      index->name = table->name;
      for (const size_t column : index->columns) {
        index->name += "_";
        index->name += columns[column];
      }
      is = ExpectUnreservedName(index->name, name_path);
    }
    if (is.ok()) is = ExpectNewName(index->name, "index", names, name_path);
    if (!is.ok()) return is;
    table->indexes.push_back(std::move(index).value());
  }
  return {};
}

}  // namespace ferrite::internal
