// OriginEntry: one record's rows, as ferrite_origin keeps them: those that it
// made before, and those that it makes now.
#ifndef FERRITE_CORE_SRC_ORIGIN_ENTRY_H_
#define FERRITE_CORE_SRC_ORIGIN_ENTRY_H_

#include <cstdint>
#include <span>
#include <vector>

#include "ferrite/bytes.h"
#include "ferrite/encoding.h"
#include "ferrite/hash.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

struct OriginRow {
  size_t table = 0;     // index into Plan::tables
  Hash128 hash;         // of the row that the record made
  Bytes key;            // as OriginKey gives it
  bool is_met = false;  // the record makes a row of this key again
};

// Keeps its memory from record to record.
class OriginEntry {
 public:
  // Of a record that made nothing.
  void Clear();
  // Of one that made these rows; they are copied. kStoreCorrupt when the bytes
  // are none.
  Result<void> Load(Bytes rows);

  // What it made before, of one table; by key.
  std::span<OriginRow> Before(size_t table);
  std::span<const OriginRow> before() const { return before_; }
  OriginRow* Find(size_t table, Bytes key);

  // What it makes now.
  void Add(size_t table, const Hash128& hash, Bytes key);
  // The rows of all tables but this one stay as they were.
  void KeepOthers(size_t table);
  size_t size() const { return made_.size(); }
  void CutTo(size_t size) { made_.resize(size); }
  Bytes made() const { return made_; }

  uint64_t filtered = 0;  // rows that the tables passed over

 private:
  ByteBuffer loaded_;
  std::vector<OriginRow> before_;  // by table and key; views of loaded_
  ByteBuffer made_;
};

// The primary key of a record's row. Keeps its memory from row to row.
class OriginKey {
 public:
  // The cells as KeptRow has them, or nothing when the key is one column that
  // holds the record's key. Valid until the next call, as what All gives.
  Bytes Of(const Table& table, std::span<const Cell> row, Bytes record_key);
  // The cells in every case: the same for each record that makes the row.
  Bytes All(const Table& table, std::span<const Cell> row);

  // The cells, in the primary key's order; they view the two.
  static Result<std::vector<Cell>> CellsOf(Bytes key, Bytes record_key);

 private:
  std::vector<Cell> cells_;
  Writer bytes_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_ORIGIN_ENTRY_H_
