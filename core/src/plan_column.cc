#include "plan_column.h"

#include <algorithm>
#include <utility>

#include "column_type.h"
#include "ferrite/encoding.h"
#include "json_pointer.h"
#include "plan_check.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using Type = JsonValue::Type;

constexpr size_t kMaxColumns = 500;

// `path` given, or the path that the name and type stand for.
Result<void> ParseColumnPath(const JsonValue* given, const std::string& path,
                             Column* column) {
  if (given == nullptr) {
    if (column->type == ColumnType::kKey) column->from = ColumnFrom::kKey;
    if (column->from == ColumnFrom::kPath) column->paths = {{column->name}};
    return {};
  }
  if (auto is =
          Expect(*given, Type::kString, "a JSON Pointer or \"$key\"", path);
      !is.ok()) {
    return is;
  }
  if (given->text == "$key") {
    column->from = ColumnFrom::kKey;
    return {};
  }
  std::string reason;
  auto tokens = ParsePointer(given->text, &reason);
  if (!tokens) {
    return Invalid(
        path, Quoted(given->text) + " is no JSON Pointer: " + reason + ".",
        "Write \"/name\", \"/outer/inner\", \"\" for the whole record or "
        "\"$key\" for its key; ~ is ~0 and / in a name is ~1.");
  }
  if (tokens->size() > static_cast<size_t>(kMaxDepth)) {
    return Invalid(
        path, "The path has " + std::to_string(tokens->size()) + " steps.",
        "Records are at most " + std::to_string(kMaxDepth) + " deep.");
  }
  column->paths.push_back(*std::move(tokens));
  return {};
}

Result<Column> ParseColumn(const std::string& name, const JsonValue& value,
                           const std::string& path) {
  static constexpr std::string_view kMembers[] = {"path", "type", "notNull"};
  static constexpr std::string_view kRequired[] = {"type"};
  Column column;
  column.name = name;
  if (auto is = ExpectName(name, path); !is.ok()) return is.error();
  for (const std::string_view taken : {kKeyColumn, kUnmappedColumn}) {
    if (AsciiLower(name) != taken) continue;
    return Invalid(path, "The column name " + Quoted(name) + " is taken.",
                   "Ferrite gives it to a column of its own.");
  }
  const bool is_short = value.Is(Type::kString);
  if (!is_short) {
    if (auto is = ExpectObject(value, "a column", kMembers, kRequired, path);
        !is.ok()) {
      return is.error();
    }
  }
  const std::string type_path = is_short ? path : Below(path, "type");
  auto type = ExpectWord(is_short ? value : *value.Find("type"),
                         ColumnTypeNames(), "a column type", type_path);
  if (!type.ok()) return type.error();
  column.type = static_cast<ColumnType>(*type);
  const std::string path_path = is_short ? path : Below(path, "path");
  if (auto is = ParseColumnPath(is_short ? nullptr : value.Find("path"),
                                path_path, &column);
      !is.ok()) {
    return is.error();
  }
  if (column.type == ColumnType::kKey && column.from != ColumnFrom::kKey) {
    return Invalid(path_path, "A column of type key has another path.",
                   "Leave the path out or write \"$key\".");
  }
  if (column.from == ColumnFrom::kKey && column.type != ColumnType::kKey &&
      column.type != ColumnType::kText && column.type != ColumnType::kInteger) {
    return Invalid(type_path,
                   "The record's key does not go into a column of type " +
                       std::string(ColumnTypeName(column.type)) + ".",
                   "Allowed: key, text, integer.");
  }
  if (const JsonValue* not_null = is_short ? nullptr : value.Find("notNull")) {
    if (auto is = Expect(*not_null, Type::kBool, "true or false",
                         Below(path, "notNull"));
        !is.ok()) {
      return is.error();
    }
    column.not_null = not_null->boolean;
  }
  return column;
}

}  // namespace

Result<std::vector<Column>> ParseColumns(const JsonValue& value,
                                         const std::string& path) {
  if (auto is = Expect(value, Type::kObject, "an object of columns", path);
      !is.ok()) {
    return is.error();
  }
  if (value.items.size() > kMaxColumns) {
    return Invalid(
        path,
        "The table has " + std::to_string(value.items.size()) + " columns.",
        "At most " + std::to_string(kMaxColumns) + " are allowed.");
  }
  std::vector<Column> columns;
  NamesInUse names;
  for (size_t i = 0; i < value.items.size(); ++i) {
    const std::string column_path = Below(path, value.names[i]);
    auto column = ParseColumn(value.names[i], value.items[i], column_path);
    if (!column.ok()) return column.error();
    if (auto is = ExpectNewName(column->name, "column", &names, column_path);
        !is.ok()) {
      return is.error();
    }
    columns.push_back(std::move(column).value());
  }
  const bool hides_rowid = std::all_of(
      std::begin(kRowidNames), std::end(kRowidNames),
      [&](std::string_view name) { return names.contains(std::string(name)); });
  if (hides_rowid) {
    return Invalid(path, "Columns take all of rowid, _rowid_ and oid.",
                   "Rename one of them: SQLite needs one for itself.");
  }
  return columns;
}

}  // namespace ferrite::internal
