#include "native/stores/server_tables.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

namespace ferrite {
namespace {

constexpr std::string_view kTenantColumn = "_tenant";

// Cells of one sorted run. A push is 8 MiB at most, but its smallest cell is
// one byte, so the cells and not the bytes bound the memory.
constexpr size_t kRunCells = size_t{1} << 17;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool BeginsWith(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(),
                    [](char a, char b) { return a == Lower(b); });
}

Result<void> CheckNames(const PushTable& table) {
  if (table.name.empty() || BeginsWith(table.name, "ferrite_") ||
      BeginsWith(table.name, "sqlite_")) {
    return Error{ErrorCode::kInvalidArgument,
                 "The table name \"" + table.name +
                     "\" is empty or reserved for the server.",
                 "Names that begin with ferrite_ or sqlite_ cannot be pushed.",
                 "/table/name"};
  }
  for (const PushColumn& column : table.columns) {
    if (column.name.size() == kTenantColumn.size() &&
        BeginsWith(column.name, kTenantColumn)) {
      return Error{ErrorCode::kInvalidArgument,
                   "Table \"" + table.name +
                       "\" has a column _tenant, which is the server's own.",
                   "Rename the column.", "/table/columns"};
    }
  }
  return {};
}

const char* TypeName(Affinity affinity) {
  switch (affinity) {
    case Affinity::kText:
      return "TEXT";
    case Affinity::kInteger:
      return "INTEGER";
    case Affinity::kReal:
      return "REAL";
    case Affinity::kNumeric:
      return "NUMERIC";
    case Affinity::kAny:
      break;
  }
  return "BLOB";  // the affinity that converts nothing
}

bool IsKey(const PushTable& table, size_t column) {
  return std::find(table.key.begin(), table.key.end(), column) !=
         table.key.end();
}

std::string KeyList(const PushTable& table) {
  std::string list = QuoteIdentifier(kTenantColumn);
  for (size_t index : table.key) {
    list += ", " + QuoteIdentifier(table.columns[index].name);
  }
  return list;
}

std::string CreateSql(const PushTable& table) {
  std::string sql = "CREATE TABLE main." + QuoteIdentifier(table.name) + "(" +
                    QuoteIdentifier(kTenantColumn) + " TEXT NOT NULL";
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const PushColumn& column = table.columns[i];
    sql +=
        ", " + QuoteIdentifier(column.name) + " " + TypeName(column.affinity);
    if (column.not_null || IsKey(table, i)) sql += " NOT NULL";
  }
  return sql + ", PRIMARY KEY(" + KeyList(table) + "))";
}

std::string UpsertSql(const PushTable& table) {
  std::string columns = QuoteIdentifier(kTenantColumn);
  std::string parameters = "?";
  std::string updates;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const std::string name = QuoteIdentifier(table.columns[i].name);
    columns += ", " + name;
    parameters += ", ?";
    if (IsKey(table, i)) continue;
    updates += (updates.empty() ? "" : ", ") + name + " = excluded." + name;
  }
  return "INSERT INTO main." + QuoteIdentifier(table.name) + "(" + columns +
         ") VALUES(" + parameters + ") ON CONFLICT(" + KeyList(table) +
         ") DO " + (updates.empty() ? "NOTHING" : "UPDATE SET " + updates);
}

// SQLite's order of values: NULL, numbers, text, blobs.
int Compare(const Cell& a, const Cell& b) {
  const auto rank = [](const Cell& cell) {
    return cell.type == Cell::Type::kReal
               ? static_cast<int>(Cell::Type::kInteger)
               : static_cast<int>(cell.type);
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b) ? -1 : 1;
  if (a.type == Cell::Type::kNull) return 0;
  if (a.type == Cell::Type::kInteger && b.type == Cell::Type::kInteger) {
    return a.integer < b.integer ? -1 : a.integer > b.integer;
  }
  if (rank(a) == static_cast<int>(Cell::Type::kInteger)) {
    // Only the order of the inserts hangs on it, not what is inserted.
    const auto number = [](const Cell& cell) {
      return cell.type == Cell::Type::kReal ? cell.real
                                            : static_cast<double>(cell.integer);
    };
    return number(a) < number(b) ? -1 : number(a) > number(b);
  }
  const size_t shorter = std::min(a.bytes.size(), b.bytes.size());
  const int order =
      shorter == 0 ? 0 : std::memcmp(a.bytes.data(), b.bytes.data(), shorter);
  if (order != 0) return order;
  return a.bytes.size() < b.bytes.size() ? -1 : a.bytes.size() > b.bytes.size();
}

// A run of rows, read in the push's order and visited in the key's.
struct Run {
  std::vector<Cell> cells;
  std::vector<size_t> order;

  Result<void> Read(PushReader* push) {
    const size_t width = push->table().columns.size();
    cells.clear();
    size_t rows = 0;
    while (push->rows_left() != 0 && cells.size() < kRunCells) {
      cells.resize(cells.size() + width);
      auto read = push->NextRow(std::span(cells).last(width));
      if (!read.ok()) return read;
      ++rows;
    }
    order.resize(rows);
    std::iota(order.begin(), order.end(), size_t{0});
    const auto less = [&](size_t a, size_t b) {
      for (size_t index : push->table().key) {
        const int by =
            Compare(cells[a * width + index], cells[b * width + index]);
        if (by != 0) return by < 0;
      }
      return false;
    };
    // Stable: of two rows with one key the later one must stay the later.
    if (!std::is_sorted(order.begin(), order.end(), less)) {
      std::stable_sort(order.begin(), order.end(), less);
    }
    return {};
  }
};

// A sentence on what differs between two schemas of one table.
std::string Difference(const PushTable& here, const PushTable& pushed) {
  for (const PushColumn& column : pushed.columns) {
    const auto same = [&](const PushColumn& other) {
      return other.name == column.name;
    };
    const auto found =
        std::find_if(here.columns.begin(), here.columns.end(), same);
    if (found == here.columns.end()) {
      return "the server has no column \"" + column.name + "\"";
    }
    if (*found != column) {
      return "column \"" + column.name + "\" is " + TypeName(found->affinity) +
             (found->not_null ? " NOT NULL" : "") + " on the server and " +
             TypeName(column.affinity) + (column.not_null ? " NOT NULL" : "") +
             " in the push";
    }
  }
  if (here.columns.size() != pushed.columns.size()) {
    return "the server has columns that the push lacks";
  }
  return here.key != pushed.key ? "the primary key differs"
                                : "the columns stand in another order";
}

Error Mismatch(const std::string& name, const std::string& difference) {
  return {ErrorCode::kSchemaMismatch,
          "Table \"" + name +
              "\" has another shape on the server: " + difference + ".",
          "Push under another table name, or change the server's table first.",
          "/table"};
}

}  // namespace

Result<uint64_t> ServerTables::Apply(std::string_view tenant,
                                     PushReader* push) {
  uint64_t rows = 0;
  for (uint64_t change = 0;; ++change) {
    Result<bool> more = push->NextChange();
    if (!more.ok()) return std::move(more).error();
    if (!*more) return rows;
    rows += push->rows_left();
    Result<OpenTable*> table = Open(*push);
    if (!table.ok()) {
      Error error = std::move(table).error();
      error.path = "/changes/" + std::to_string(change) + error.path;
      return error;
    }
    auto applied = ApplyRows(tenant, &(*table)->upsert, change, push);
    if (!applied.ok()) return std::move(applied).error();
  }
}

Result<ServerTables::OpenTable*> ServerTables::Open(const PushReader& push) {
  const PushTable& table = push.table();
  const auto same = [&](Bytes schema) {
    return std::equal(schema.begin(), schema.end(), push.schema().begin(),
                      push.schema().end());
  };
  if (auto found = open_.find(table.name);
      found != open_.end() && same(found->second.schema)) {
    return &found->second;
  }
  if (auto valid = CheckNames(table); !valid.ok()) return valid.error();
  Result<Statement> known = store_->Prepare(
      "SELECT name, schema FROM ferrite_push_table WHERE name = ?");
  if (!known.ok()) return std::move(known).error();
  known->Bind(1, Cell::Text(table.name));
  Result<bool> row = known->Step();
  if (!row.ok()) return std::move(row).error();
  if (*row) {
    const std::string name(known->Column(0).text());
    const Bytes schema = known->Column(1).bytes;
    if (name != table.name) {
      return Mismatch(table.name, "it is called \"" + name + "\"");
    }
    if (!same(schema)) {
      Result<PushTable> here = ReadPushTable(schema);
      return Mismatch(
          name, here.ok() ? Difference(*here, table) : here.error().message);
    }
  } else if (auto created = Create(push); !created.ok()) {
    return created.error();
  }
  Result<Statement> upsert = store_->Prepare(UpsertSql(table));
  if (!upsert.ok()) return std::move(upsert).error();
  OpenTable opened{{push.schema().begin(), push.schema().end()},
                   std::move(*upsert)};
  return &open_.insert_or_assign(table.name, std::move(opened)).first->second;
}

Result<void> ServerTables::Create(const PushReader& push) {
  const PushTable& table = push.table();
  Result<Statement> taken = store_->Prepare(
      "SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE");
  if (!taken.ok()) return std::move(taken).error();
  taken->Bind(1, Cell::Text(table.name));
  Result<bool> row = taken->Step();
  if (!row.ok()) return std::move(row).error();
  if (*row) {
    return Error{ErrorCode::kTableExists,
                 "The server's file has a table \"" + table.name +
                     "\" that no push made.",
                 "Push under another table name.", "/table/name"};
  }
  taken->Reset();
  if (auto made = store_->Execute(CreateSql(table)); !made.ok()) {
    Error error = made.error();
    error.path = "/table";
    return error;
  }
  Result<Statement> note = store_->Prepare(
      "INSERT INTO ferrite_push_table(name, schema) VALUES(?, ?)");
  if (!note.ok()) return std::move(note).error();
  note->Bind(1, Cell::Text(table.name));
  note->Bind(2, Cell::Blob(push.schema()));
  return note->Run();
}

Result<void> ServerTables::ApplyRows(std::string_view tenant, Statement* upsert,
                                     uint64_t change, PushReader* push) {
  const size_t width = push->table().columns.size();
  Run run;
  size_t first = 0;
  while (push->rows_left() != 0) {
    if (auto read = run.Read(push); !read.ok()) return read;
    for (size_t index : run.order) {
      upsert->Bind(1, Cell::Text(tenant));
      for (size_t i = 0; i < width; ++i) {
        upsert->Bind(static_cast<int>(i) + 2, run.cells[index * width + i]);
      }
      if (auto put = upsert->Run(); !put.ok()) {
        Error error = put.error();
        if (IsPermanentRefusal(error.code)) {
          error.message =
              "Table \"" + push->table().name +
              "\" refuses a row: " + sqlite3_errmsg(store_->handle()) + ".";
        }
        error.path = "/changes/" + std::to_string(change) + "/rows/" +
                     std::to_string(first + index);
        return error;
      }
    }
    first += run.order.size();
  }
  return {};
}

}  // namespace ferrite
