#include "plan_table.h"

#include <algorithm>
#include <set>
#include <utility>

#include "plan_check.h"
#include "plan_column.h"
#include "plan_conflict.h"
#include "plan_filter.h"
#include "plan_path.h"

namespace ferrite::internal {
namespace {

using Type = JsonValue::Type;

constexpr size_t kMaxUnique = 100;

Result<void> ParsePrimaryKey(const JsonValue& value, const std::string& path,
                             Table* table) {
  if (value.Is(Type::kArray) && value.items.empty()) {
    return Invalid(
        path, "The primary key has no columns.",
        "Name at least one, or leave primaryKey out to get the column _key.");
  }
  auto key = ParseColumnNames(value, ColumnNames(*table), "primary key", path);
  if (!key.ok()) return key.error();
  table->primary_key = std::move(key).value();
  for (const size_t column : table->primary_key) {
    table->columns[column].not_null = true;
  }
  return {};
}

// Before anything refers to the columns by number.
void AddKeyColumns(Table* table) {
  Column key;
  key.name = kKeyColumn;
  key.type = ColumnType::kKey;
  key.from = ColumnFrom::kKey;
  key.not_null = true;
  table->primary_key = {0};
  if (!table->each.empty()) {
    Column position;
    position.name = kPositionColumn;
    position.type = ColumnType::kInteger;
    position.from = ColumnFrom::kPosition;
    position.not_null = true;
    table->columns.insert(table->columns.begin(), std::move(position));
    table->primary_key = {0, 1};
  }
  table->columns.insert(table->columns.begin(), std::move(key));
}

Result<void> ParseUnique(const JsonValue& value, const std::string& path,
                         Table* table) {
  if (auto is =
          ExpectCount(value, 0, kMaxUnique, "arrays of column names", path);
      !is.ok()) {
    return is;
  }
  const std::vector<std::string_view> names = ColumnNames(*table);
  std::set<std::vector<size_t>> seen;
  for (size_t i = 0; i < value.items.size(); ++i) {
    auto columns =
        ParseColumnNames(value.items[i], names, "constraint", Below(path, i));
    if (!columns.ok()) return columns.error();
    std::vector<size_t> sorted = *columns;
    std::sort(sorted.begin(), sorted.end());
    if (!seen.insert(std::move(sorted)).second) {
      return Invalid(Below(path, i), "These columns are unique already.",
                     "Name them once.");
    }
    table->unique.push_back(std::move(columns).value());
  }
  return {};
}

Result<void> ParseColumnsAndKey(const JsonValue& value, const std::string& path,
                                Table* table) {
  if (const JsonValue* columns = value.Find("columns")) {
    auto parsed = ParseColumns(*columns, Below(path, "columns"));
    if (!parsed.ok()) return parsed.error();
    table->columns = std::move(parsed).value();
  }
  if (table->each.empty()) {
    for (const Column& column : table->columns) {
      if (column.from != ColumnFrom::kName) continue;
      return Invalid(Below(Below(Below(path, "columns"), column.name), "path"),
                     "A record is no element and has no name.",
                     "\"$name\" is for tables with each.");
    }
  }
  if (const JsonValue* key = value.Find("primaryKey")) {
    return ParsePrimaryKey(*key, Below(path, "primaryKey"), table);
  }
  AddKeyColumns(table);
  return {};
}

Result<void> ParseForm(const JsonValue& value, const std::string& path,
                       Table* table) {
  static constexpr std::string_view kForms[] = {"value", "json"};
  if (const JsonValue* form = value.Find("as")) {
    auto word =
        ExpectWord(*form, kForms, "a form of records", Below(path, "as"));
    if (!word.ok()) return word.error();
    table->form = static_cast<RecordForm>(*word);
  }
  if (const JsonValue* unmapped = value.Find("unmapped")) {
    auto word =
        ExpectWord(*unmapped, kUnmappedNames, "a way to treat unmapped fields",
                   Below(path, "unmapped"));
    if (!word.ok()) return word.error();
    table->unmapped = static_cast<Unmapped>(*word);
  }
  return {};
}

Result<void> ParseRows(const JsonValue& value, const std::string& path,
                       Table* table) {
  if (const JsonValue* each = value.Find("each")) {
    auto paths = ParseEach(*each, Below(path, "each"));
    if (!paths.ok()) return paths.error();
    table->each = std::move(paths).value();
  }
  if (const JsonValue* drop = value.Find("drop")) {
    auto paths = ParseDrop(*drop, Below(path, "drop"));
    if (!paths.ok()) return paths.error();
    table->drop = std::move(paths).value();
    std::sort(table->drop.begin(), table->drop.end());  // order means nothing
  }
  if (const JsonValue* when = value.Find("when")) {
    auto is = ParseWhen(*when, Below(path, "when"), table);
    if (!is.ok()) return is;
  }
  if (const JsonValue* schema = value.Find("schema")) {
    std::string text;
    AppendJson(*schema, &text);
    auto compiled = RecordSchema::Compile(text, Below(path, "schema"));
    if (!compiled.ok()) return std::move(compiled).error();
    table->schema = std::move(compiled).value();
  }
  return {};
}

}  // namespace

Result<Table> ParseTable(const JsonValue& value, const std::string& path,
                         SourceList* sources) {
  static constexpr std::string_view kMembers[] = {
      "name",    "from",        "columns", "primaryKey", "unmapped",
      "as",      "each",        "when",    "unique",     "drop",
      "indexes", "foreignKeys", "schema",  "onConflict"};
  static constexpr std::string_view kRequired[] = {"name", "from"};
  if (auto is = ExpectObject(value, "a table", kMembers, kRequired, path);
      !is.ok()) {
    return is.error();
  }
  Table table;
  const JsonValue& name = *value.Find("name");
  const std::string name_path = Below(path, "name");
  if (auto is = Expect(name, Type::kString, "a name", name_path); !is.ok()) {
    return is.error();
  }
  if (auto is = ExpectName(name.text, name_path); !is.ok()) return is.error();
  table.name = name.text;

  auto from = ParseFrom(*value.Find("from"), Below(path, "from"), sources);
  if (!from.ok()) return from.error();
  table.from = std::move(from).value();

  if (auto is = ParseForm(value, path, &table); !is.ok()) return is.error();
  if (auto is = ParseRows(value, path, &table); !is.ok()) return is.error();
  if (auto is = ParseColumnsAndKey(value, path, &table); !is.ok()) {
    return is.error();
  }
  if (const JsonValue* unique = value.Find("unique")) {
    auto is = ParseUnique(*unique, Below(path, "unique"), &table);
    if (!is.ok()) return is.error();
  }
  if (const JsonValue* conflict = value.Find("onConflict")) {
    auto is = ParseOnConflict(*conflict, Below(path, "onConflict"), &table);
    if (!is.ok()) return is.error();
  }
  return table;
}

std::vector<std::string_view> ColumnNames(const Table& table) {
  std::vector<std::string_view> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  return names;
}

}  // namespace ferrite::internal
