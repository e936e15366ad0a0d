#include "table_fit.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "ferrite/mapper.h"
#include "row_cells.h"
#include "suggest.h"

namespace ferrite::internal {
namespace {

enum class Affinity { kText, kNumeric, kInteger, kReal, kBlob };

struct StoredColumn {
  std::string name;  // in lower case
  Affinity affinity = Affinity::kBlob;
  bool is_not_null = false;
  bool has_default = false;
  int64_t key_place = 0;  // from 1; 0: not in the primary key
  int64_t hidden = 0;     // 2, 3: computed
};

// As SQLite reads a declared type (datatype3.html, 3.1).
Affinity AffinityOf(const std::string& declared) {
  const std::string type = AsciiLower(declared);
  const auto has = [&](const char* part) {
    return type.find(part) != std::string::npos;
  };
  if (has("int")) return Affinity::kInteger;
  if (has("char") || has("clob") || has("text")) return Affinity::kText;
  if (has("blob") || type.empty() || type == "any") return Affinity::kBlob;
  if (has("real") || has("floa") || has("doub")) return Affinity::kReal;
  return Affinity::kNumeric;
}

Affinity AffinityOf(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
    case ColumnType::kJson:
    case ColumnType::kUuid:
    case ColumnType::kDatetimeText:
      return Affinity::kText;
    case ColumnType::kInteger:
    case ColumnType::kBoolean:
    case ColumnType::kDatetime:
      return Affinity::kInteger;
    case ColumnType::kReal:
      return Affinity::kReal;
    default:
      return Affinity::kBlob;
  }
}

// Numbers come back as they went in, and so does what is no number; with BLOB
// or INTEGER in the place of the other they would not compare as keys do.
bool Fits(Affinity wanted, Affinity found) {
  if (wanted == found) return true;
  return wanted == Affinity::kInteger && found == Affinity::kNumeric;
}

Result<std::vector<StoredColumn>> ColumnsOf(Store* store,
                                            const std::string& table) {
  Result<Statement> select = store->Prepare(
      "SELECT name,type,\"notnull\",dflt_value IS NOT NULL,pk,hidden FROM "
      "pragma_table_xinfo(?1)");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Text(table));
  std::vector<StoredColumn> columns;
  for (;;) {
    Result<bool> row = select->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return columns;
    StoredColumn column;
    column.name = AsciiLower(std::string(select->Column(0).text()));
    column.affinity = AffinityOf(std::string(select->Column(1).text()));
    column.is_not_null = select->Column(2).integer != 0;
    column.has_default = select->Column(3).integer != 0;
    column.key_place = select->Column(4).integer;
    column.hidden = select->Column(5).integer;
    columns.push_back(std::move(column));
  }
}

// Ordinary, and with row numbers.
Result<bool> IsPlainTable(Store* store, const std::string& table) {
  Result<Statement> select = store->Prepare(
      "SELECT type='table' AND NOT wr FROM pragma_table_list WHERE "
      "schema='main' AND name=?1 COLLATE NOCASE");
  if (!select.ok()) return std::move(select).error();
  select->Bind(1, Cell::Text(table));
  Result<bool> row = select->Step();
  if (!row.ok()) return row;
  return *row && select->Column(0).integer != 0;
}

std::string WhatIsWrong(const Table& table,
                        const std::vector<StoredColumn>& columns) {
  const auto find = [&](std::string_view name) {
    return std::find_if(
        columns.begin(), columns.end(),
        [lower = AsciiLower(std::string(name))](const auto& column) {
          return column.name == lower;
        });
  };
  for (size_t i = 0; i < CellCount(table); ++i) {
    const std::string_view name = CellName(table, i);
    const auto found = find(name);
    if (found == columns.end()) return "has no column " + Quoted(name);
    const bool is_unmapped = i == table.columns.size();
    const Affinity wanted =
        is_unmapped ? Affinity::kBlob : AffinityOf(table.columns[i].type);
    if (found->hidden != 0 || !Fits(wanted, found->affinity)) {
      return "has a column " + Quoted(name) + " of another kind";
    }
  }
  for (const size_t column : table.primary_key) {
    if (find(table.columns[column].name)->key_place == 0) {
      return "has another primary key";
    }
  }
  size_t key_columns = 0;
  for (const StoredColumn& column : columns) {
    if (column.key_place != 0) ++key_columns;
    const bool is_ours = [&] {
      for (size_t i = 0; i < CellCount(table); ++i) {
        if (AsciiLower(std::string(CellName(table, i))) == column.name) {
          return true;
        }
      }
      return false;
    }();
    if (!is_ours && column.hidden == 0 && column.is_not_null &&
        !column.has_default) {
      return "needs a value in its column " + Quoted(column.name) +
             ", which the plan does not have";
    }
  }
  return key_columns == table.primary_key.size() ? ""
                                                 : "has another primary key";
}

}  // namespace

Result<void> CheckTableFits(Store* store, const Table& table,
                            const std::string& path) {
  Result<bool> is_plain = IsPlainTable(store, table.name);
  if (!is_plain.ok()) return std::move(is_plain).error();
  Result<std::vector<StoredColumn>> columns = ColumnsOf(store, table.name);
  if (!columns.ok()) return std::move(columns).error();
  const std::string wrong = *is_plain ? WhatIsWrong(table, *columns)
                                      : "is no ordinary table with row numbers";
  if (wrong.empty()) return {};
  return Error{ErrorCode::kTableExists,
               "The store's " + QuoteIdentifier(table.name) + " " + wrong + ".",
               "Make the plan's table like it, name the table otherwise, or "
               "use a new store.",
               path};
}

}  // namespace ferrite::internal
