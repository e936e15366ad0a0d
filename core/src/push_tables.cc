#include "push_tables.h"

#include <algorithm>
#include <map>
#include <utility>

#include "utf8.h"

namespace ferrite::internal {
namespace {

std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsReserved(std::string_view name) {
  const std::string lower = AsciiLower(name);
  return lower.rfind("ferrite_", 0) == 0 || lower.rfind("sqlite_", 0) == 0;
}

// The three names of the rowid work unless a column has taken them.
std::string FreeRowid(const std::vector<std::string>& columns) {
  for (const char* alias : {"rowid", "oid", "_rowid_"}) {
    if (std::find(columns.begin(), columns.end(), alias) == columns.end()) {
      return alias;
    }
  }
  return "";
}

Result<StoreTable> ReadTable(Store* store, std::string_view name,
                             bool without_rowid) {
  Result<Statement> statement = store->Prepare(
      "SELECT name, type, \"notnull\", pk, hidden FROM pragma_table_xinfo(?1)");
  if (!statement.ok()) return std::move(statement).error();
  statement->Bind(1, Cell::Text(name));
  StoreTable table;
  table.shape.name = name;
  std::vector<std::string> names;
  std::map<int64_t, size_t> key;  // position in the key → column
  for (;;) {
    Result<bool> row = statement->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) break;
    names.push_back(AsciiLower(statement->Column(0).text()));
    // Generated columns follow from the others.
    if (statement->Column(4).integer != 0) continue;
    if (statement->Column(3).integer != 0) {
      key[statement->Column(3).integer] = table.shape.columns.size();
    }
    table.shape.columns.push_back({std::string(statement->Column(0).text()),
                                   AffinityOf(statement->Column(1).text()),
                                   statement->Column(2).integer != 0});
  }
  for (const auto& [position, column] : key) table.shape.key.push_back(column);
  if (!without_rowid) table.rowid = FreeRowid(names);
  return table;
}

std::string KeyColumns(const StoreTable& table) {
  std::string columns;
  for (size_t index : table.shape.key) {
    if (!columns.empty()) columns += ", ";
    columns += QuoteIdentifier(table.shape.columns[index].name);
  }
  return columns;
}

// " FROM … WHERE …" for the rows after the cursor; the cursor's cells are the
// parameters.
std::string FromAfter(const StoreTable& table, const PushCursor& after) {
  std::string sql = " FROM main." + QuoteIdentifier(table.shape.name);
  if (after.AtStart()) return sql;
  if (!table.rowid.empty()) return sql + " WHERE " + table.rowid + " > ?1";
  std::string parameters;
  for (size_t i = 0; i < table.shape.key.size(); ++i) {
    parameters += i == 0 ? "?" : ", ?";
  }
  return sql + " WHERE (" + KeyColumns(table) + ") > (" + parameters + ")";
}

Result<void> BindCursor(const StoreTable& table, const PushCursor& after,
                        Statement* statement) {
  if (after.AtStart()) return {};
  if (!table.rowid.empty()) {
    statement->Bind(1, Cell::Integer(after.rowid.value_or(0)));
    return {};
  }
  Reader reader(after.key);
  Item array;
  if (!reader.Next(&array) || array.kind != Kind::kArray ||
      array.count != table.shape.key.size()) {
    return Error{ErrorCode::kStoreCorrupt,
                 "The push cursor of table \"" + table.shape.name +
                     "\" does not fit the table's key.",
                 "Push every row again: ferrite sync push --restart.", ""};
  }
  for (size_t i = 0; i < array.count; ++i) {
    Result<Cell> cell = ReadCell(&reader);
    if (!cell.ok()) return std::move(cell).error();
    statement->Bind(static_cast<int>(i) + 1, *cell);
  }
  return {};
}

std::optional<std::string> ReasonToSkip(std::string_view type,
                                        const StoreTable& table) {
  if (type == "virtual") return "a virtual table";
  if (table.shape.key.empty()) return "no primary key";
  if (!IsUtf8(AsBytes(table.shape.name))) return "a name that is not UTF-8";
  for (const PushColumn& column : table.shape.columns) {
    if (!IsUtf8(AsBytes(column.name))) return "a column not named in UTF-8";
  }
  return std::nullopt;
}

}  // namespace

Result<StoreTables> ReadStoreTables(Store* store) {
  Result<Statement> statement = store->Prepare(
      "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND "
      "type IN ('table', 'virtual') ORDER BY name");
  if (!statement.ok()) return std::move(statement).error();
  StoreTables found;
  for (;;) {
    Result<bool> row = statement->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return found;
    const std::string name(statement->Column(0).text());
    const std::string type(statement->Column(1).text());
    if (IsReserved(name)) continue;
    Result<StoreTable> table =
        ReadTable(store, name, statement->Column(2).integer != 0);
    if (!table.ok()) return std::move(table).error();
    if (auto reason = ReasonToSkip(type, *table)) {
      found.skipped.push_back({name, *reason});
    } else {
      found.tables.push_back(std::move(*table));
    }
  }
}

RowWalk::RowWalk(const StoreTable& table, Statement statement)
    : table_(&table),
      statement_(std::move(statement)),
      cells_(table.shape.columns.size()) {}

Result<RowWalk> RowWalk::Begin(Store* store, const StoreTable& table,
                               const PushCursor& after) {
  std::string columns = table.rowid;
  for (const PushColumn& column : table.shape.columns) {
    if (!columns.empty()) columns += ", ";
    columns += QuoteIdentifier(column.name);
  }
  const std::string order =
      table.rowid.empty() ? KeyColumns(table) : table.rowid;
  Result<Statement> statement = store->Prepare(
      "SELECT " + columns + FromAfter(table, after) + " ORDER BY " + order);
  if (!statement.ok()) return std::move(statement).error();
  if (auto bound = BindCursor(table, after, &*statement); !bound.ok()) {
    return bound.error();
  }
  return RowWalk(table, std::move(*statement));
}

Result<bool> RowWalk::Next() {
  Result<bool> row = statement_.Step();
  if (!row.ok() || !*row) return row;
  const int first = table_->rowid.empty() ? 0 : 1;
  for (size_t i = 0; i < cells_.size(); ++i) {
    cells_[i] = statement_.Column(first + static_cast<int>(i));
  }
  return true;
}

PushCursor RowWalk::Cursor() const {
  PushCursor cursor;
  if (!table_->rowid.empty()) {
    cursor.rowid = statement_.Column(0).integer;
    return cursor;
  }
  Writer key;
  key.BeginArray(table_->shape.key.size());
  for (size_t index : table_->shape.key) WriteCell(cells_[index], &key);
  cursor.key = key.Take();
  return cursor;
}

Result<uint64_t> CountRows(Store* store, const StoreTable& table,
                           const PushCursor& after) {
  Result<Statement> statement =
      store->Prepare("SELECT count(*)" + FromAfter(table, after));
  if (!statement.ok()) return std::move(statement).error();
  if (auto bound = BindCursor(table, after, &*statement); !bound.ok()) {
    return bound.error();
  }
  Result<bool> row = statement->Step();
  if (!row.ok()) return std::move(row).error();
  return static_cast<uint64_t>(statement->Column(0).integer);
}

}  // namespace ferrite::internal
