// The statements for a plan's table.
#include <algorithm>
#include <iterator>

#include "ferrite/mapper.h"
#include "plan_column.h"
#include "plan_literal.h"
#include "suggest.h"

namespace ferrite {
namespace {

std::string_view DeclaredType(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
    case ColumnType::kJson:
    case ColumnType::kUuid:
    case ColumnType::kDatetimeText:
      return " TEXT";
    case ColumnType::kInteger:
    case ColumnType::kBoolean:
    case ColumnType::kDatetime:
      return " INTEGER";
    case ColumnType::kReal:
      return " REAL";
    case ColumnType::kBlob:
      return " BLOB";
    case ColumnType::kBigInt:
    case ColumnType::kAny:
    case ColumnType::kKey:
      return "";  // no affinity: SQLite converts nothing
  }
  return "";
}

bool KeyIsRowid(const Table& table) {
  return table.primary_key.size() == 1 &&
         table.columns[table.primary_key[0]].type == ColumnType::kInteger;
}

// The cells of Map's row, in order.
std::string CellNames(const Table& table) {
  std::string names;
  for (const Column& column : table.columns) {
    if (!names.empty()) names += ", ";
    names += QuoteIdentifier(column.name);
  }
  if (table.unmapped == Unmapped::kKeep) {
    names += ", " + QuoteIdentifier(kUnmappedColumn);
  }
  return names;
}

// ("a", "b")
std::string ColumnList(const Table& table, const std::vector<size_t>& columns) {
  std::string list = "(";
  for (const size_t column : columns) {
    if (list.size() > 1) list += ", ";
    list += QuoteIdentifier(table.columns[column].name);
  }
  return list + ")";
}

std::string ColumnSql(const Table& table, size_t index) {
  const Column& column = table.columns[index];
  std::string sql = QuoteIdentifier(column.name);
  sql += DeclaredType(column.type);
  const bool is_rowid = KeyIsRowid(table) && index == table.primary_key[0];
  if (is_rowid) {
    sql += " PRIMARY KEY";
  } else if (column.not_null) {
    sql += " NOT NULL";
  }
  if (column.default_value) {
    sql += " DEFAULT " + internal::LiteralSql(*column.default_value);
  }
  // A primary key is unique; saying it again would be an index more.
  const bool is_key =
      table.primary_key.size() == 1 && table.primary_key[0] == index;
  if (column.unique && !is_key) sql += " UNIQUE";
  return sql;
}

}  // namespace

std::string_view RowidName(const Table& table) {
  const auto is_hidden = [&](std::string_view name) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [&](const Column& column) {
                         return internal::AsciiLower(column.name) == name;
                       });
  };
  // Plan::Parse leaves one free.
  return *std::find_if_not(std::begin(internal::kRowidNames),
                           std::end(internal::kRowidNames) - 1, is_hidden);
}

std::string CreateTableSql(const Plan& plan, size_t index) {
  const Table& table = plan.tables[index];
  std::string sql = "CREATE TABLE " + QuoteIdentifier(table.name) + "(";
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (i > 0) sql += ", ";
    sql += ColumnSql(table, i);
  }
  if (table.unmapped == Unmapped::kKeep) {
    sql += ", " + QuoteIdentifier(kUnmappedColumn) + " BLOB";
  }
  if (!KeyIsRowid(table)) {
    sql += ", PRIMARY KEY" + ColumnList(table, table.primary_key);
  }
  for (const std::vector<size_t>& columns : table.unique) {
    sql += ", UNIQUE" + ColumnList(table, columns);
  }
  for (const ForeignKey& key : table.foreign_keys) {
    const Table& target = plan.tables[key.table];
    sql += ", FOREIGN KEY" + ColumnList(table, key.columns) + " REFERENCES " +
           QuoteIdentifier(target.name) + ColumnList(target, key.target) +
           " DEFERRABLE INITIALLY DEFERRED";
  }
  return sql + ")";
}

std::vector<std::string> CreateIndexSql(const Table& table) {
  std::vector<std::string> statements;
  for (const Index& index : table.indexes) {
    statements.push_back("CREATE INDEX " + QuoteIdentifier(index.name) +
                         " ON " + QuoteIdentifier(table.name) +
                         ColumnList(table, index.columns));
  }
  return statements;
}

std::string InsertSql(const Table& table) {
  const size_t cells =
      table.columns.size() + (table.unmapped == Unmapped::kKeep ? 1 : 0);
  std::string sql = "INSERT INTO " + QuoteIdentifier(table.name) + "(" +
                    CellNames(table) + ") VALUES(";
  for (size_t i = 1; i <= cells; ++i) {
    sql += (i > 1 ? ", ?" : "?") + std::to_string(i);
  }
  return sql + ")";
}

std::string SelectRowsSql(const Table& table) {
  return "SELECT " + CellNames(table) + " FROM " + QuoteIdentifier(table.name) +
         " ORDER BY " + std::string(RowidName(table));
}

std::string SelectByKeySql(const Table& table) {
  std::string sql = "SELECT " + std::string(RowidName(table)) + ", " +
                    CellNames(table) + " FROM " + QuoteIdentifier(table.name) +
                    " WHERE ";
  for (size_t i = 0; i < table.primary_key.size(); ++i) {
    if (i > 0) sql += " AND ";
    sql += QuoteIdentifier(table.columns[table.primary_key[i]].name) + " = ?" +
           std::to_string(i + 1);
  }
  return sql;
}

std::string SelectByRowidSql(const Table& table) {
  return "SELECT " + CellNames(table) + " FROM " + QuoteIdentifier(table.name) +
         " WHERE " + std::string(RowidName(table)) + "=?1";
}

}  // namespace ferrite
