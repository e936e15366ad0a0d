// KeptRow: a row's cells as the ledger keeps them, exact to the storage class,
// so that a row that left its table can go back as it was.
//
// One encoded array: NULL, INTEGER as BigInt, REAL as a Float64Array of one
// element, TEXT as string, BLOB as ArrayBuffer.
#ifndef FERRITE_CORE_SRC_KEPT_ROW_H_
#define FERRITE_CORE_SRC_KEPT_ROW_H_

#include <span>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/error.h"
#include "ferrite/store.h"

namespace ferrite::internal {

void WriteKeptRow(std::span<const Cell> row, Writer* out);

// The cells view `kept`. kStoreCorrupt when it is no such array.
Result<std::vector<Cell>> ReadKeptRow(Bytes kept);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_KEPT_ROW_H_
