// RowCells: a whole row as one encoded item, and back without loss.
//
// An object of column names (_unmapped among them) and cells: NULL null,
// INTEGER a Number, beyond 2^53 a BigInt, REAL a Number, TEXT a string, BLOB
// an ArrayBuffer. Outside columns of type real, REAL with an integral value
// within 2^53 is 27 ["Real", n], and TEXT that is no UTF-8 is 27 ["Text",
// bytes]: other programs write such.
#ifndef FERRITE_CORE_SRC_ROW_CELLS_H_
#define FERRITE_CORE_SRC_ROW_CELLS_H_

#include <span>
#include <string>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

// The name of the cell of this index: a column's, or _unmapped behind them.
std::string_view CellName(const Table& table, size_t index);
size_t CellCount(const Table& table);

// Type and value are the same.
bool IsSameCell(const Cell& a, const Cell& b);

void WriteRowCells(const Table& table, std::span<const Cell> row, Writer* out);

// One cell per column of the table, then the lossless column; a column the item
// does not name is NULL. They view the item. kStoreCorrupt when it is no row.
Result<std::vector<Cell>> ReadRowCells(const Table& table, Bytes item);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_ROW_CELLS_H_
