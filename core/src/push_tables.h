// Which of a store's tables travel in pushes, and their rows in order.
#ifndef FERRITE_SRC_PUSH_TABLES_H_
#define FERRITE_SRC_PUSH_TABLES_H_

#include <optional>
#include <string>
#include <vector>

#include "ferrite/push.h"
#include "ferrite/pusher.h"
#include "ferrite/store.h"

namespace ferrite::internal {

struct StoreTable {
  PushTable shape;
  // "rowid" or the alias that no column hides; empty for tables WITHOUT ROWID,
  // whose rows are walked by key.
  std::string rowid;
};

struct StoreTables {
  std::vector<StoreTable> tables;  // by name
  std::vector<SkippedTable> skipped;
};

Result<StoreTables> ReadStoreTables(Store* store);

// How far a table's rows were given out; neither rowid nor key is set before
// the first row.
struct PushCursor {
  std::optional<int64_t> rowid;
  ByteBuffer key;     // a CBOR array of the key cells
  uint64_t rows = 0;  // given out so far

  bool AtStart() const { return !rowid && key.empty(); }
};

// A table's rows after a cursor, in the order of rowid or key. Table and
// cursor must outlive the walk.
class RowWalk {
 public:
  static Result<RowWalk> Begin(Store* store, const StoreTable& table,
                               const PushCursor& after);

  // False at the end. The cells are valid until the next call.
  Result<bool> Next();
  std::span<const Cell> cells() const { return cells_; }
  // The cursor at the current row, without its number of rows.
  PushCursor Cursor() const;

 private:
  RowWalk(const StoreTable& table, Statement statement);

  const StoreTable* table_;
  Statement statement_;
  std::vector<Cell> cells_;
};

// The number of rows after a cursor.
Result<uint64_t> CountRows(Store* store, const StoreTable& table,
                           const PushCursor& after);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PUSH_TABLES_H_
