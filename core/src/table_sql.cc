// The statements for a plan's table.
#include <algorithm>
#include <iterator>

#include "ferrite/mapper.h"
#include "plan_column.h"
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
    const Column& column = table.columns[i];
    if (i > 0) sql += ", ";
    sql += QuoteIdentifier(column.name);
    sql += DeclaredType(column.type);
    if (KeyIsRowid(table) && i == table.primary_key[0]) {
      sql += " PRIMARY KEY";
    } else if (column.not_null) {
      sql += " NOT NULL";
    }
  }
  if (table.unmapped == Unmapped::kKeep) {
    sql += ", " + QuoteIdentifier(kUnmappedColumn) + " BLOB";
  }
  if (!KeyIsRowid(table)) {
    sql += ", PRIMARY KEY(";
    for (size_t i = 0; i < table.primary_key.size(); ++i) {
      if (i > 0) sql += ", ";
      sql += QuoteIdentifier(table.columns[table.primary_key[i]].name);
    }
    sql += ")";
  }
  return sql + ")";
}

std::vector<std::string> CreateIndexSql(const Table& table) {
  std::vector<std::string> statements;
  for (const Index& index : table.indexes) {
    std::string sql = "CREATE INDEX " + QuoteIdentifier(index.name) + " ON " +
                      QuoteIdentifier(table.name) + "(";
    for (size_t i = 0; i < index.columns.size(); ++i) {
      if (i > 0) sql += ", ";
      sql += QuoteIdentifier(table.columns[index.columns[i]].name);
    }
    statements.push_back(sql + ")");
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

}  // namespace ferrite
