#include "plan_column.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "column_type.h"
#include "plan_check.h"
#include "plan_literal.h"
#include "plan_path.h"
#include "plan_twin.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using Type = JsonValue::Type;

constexpr size_t kMaxColumns = 500;
constexpr std::string_view kPlaceNames[] = {"$key", "$source", "$position",
                                            "$name"};
constexpr ColumnFrom kPlaces[] = {ColumnFrom::kKey, ColumnFrom::kSource,
                                  ColumnFrom::kPosition, ColumnFrom::kName};

bool IsField(const Column& column) {
  return column.from == ColumnFrom::kPath || column.from == ColumnFrom::kRecord;
}

Result<void> ParseColumnPath(const JsonValue& given, const std::string& path,
                             Column* column) {
  if (given.Is(Type::kString)) {
    const auto place =
        std::find(std::begin(kPlaceNames), std::end(kPlaceNames), given.text);
    if (place != std::end(kPlaceNames)) {
      column->from = kPlaces[place - std::begin(kPlaceNames)];
      return {};
    }
    if (given.text.starts_with('$')) {
      return Invalid(path,
                     Quoted(given.text) +
                         " is no JSON Pointer: it does not begin with \"/\".",
                     SuggestHint(given.text, kPlaceNames) +
                         " A field of this name is \"/" + given.text + "\".");
    }
  }
  auto paths = ParsePaths(given, path);
  if (!paths.ok()) return paths.error();
  column->paths = std::move(paths).value();
  return {};
}

// Where the value comes from: one of path, record, value and sql at most.
Result<void> ParseOrigin(const JsonValue& value, const std::string& path,
                         Column* column) {
  static constexpr std::string_view kOrigins[] = {"path", "record", "value",
                                                  "sql"};
  std::string_view name;
  for (const std::string_view origin : kOrigins) {
    if (value.Find(origin) == nullptr) continue;
    if (!name.empty()) {
      return Invalid(Below(path, origin),
                     "Both " + std::string(name) + " and " +
                         std::string(origin) + " are given.",
                     "A column has one of path, record, value and sql.");
    }
    name = origin;
  }
  if (name.empty()) {
    if (column->type == ColumnType::kKey) {
      column->from = ColumnFrom::kKey;
    } else {
      column->paths = {{column->name}};
    }
    return {};
  }
  const JsonValue& given = *value.Find(name);
  const std::string given_path = Below(path, name);
  if (name == "path") return ParseColumnPath(given, given_path, column);
  if (name == "record") {
    column->from = ColumnFrom::kRecord;
    auto paths = ParsePaths(given, given_path);
    if (!paths.ok()) return paths.error();
    column->paths = std::move(paths).value();
    return {};
  }
  if (name == "value") {
    column->from = ColumnFrom::kConstant;
    auto constant = ParseLiteral(given, column->type, given_path);
    if (!constant.ok()) return constant.error();
    column->constant = std::move(constant).value();
    return {};
  }
  column->from = ColumnFrom::kSql;
  if (auto is = ExpectSql(given, given_path); !is.ok()) return is;
  column->sql = given.text;
  return {};
}

Error WrongType(const Column& column, std::string_view what,
                std::string_view allowed, const std::string& path) {
  return Invalid(path,
                 std::string(what) + " does not go into a column of type " +
                     std::string(ColumnTypeName(column.type)) + ".",
                 "Allowed: " + std::string(allowed) + ".");
}

// `path_path` and `type_path` are where the two stand.
Result<void> CheckOrigin(const Column& column, const std::string& path_path,
                         const std::string& type_path) {
  const ColumnType type = column.type;
  const bool is_named =
      column.from == ColumnFrom::kKey || column.from == ColumnFrom::kName;
  if (type == ColumnType::kKey && !is_named) {
    return Invalid(path_path, "A column of type key has another path.",
                   "Leave the path out or write \"$key\" or \"$name\".");
  }
  if (is_named && type != ColumnType::kKey && type != ColumnType::kText &&
      type != ColumnType::kInteger) {
    return WrongType(column,
                     column.from == ColumnFrom::kKey ? "The record's key"
                                                     : "The element's name",
                     "key, text, integer", type_path);
  }
  if (column.from == ColumnFrom::kSource && type != ColumnType::kText) {
    return WrongType(column, "The source's label", "text", type_path);
  }
  if (column.from == ColumnFrom::kPosition && type != ColumnType::kInteger) {
    return WrongType(column, "The row's position", "integer", type_path);
  }
  return {};
}

Result<void> ParseConvert(const JsonValue& value, const std::string& path,
                          Column* column) {
  if (!IsField(*column)) {
    return Invalid(path, "The column's value is no field of the record.",
                   "Only fields of path or record are converted.");
  }
  std::vector<std::string_view> names;
  const std::vector<Convert> allowed = ConversionsOf(column->type);
  for (const Convert convert : allowed) {
    names.push_back(ConvertNames()[static_cast<size_t>(convert) - 1]);
  }
  auto word = ExpectWord(
      value, names,
      "a conversion for the type " + std::string(ColumnTypeName(column->type)),
      path);
  if (!word.ok()) return word.error();
  column->convert = allowed[*word];
  return {};
}

Result<void> ParseDefault(const JsonValue& value, const std::string& path,
                          Column* column) {
  auto literal = ParseLiteral(value, column->type, path);
  if (!literal.ok()) return literal.error();
  // A default of NULL is what a column without one has.
  if (literal->type != Literal::Type::kNull) {
    column->default_value = std::move(literal).value();
  }
  return {};
}

Result<void> ParseOnMismatch(const JsonValue& value, bool has_default,
                             const std::string& path, Column* column) {
  static constexpr std::string_view kNames[] = {"ledger", "null", "default"};
  auto word = ExpectWord(value, kNames,
                         "a way to treat a value that does not fit", path);
  if (!word.ok()) return word.error();
  column->on_mismatch = static_cast<OnMismatch>(*word);
  if (column->on_mismatch != OnMismatch::kLedger && !IsField(*column) &&
      column->from != ColumnFrom::kSql) {
    return Invalid(path, "The column's value is no field of the record.",
                   "Allowed: ledger.");
  }
  if (column->on_mismatch == OnMismatch::kDefault && !column->default_value) {
    if (!has_default) {
      return Invalid(path, "The column has no default.",
                     "Give it one, or write \"ledger\" or \"null\".");
    }
    column->on_mismatch = OnMismatch::kNull;  // the default is null
  }
  return {};
}

// What else an object says of a column.
Result<void> ParseRules(const JsonValue& value, const std::string& path,
                        Column* column) {
  const JsonValue* given = value.Find("convert");
  if (given != nullptr) {
    auto is = ParseConvert(*given, Below(path, "convert"), column);
    if (!is.ok()) return is;
  }
  const JsonValue* default_value = value.Find("default");
  if (default_value != nullptr) {
    auto is = ParseDefault(*default_value, Below(path, "default"), column);
    if (!is.ok()) return is;
  }
  given = value.Find("onMismatch");
  if (given != nullptr) {
    auto is = ParseOnMismatch(*given, default_value != nullptr,
                              Below(path, "onMismatch"), column);
    if (!is.ok()) return is;
  }
  const std::pair<std::string_view, bool*> flags[] = {
      {"notNull", &column->not_null},
      {"unique", &column->unique},
      {"sensitive", &column->sensitive}};
  for (const auto& [name, flag] : flags) {
    if (auto is = ParseFlag(value, name, path, flag); !is.ok()) return is;
  }
  return {};
}

Result<Column> ParseColumn(const std::string& name, const JsonValue& value,
                           const std::string& path) {
  static constexpr std::string_view kMembers[] = {
      "path",    "type",    "notNull", "record",     "value",     "sql",
      "convert", "default", "unique",  "references", "sensitive", "onMismatch"};
  static constexpr std::string_view kRequired[] = {"type"};
  Column column;
  column.name = name;
  if (auto is = ExpectName(name, path); !is.ok()) return is.error();
  for (const std::string_view taken :
       {kKeyColumn, kPositionColumn, kUnmappedColumn}) {
    if (AsciiLower(name) != taken) continue;
    return Invalid(path, "The column name " + Quoted(name) + " is taken.",
                   "Ferrite gives it to a column of its own.");
  }
  const bool is_short = value.Is(Type::kString);
  if (!is_short) {
    auto is = ExpectObject(value, "a column", kMembers, kRequired, path);
    if (!is.ok()) return is.error();
  }
  const std::string type_path = is_short ? path : Below(path, "type");
  auto type = ExpectWord(is_short ? value : *value.Find("type"),
                         ColumnTypeNames(), "a column type", type_path);
  if (!type.ok()) return type.error();
  column.type = static_cast<ColumnType>(*type);
  if (auto is = ParseOrigin(value, path, &column); !is.ok()) return is.error();
  const std::string path_path = is_short ? path : Below(path, "path");
  if (auto is = CheckOrigin(column, path_path, type_path); !is.ok()) {
    return is.error();
  }
  if (auto is = ParseRules(value, path, &column); !is.ok()) return is.error();
  return column;
}

bool HasOwnOrigin(const JsonValue& value) {
  return value.Find("path") != nullptr || value.Find("record") != nullptr ||
         value.Find("value") != nullptr || value.Find("sql") != nullptr;
}

}  // namespace

Result<std::vector<Column>> ParseColumns(const JsonValue& value,
                                         const std::string& path) {
  if (auto is = Expect(value, Type::kObject, "an object of columns", path);
      !is.ok()) {
    return is.error();
  }
  const size_t comments = value.Find("$comment") != nullptr ? 1 : 0;
  const size_t count = value.items.size() - comments;
  if (count > kMaxColumns) {
    return Invalid(path, "The table has " + std::to_string(count) + " columns.",
                   "At most " + std::to_string(kMaxColumns) + " are allowed.");
  }
  std::vector<Column> columns;
  std::vector<bool> implicit;
  NamesInUse names;
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (IsComment(value.names[i])) {
      if (auto is = ExpectComment(value.items[i], path); !is.ok()) {
        return is.error();
      }
      continue;
    }
    const std::string column_path = Below(path, value.names[i]);
    auto column = ParseColumn(value.names[i], value.items[i], column_path);
    if (!column.ok()) return column.error();
    if (auto is = ExpectNewName(column->name, "column", &names, column_path);
        !is.ok()) {
      return is.error();
    }
    implicit.push_back(column->from == ColumnFrom::kPath &&
                       !HasOwnOrigin(value.items[i]));
    columns.push_back(std::move(column).value());
  }
  const bool hides_rowid = std::all_of(
      std::begin(kRowidNames), std::end(kRowidNames),
      [&](std::string_view name) { return names.contains(std::string(name)); });
  if (hides_rowid) {
    return Invalid(path, "Columns take all of rowid, _rowid_ and oid.",
                   "Rename one of them: SQLite needs one for itself.");
  }
  AddTwins(implicit, &columns);
  return columns;
}

}  // namespace ferrite::internal
