// RecordWriter: a row, as the record or element that it stands for.
#ifndef FERRITE_SRC_RECORD_WRITER_H_
#define FERRITE_SRC_RECORD_WRITER_H_

#include <span>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "path_tree.h"

namespace ferrite::internal {

// Whether a table's rows hold all of what became them.
bool IsLossless(const Table& table);

class RecordWriter {
 public:
  explicit RecordWriter(const Table& table);

  Result<void> Rebuild(std::span<const Cell> row, Writer* value);

 private:
  // Reads what the lossless column notes and leaves in left_ what it holds.
  Result<void> ReadNotes();
  Result<void> Record(Writer* out);
  // `left` stands behind the head of an object of the lossless column.
  Result<void> Merge(size_t node, Reader* left, uint64_t count, Writer* out);
  Result<void> Property(size_t child, Reader* left, Writer* out);
  // What was taken out as a whole.
  Result<void> Taken(size_t node, Writer* out);
  // What was left of a column's value: all of it, or all but its bytes.
  Result<void> Kept(size_t node, Bytes value, Writer* out);
  void FindFilled();
  // The column that took this row's value from the node, or kNone.
  size_t Taker(size_t node) const;

  const Table& table_;
  const bool is_lossless_;
  PathTree tree_;
  std::span<const Cell> row_;
  Bytes left_;                   // the lossless column; empty when it is NULL
  std::vector<int64_t> origin_;  // by column, as in Note; 1 where nothing is
  std::vector<size_t> noted_;    // columns whose origin_ is another
  std::vector<bool> filled_;     // by node: a cell here or below gives a value
  uint64_t visit_ = 0;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_RECORD_WRITER_H_
