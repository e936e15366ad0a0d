// A row's primary key as a key: what stands for a row of which the record's
// own key is not known.
#ifndef FERRITE_CORE_SRC_ROW_KEY_H_
#define FERRITE_CORE_SRC_ROW_KEY_H_

#include <string>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

// One cell as a key's item. Integers beyond 2^53 are their decimal text, since
// keys hold no BigInt.
void WriteKeyCell(const Cell& cell, ColumnType type, Writer* out);

// An array of the primary key's cells, in its order.
void WriteRowKey(const Table& table, const std::vector<Cell>& cells,
                 Writer* out);

// The row's key as a person reads it: a key of one column without the array.
std::string RowKeyText(const Table& table, const std::vector<Cell>& cells);

// The same key in sortable form; empty when the cells are no key.
ByteBuffer RowKeySortable(const Table& table, const std::vector<Cell>& cells);

// Whether the table has a column that must not be shown, and whether a row's
// key says what one holds.
bool HidesColumns(const Table& table);
bool HidesKey(const Table& table);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_ROW_KEY_H_
