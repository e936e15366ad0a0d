// Cells on their way into and out of SQLite's statements.
#ifndef FERRITE_SRC_SQLITE_CELL_H_
#define FERRITE_SRC_SQLITE_CELL_H_

#include "ferrite/store.h"

namespace ferrite::internal {

// SQLITE_OK, or why the cell cannot be bound. SQLITE_STATIC: no copy.
int BindCell(sqlite3_stmt* statement, int parameter, const Cell& cell);

// Valid until the statement's next step or reset.
Cell ReadCell(sqlite3_stmt* statement, int column);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SQLITE_CELL_H_
