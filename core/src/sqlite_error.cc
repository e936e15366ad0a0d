#include "sqlite_error.h"

#include <sqlite3.h>

#include <string>

namespace ferrite::internal {
namespace {

const char* Hint(ErrorCode code) {
  switch (code) {
    case ErrorCode::kStoreFull:
      return "Free some space and try again; what was committed is kept.";
    case ErrorCode::kStoreBusy:
      return "Close the other tab, program or connection and try again.";
    case ErrorCode::kStoreIo:
      return "Check the disk or the browser's storage, then try again; what "
             "was committed is kept.";
    case ErrorCode::kStoreCorrupt:
      return "Keep the file for rescue and start with a new store; the "
             "sources are untouched.";
    case ErrorCode::kStoreForeign:
      return "Choose another file name.";
    case ErrorCode::kStoreOpen:
      return "Check the path, that its folder exists, and the permissions.";
    case ErrorCode::kOutOfMemory:
      return "Close other programs or tabs, or use smaller batches.";
    default:
      return "";
  }
}

ErrorCode CodeOfConstraint(int result) {
  switch (result) {
    case SQLITE_CONSTRAINT_NOTNULL:
      return ErrorCode::kNotNull;
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return ErrorCode::kNotUnique;
    default:
      return ErrorCode::kConstraint;
  }
}

}  // namespace

ErrorCode CodeOfSqlite(int result) {
  if (result == SQLITE_IOERR_NOMEM) return ErrorCode::kOutOfMemory;
  switch (result & 0xff) {
    case SQLITE_FULL:
      return ErrorCode::kStoreFull;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return ErrorCode::kStoreBusy;
    case SQLITE_CORRUPT:
      return ErrorCode::kStoreCorrupt;
    case SQLITE_NOTADB:
      return ErrorCode::kStoreForeign;
    case SQLITE_IOERR:
    case SQLITE_NOLFS:
    case SQLITE_READONLY:
      return ErrorCode::kStoreIo;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return ErrorCode::kStoreOpen;
    case SQLITE_NOMEM:
      return ErrorCode::kOutOfMemory;
    case SQLITE_CONSTRAINT:
      return CodeOfConstraint(result);
    case SQLITE_MISMATCH:
      return ErrorCode::kTypeMismatch;
    case SQLITE_TOOBIG:
      return ErrorCode::kTooLarge;
    case SQLITE_INTERRUPT:
      return ErrorCode::kCancelled;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_INTERNAL:
      return ErrorCode::kInternal;
    default:
      return ErrorCode::kSql;
  }
}

Error SqliteError(sqlite3* database, int result, std::string_view what) {
  const ErrorCode code = CodeOfSqlite(result);
  // The connection's message belongs to its last call only.
  const bool is_last = database != nullptr &&
                       (sqlite3_errcode(database) & 0xff) == (result & 0xff);
  Error error;
  error.code = code;
  error.message =
      std::string(what) + ": " + std::string(ErrorSentence(code)) +
      " SQLite says: " +
      (is_last ? sqlite3_errmsg(database) : sqlite3_errstr(result)) + " (" +
      std::to_string(result) + ").";
  error.hint = Hint(code);
  return error;
}

bool IsRowFailure(const Statement& insert, ErrorCode code) {
  if (code != ErrorCode::kSql) return NatureOf(code) == ErrorNature::kRecord;
  sqlite3_stmt* again = nullptr;
  const int result =
      sqlite3_prepare_v2(sqlite3_db_handle(insert.handle()),
                         sqlite3_sql(insert.handle()), -1, &again, nullptr);
  sqlite3_finalize(again);
  return result == SQLITE_OK;
}

}  // namespace ferrite::internal
