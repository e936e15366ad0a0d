// The one place where SQLite's result codes become Ferrite's errors.
#ifndef FERRITE_CORE_SRC_SQLITE_ERROR_H_
#define FERRITE_CORE_SRC_SQLITE_ERROR_H_

#include <string_view>

#include "ferrite/error.h"
#include "ferrite/store.h"

struct sqlite3;

namespace ferrite::internal {

// The code for an (extended) SQLite result code.
ErrorCode CodeOfSqlite(int result);

// The error for `result`, which the last call on `database` gave (or the
// opening of it, when it is null). `what` says what was tried: "Opening x.db".
Error SqliteError(sqlite3* database, int result, std::string_view what);

// Whether an error that running `insert` gave lies in the row and not in the
// store: its record goes to the ledger and the batch goes on. kSql is the
// row's when the statement itself can still be prepared (an expression of a
// trigger or of a CHECK failed on its values).
bool IsRowFailure(const Statement& insert, ErrorCode code);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_SQLITE_ERROR_H_
