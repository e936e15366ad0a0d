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
  // One look-up for all that follows. The value is "unprotected", which without
  // SQLite's serialized mode is the same as protected.
  sqlite3_value* value = sqlite3_column_value(statement, column);
  const auto bytes = [&](const void* data) -> Bytes {
    return {static_cast<const uint8_t*>(data),
            static_cast<size_t>(sqlite3_value_bytes(value))};
  };
  Cell cell;
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return Cell::Integer(sqlite3_value_int64(value));
    case SQLITE_FLOAT:
      return Cell::Real(sqlite3_value_double(value));
    case SQLITE_TEXT:
      cell.type = Cell::Type::kText;
      cell.bytes = bytes(sqlite3_value_text(value));
      return cell;
    case SQLITE_BLOB:
      return Cell::Blob(bytes(sqlite3_value_blob(value)));
    default:
      return cell;
  }
}

}  // namespace ferrite::internal
