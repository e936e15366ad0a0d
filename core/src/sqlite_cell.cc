#include "sqlite_cell.h"

#include <sqlite3.h>

namespace ferrite::internal {
namespace {

// SQLite reads a null pointer as NULL, whatever the length.
const char kEmpty[] = "";

const char* Data(Bytes bytes) {
  return bytes.empty() ? kEmpty : reinterpret_cast<const char*>(bytes.data());
}

}  // namespace

int BindCell(sqlite3_stmt* statement, int parameter, const Cell& cell) {
  switch (cell.type) {
    case Cell::Type::kInteger:
      return sqlite3_bind_int64(statement, parameter, cell.integer);
    case Cell::Type::kReal:
      return sqlite3_bind_double(statement, parameter, cell.real);
    case Cell::Type::kText:
      return sqlite3_bind_text64(statement, parameter, Data(cell.bytes),
                                 cell.bytes.size(), SQLITE_STATIC, SQLITE_UTF8);
    case Cell::Type::kBlob:
      return sqlite3_bind_blob64(statement, parameter, Data(cell.bytes),
                                 cell.bytes.size(), SQLITE_STATIC);
    case Cell::Type::kNull:
      break;
  }
  return sqlite3_bind_null(statement, parameter);
}

Cell ReadCell(sqlite3_stmt* statement, int column) {
  const auto bytes = [&](const void* data) -> Bytes {
    return {static_cast<const uint8_t*>(data),
            static_cast<size_t>(sqlite3_column_bytes(statement, column))};
  };
  Cell cell;
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return Cell::Integer(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return Cell::Real(sqlite3_column_double(statement, column));
    case SQLITE_TEXT:
      cell.type = Cell::Type::kText;
      cell.bytes = bytes(sqlite3_column_text(statement, column));
      return cell;
    case SQLITE_BLOB:
      return Cell::Blob(bytes(sqlite3_column_blob(statement, column)));
    default:
      return cell;
  }
}

}  // namespace ferrite::internal
