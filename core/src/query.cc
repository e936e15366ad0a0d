#include "ferrite/query.h"

#include <sqlite3.h>

#include <string>

#include "parameters.h"
#include "sql_guard.h"
#include "utf8.h"

namespace ferrite {
namespace {

constexpr int64_t kMaxSafe = int64_t{1} << 53;
constexpr uint32_t kUint8ArrayTag = 64;

// Every byte that is part of no character becomes U+FFFD.
std::string Repaired(Bytes text) {
  std::string repaired;
  size_t at = 0;
  while (at < text.size()) {
    size_t length = 4 < text.size() - at ? 4 : text.size() - at;
    while (length > 0 && !internal::IsUtf8(text.subspan(at, length))) --length;
    repaired += length == 0 ? "\xEF\xBF\xBD" : AsText(text.subspan(at, length));
    at += length == 0 ? 1 : length;
  }
  return repaired;
}

void WriteText(Bytes text, Writer* out) {
  if (internal::IsUtf8(text)) {
    out->String(AsText(text));
  } else if (internal::IsWtf8(text)) {
    out->Wtf8(text);
  } else {
    out->String(Repaired(text));
  }
}

void WriteCell(const Cell& cell, Writer* out) {
  switch (cell.type) {
    case Cell::Type::kNull:
      return out->Null();
    case Cell::Type::kInteger:
      // A BigInt of that size is another value than the Number.
      if (cell.integer < -kMaxSafe || cell.integer > kMaxSafe) {
        return out->BigInt(cell.integer);
      }
      return out->Integer(cell.integer);
    case Cell::Type::kReal:
      return out->Double(cell.real);
    case Cell::Type::kText:
      return WriteText(cell.bytes, out);
    case Cell::Type::kBlob:
      return out->TypedArray(kUint8ArrayTag, cell.bytes);
  }
}

void WriteColumnNames(const Statement& statement, Writer* out) {
  const int columns = statement.column_count();
  out->BeginArray(static_cast<uint64_t>(columns));
  for (int i = 0; i < columns; ++i) {
    const char* name = sqlite3_column_name(statement.handle(), i);
    WriteText(AsBytes(name == nullptr ? "" : name), out);
  }
}

// Writes up to `max_rows` rows and counts them.
Result<uint64_t> WriteRows(Statement* statement, uint64_t max_rows,
                           bool* truncated, Writer* out) {
  const int columns = statement->column_count();
  uint64_t count = 0;
  for (;;) {
    Result<bool> row = statement->Step();
    if (!row.ok()) return std::move(row).error();
    if (!*row) return count;
    if (max_rows != 0 && count == max_rows) {
      *truncated = true;
      return count;
    }
    ++count;
    out->BeginArray(static_cast<uint64_t>(columns));
    for (int i = 0; i < columns; ++i) WriteCell(statement->Column(i), out);
  }
}

}  // namespace

Result<QueryOutcome> RunQuery(Store* store, std::string_view sql,
                              Bytes parameters, uint64_t max_rows,
                              Writer* rows) {
  // Also while it runs: SQLite compiles it anew when the schema has changed.
  const internal::SqlGuard::Users users(store);
  Result<Statement> statement = store->Prepare(sql);
  if (!statement.ok()) return std::move(statement).error();
  Result<void> bound = internal::BindParameters(parameters, &*statement);
  if (!bound.ok()) return std::move(bound).error();

  const int64_t changed_before = sqlite3_total_changes64(store->handle());
  QueryOutcome outcome;
  // The outer array's head needs the number of rows, known at the end.
  Writer content;
  WriteColumnNames(*statement, &content);
  Result<uint64_t> count =
      WriteRows(&*statement, max_rows, &outcome.truncated, &content);
  if (!count.ok()) return std::move(count).error();
  // A statement that was cut short ends, and commits, here.
  statement->Reset();

  // SQLite repeats the last change's number after a statement without any.
  if (sqlite3_total_changes64(store->handle()) != changed_before) {
    outcome.changes = sqlite3_changes64(store->handle());
  }
  outcome.last_insert_id = sqlite3_last_insert_rowid(store->handle());
  rows->BeginArray(*count + 1);
  rows->Raw(content.bytes());
  return outcome;
}

Result<void> RunScript(Store* store, std::string_view sql) {
  const internal::SqlGuard::Users users(store);
  return store->Execute(sql);
}

}  // namespace ferrite
