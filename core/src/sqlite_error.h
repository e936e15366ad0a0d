// The one place where SQLite's result codes become Ferrite's errors.
#ifndef FERRITE_CORE_SRC_SQLITE_ERROR_H_
#define FERRITE_CORE_SRC_SQLITE_ERROR_H_

#include <string_view>

#include "ferrite/error.h"

struct sqlite3;

namespace ferrite::internal {

// The code for an (extended) SQLite result code.
ErrorCode CodeOfSqlite(int result);

// The error for `result`, which the last call on `database` gave (or the
// opening of it, when it is null). `what` says what was tried: "Opening x.db".
Error SqliteError(sqlite3* database, int result, std::string_view what);

// True when one row is at fault, not the store: its record goes to the ledger
// and the batch goes on.
bool IsRowFailure(ErrorCode code);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_SQLITE_ERROR_H_
