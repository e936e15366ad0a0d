#include "chain_step.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "expression_rules.h"
#include "plan_check.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

using Kind = ChainStep::Kind;
using Names = std::vector<std::string_view>;
using Type = JsonValue::Type;

constexpr std::string_view kKinds[] = {"sql", "rename", "add", "transform",
                                       "drop"};

// As CreateTableSql declares the plan's types.
constexpr std::string_view kTypeNames[] = {
    "text",     "json", "uuid", "datetime-text", "integer", "boolean",
    "datetime", "real", "blob", "bigint",        "any",     "key"};
constexpr std::string_view kTypeSql[] = {
    " TEXT",    " TEXT", " TEXT", " TEXT", " INTEGER", " INTEGER",
    " INTEGER", " REAL", " BLOB", "",      "",         ""};

std::string Quote(const JsonValue& name) { return QuoteIdentifier(name.text); }

Result<void> CheckObject(const JsonValue& value, std::string_view what,
                         Names allowed, const Names& required,
                         const std::string& path) {
  allowed.push_back("$comment");
  return ExpectObject(value, what, allowed, required, path);
}

// The member `name` as a table's or column's name.
Result<void> CheckName(const JsonValue& value, std::string_view name,
                       const std::string& path) {
  const JsonValue* member = value.Find(name);
  if (member == nullptr) return {};
  const std::string below = Below(path, name);
  if (auto is = Expect(*member, Type::kString, "a name", below); !is.ok()) {
    return is;
  }
  return ExpectName(member->text, below);
}

Result<void> CheckNames(const JsonValue& value, const Names& names,
                        const std::string& path) {
  for (const std::string_view name : names) {
    if (auto good = CheckName(value, name, path); !good.ok()) return good;
  }
  return {};
}

Result<std::string> TextOf(const JsonValue& value, std::string_view what,
                           const std::string& path) {
  if (auto is = Expect(value, Type::kString, what, path); !is.ok()) {
    return std::move(is).error();
  }
  if (value.text.find('\0') != std::string::npos) {
    return Invalid(path, "The SQL holds a NUL character.", "Leave it out.");
  }
  return value.text;
}

// An expression that stays between its parentheses.
Result<std::string> ExpressionOf(const JsonValue& value,
                                 const std::string& path) {
  Result<std::string> text = TextOf(value, "an SQL expression", path);
  if (!text.ok()) return text;
  if (std::string fault = ExpressionTextFault(*text); !fault.empty()) {
    return Invalid(path, "The SQL expression cannot be used: " + fault + ".",
                   "It is one expression over the table's columns.");
  }
  return "(" + *text + "\n)";
}

Result<std::string> LiteralOf(const JsonValue& value, const std::string& path) {
  switch (value.type) {
    case Type::kNull:
      return std::string("NULL");
    case Type::kBool:
      return std::string(value.boolean ? "1" : "0");
    case Type::kNumber: {
      constexpr double kSafe = 9007199254740992.0;
      if (value.number == std::floor(value.number) &&
          std::fabs(value.number) <= kSafe) {
        return std::to_string(static_cast<int64_t>(value.number));
      }
      return nlohmann::json(value.number).dump();
    }
    case Type::kString: {
      Result<std::string> text = TextOf(value, "a default", path);
      if (!text.ok()) return text;
      std::string quoted = "'";
      for (const char c : *text) quoted += c == '\'' ? "''" : std::string(1, c);
      return quoted + "'";
    }
    default:
      return Invalid(path, "A default is " + Describe(value) + ".",
                     "A text, number, true, false or null.");
  }
}

// `"name" TYPE NOT NULL DEFAULT …`; `value` has type, default and notNull.
Result<std::string> ColumnSql(const std::string& name, const JsonValue& value,
                              bool is_added, const std::string& path) {
  const std::string type_path = Below(path, "type");
  Result<size_t> type =
      ExpectWord(*value.Find("type"), kTypeNames, "a type", type_path);
  if (!type.ok()) return std::move(type).error();
  std::string sql = QuoteIdentifier(name) + std::string(kTypeSql[*type]);
  const JsonValue* not_null = value.Find("notNull");
  if (not_null != nullptr) {
    auto is =
        Expect(*not_null, Type::kBool, "true or false", Below(path, "notNull"));
    if (!is.ok()) return std::move(is).error();
  }
  const bool required = not_null != nullptr && not_null->boolean;
  if (required) sql += " NOT NULL";
  const JsonValue* fallback = value.Find("default");
  if (fallback != nullptr) {
    Result<std::string> literal = LiteralOf(*fallback, Below(path, "default"));
    if (!literal.ok()) return literal;
    sql += " DEFAULT " + *literal;
  }
  if (is_added && required &&
      (fallback == nullptr || fallback->Is(Type::kNull))) {
    return Invalid(Below(path, "notNull"),
                   "The column is notNull, and rows that are there would have "
                   "NULL.",
                   "Give it a default.");
  }
  return sql;
}

ChainStep StepOf(Kind kind, std::string sql, const std::string& path) {
  return {kind, std::move(sql), path};
}

Result<ParsedStep> ParseSql(const JsonValue& value, const std::string& path,
                            const std::string& below) {
  Result<std::string> text = TextOf(value, "SQL", below);
  if (!text.ok()) return std::move(text).error();
  return ParsedStep{StepOf(Kind::kSql, *std::move(text), path), {}};
}

Result<ParsedStep> ParseRename(const JsonValue& value, const std::string& path,
                               const std::string& below) {
  auto good = CheckObject(value, "a rename", {"table", "column", "to"},
                          {"table", "to"}, below);
  if (good.ok()) good = CheckNames(value, {"table", "column", "to"}, below);
  if (!good.ok()) return std::move(good).error();
  const std::string table = Quote(*value.Find("table"));
  const std::string to = Quote(*value.Find("to"));
  const auto rename = [&](const std::string& of, const std::string& what) {
    return StepOf(Kind::kRename, "ALTER TABLE " + of + " RENAME " + what, path);
  };
  const JsonValue* column = value.Find("column");
  if (column == nullptr) {
    return ParsedStep{rename(table, "TO " + to), rename(to, "TO " + table)};
  }
  const std::string from = Quote(*column);
  return ParsedStep{rename(table, "COLUMN " + from + " TO " + to),
                    rename(table, "COLUMN " + to + " TO " + from)};
}

Result<ParsedStep> ParseAddColumn(const JsonValue& value,
                                  const std::string& path,
                                  const std::string& below) {
  auto good = CheckObject(value, "an added column",
                          {"table", "column", "type", "default", "notNull"},
                          {"table", "column", "type"}, below);
  if (good.ok()) good = CheckNames(value, {"table", "column"}, below);
  if (!good.ok()) return std::move(good).error();
  const JsonValue& column = *value.Find("column");
  Result<std::string> sql = ColumnSql(column.text, value, true, below);
  if (!sql.ok()) return std::move(sql).error();
  const std::string table = "ALTER TABLE " + Quote(*value.Find("table"));
  return ParsedStep{
      StepOf(Kind::kAdd, table + " ADD COLUMN " + *sql, path),
      StepOf(Kind::kDrop, table + " DROP COLUMN " + Quote(column), path)};
}

Result<std::string> ColumnsSql(const JsonValue& columns,
                               const std::string& path) {
  if (auto is = Expect(columns, Type::kObject, "an object of columns", path);
      !is.ok()) {
    return std::move(is).error();
  }
  if (columns.items.empty()) {
    return Invalid(path, "There are no columns.", "Give at least one.");
  }
  std::string sql;
  for (size_t i = 0; i < columns.items.size(); ++i) {
    const std::string& name = columns.names[i];
    const std::string below = Below(path, name);
    if (auto good = ExpectName(name, below); !good.ok()) {
      return std::move(good).error();
    }
    JsonValue column = columns.items[i];
    if (column.Is(Type::kString)) {
      JsonValue full;
      full.type = Type::kObject;
      full.names = {"type"};
      full.items = {std::move(column)};
      column = std::move(full);
    }
    if (auto good =
            CheckObject(column, "a column", {"type", "default", "notNull"},
                        {"type"}, below);
        !good.ok()) {
      return std::move(good).error();
    }
    Result<std::string> one = ColumnSql(name, column, false, below);
    if (!one.ok()) return one;
    sql += (sql.empty() ? "" : ", ") + *one;
  }
  return sql;
}

Result<std::string> KeySql(const JsonValue& columns, const JsonValue& key,
                           const std::string& path) {
  if (auto is = Expect(key, Type::kArray, "an array of column names", path);
      !is.ok()) {
    return std::move(is).error();
  }
  std::string sql;
  for (size_t i = 0; i < key.items.size(); ++i) {
    const JsonValue& name = key.items[i];
    if (!name.Is(Type::kString) || columns.Find(name.text) == nullptr) {
      return Invalid(Below(path, i), Describe(name) + " is no column.",
                     "The key's columns are among \"columns\".");
    }
    sql += (sql.empty() ? "" : ", ") + Quote(name);
  }
  if (sql.empty()) {
    return Invalid(path, "The key has no columns.", "Name at least one.");
  }
  return ", PRIMARY KEY(" + sql + ")";
}

Result<ParsedStep> ParseAddTable(const JsonValue& value,
                                 const std::string& path,
                                 const std::string& below) {
  auto good =
      CheckObject(value, "an added table", {"table", "columns", "primaryKey"},
                  {"table", "columns", "primaryKey"}, below);
  if (good.ok()) good = CheckName(value, "table", below);
  if (!good.ok()) return std::move(good).error();
  const JsonValue& columns = *value.Find("columns");
  Result<std::string> sql = ColumnsSql(columns, Below(below, "columns"));
  if (!sql.ok()) return std::move(sql).error();
  Result<std::string> key =
      KeySql(columns, *value.Find("primaryKey"), Below(below, "primaryKey"));
  if (!key.ok()) return std::move(key).error();
  const std::string table = Quote(*value.Find("table"));
  return ParsedStep{
      StepOf(Kind::kAdd, "CREATE TABLE " + table + "(" + *sql + *key + ")",
             path),
      StepOf(Kind::kDrop, "DROP TABLE " + table, path)};
}

Result<ParsedStep> ParseTransform(const JsonValue& value,
                                  const std::string& path,
                                  const std::string& below) {
  auto good = CheckObject(value, "a transform", {"table", "set", "where"},
                          {"table", "set"}, below);
  if (good.ok()) good = CheckName(value, "table", below);
  const std::string set_path = Below(below, "set");
  if (good.ok()) {
    good = Expect(*value.Find("set"), Type::kObject,
                  "an object of columns and SQL expressions", set_path);
  }
  if (!good.ok()) return std::move(good).error();
  const JsonValue& set = *value.Find("set");
  if (set.items.empty()) {
    return Invalid(set_path, "It sets no column.", "Name at least one.");
  }
  std::string sql = "UPDATE " + Quote(*value.Find("table")) + " SET ";
  for (size_t i = 0; i < set.items.size(); ++i) {
    const std::string at = Below(set_path, set.names[i]);
    if (good = ExpectName(set.names[i], at); !good.ok()) {
      return std::move(good).error();
    }
    Result<std::string> expression = ExpressionOf(set.items[i], at);
    if (!expression.ok()) return std::move(expression).error();
    sql += (i == 0 ? "" : ", ") + QuoteIdentifier(set.names[i]) + "=" +
           *expression;
  }
  if (const JsonValue* where = value.Find("where")) {
    Result<std::string> expression =
        ExpressionOf(*where, Below(below, "where"));
    if (!expression.ok()) return std::move(expression).error();
    sql += " WHERE " + *expression;
  }
  return ParsedStep{StepOf(Kind::kTransform, std::move(sql), path), {}};
}

Result<ParsedStep> ParseDrop(const JsonValue& value, const std::string& path,
                             const std::string& below) {
  auto good =
      CheckObject(value, "a drop", {"table", "column"}, {"table"}, below);
  if (good.ok()) good = CheckNames(value, {"table", "column"}, below);
  if (!good.ok()) return std::move(good).error();
  const std::string table = Quote(*value.Find("table"));
  const JsonValue* column = value.Find("column");
  return ParsedStep{
      StepOf(Kind::kDrop,
             column == nullptr
                 ? "DROP TABLE " + table
                 : "ALTER TABLE " + table + " DROP COLUMN " + Quote(*column),
             path),
      {}};
}

}  // namespace

Result<ParsedStep> ParseChainStep(const JsonValue& value,
                                  const std::string& path) {
  if (auto good =
          CheckObject(value, "a step",
                      Names(std::begin(kKinds), std::end(kKinds)), {}, path);
      !good.ok()) {
    return std::move(good).error();
  }
  const JsonValue* body = nullptr;
  size_t kind = 0;
  size_t count = 0;
  for (size_t i = 0; i < std::size(kKinds); ++i) {
    const JsonValue* member = value.Find(kKinds[i]);
    if (member == nullptr) continue;
    body = member;
    kind = i;
    ++count;
  }
  if (count != 1) {
    return Invalid(path,
                   "The step has " + std::to_string(count) +
                       " of sql, rename, add, transform and drop.",
                   "A step is exactly one of them.");
  }
  const std::string below = Below(path, kKinds[kind]);
  switch (static_cast<Kind>(kind)) {
    case Kind::kSql:
      return ParseSql(*body, path, below);
    case Kind::kRename:
      return ParseRename(*body, path, below);
    case Kind::kAdd:
      return body->Find("columns") != nullptr
                 ? ParseAddTable(*body, path, below)
                 : ParseAddColumn(*body, path, below);
    case Kind::kTransform:
      return ParseTransform(*body, path, below);
    case Kind::kDrop:
      break;
  }
  return ParseDrop(*body, path, below);
}

}  // namespace ferrite::internal
