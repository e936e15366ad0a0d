// The two directions of a Mapper, and what they share.
#ifndef FERRITE_SRC_MAPPER_STATE_H_
#define FERRITE_SRC_MAPPER_STATE_H_

#include <span>
#include <vector>

#include "column_value.h"
#include "ferrite/mapper.h"
#include "path_tree.h"
#include "record_walk.h"

namespace ferrite::internal {

// Record to row.
class RowWriter {
 public:
  explicit RowWriter(const Table& table);

  Result<std::span<const Cell>> Map(Bytes key, Bytes value);

 private:
  // A piece of the lossless column, in the order in which it is written.
  struct Piece {
    enum class Kind : uint8_t {
      kCopy,    // bytes of the record
      kObject,  // a property's name (or nothing) and an object of `count`
      kBytes    // the value in `bytes`, its byte string replaced by the mark
    };
    Kind kind;
    Bytes bytes;
    uint64_t count = 0;
  };

  void Begin(Bytes value, SharedValues* shared);
  bool MapKey(Bytes key);
  // The walk that takes values out.
  Walked Take(Bytes value);
  Walked TakeObject(size_t node, Reader* reader, uint64_t count, int depth,
                    uint64_t* kept);
  Walked TakeProperty(size_t child, Reader* reader, size_t begin, int depth,
                      bool* kept);
  Walked TakeColumn(size_t node, Reader* reader, const Item& head,
                    size_t value_begin, size_t begin, int depth, bool* kept);
  // Fills columns and takes nothing: below arrays, below a column, and for
  // records with references.
  bool Show(size_t node, Bytes value);
  bool ShowChildren(size_t node, const Item& head, Bytes value, Reader* reader);
  bool Visit(size_t node);

  Fit Fill(size_t column, const Item& head, Bytes value);
  void Put(size_t column, const ColumnCell& cell);
  void Keep(Bytes bytes);
  void KeepAllButBytes(Bytes name, Bytes value);
  Bytes Span(size_t begin, size_t end) const;

  bool CheckNotNull();
  void PlaceScratch();
  void WriteUnmapped();
  // What Unmapped::kFail says: the first thing that is left.
  Error LeftOver();
  Error Mismatch(size_t column, const Item& head) const;

  bool Fail(Error error);
  Walked FailWalk(Error error);
  Walked Rest(Reader* reader, const Item& head, int depth);

  const Table& table_;
  PathTree tree_;
  std::vector<size_t> key_columns_, required_;
  std::vector<std::string> pointers_;  // by column, for errors

  std::vector<Cell> row_;
  std::vector<std::pair<size_t, size_t>> in_scratch_;  // column, begin
  ColumnWriter columns_;
  RecordWalk walk_;
  std::vector<Piece> pieces_;
  Writer unmapped_;
  SharedValues shared_values_;
  SharedValues* shared_ = nullptr;
  Bytes record_;
  uint64_t visit_ = 0;
  Error error_;
};

// Row to record.
class RecordWriter {
 public:
  explicit RecordWriter(const Table& table);

  Result<void> Rebuild(std::span<const Cell> row, Writer* value);

 private:
  Result<void> Record(Writer* out);
  // `left` stands behind the head of an object of the lossless column.
  Result<void> Merge(size_t node, Reader* left, uint64_t count, Writer* out);
  Result<void> Property(size_t child, Reader* left, Writer* out);
  // What was taken out as a whole.
  Result<void> Taken(size_t node, Writer* out);
  // What was left of a column's value: all of it, or all but its bytes.
  Result<void> Kept(size_t node, Bytes value, Writer* out);
  void FindFilled();

  const Table& table_;
  PathTree tree_;
  std::span<const Cell> row_;
  Bytes left_;                // the lossless column; empty when it is NULL
  std::vector<bool> filled_;  // by node: a cell here or below gives a value
  uint64_t visit_ = 0;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_MAPPER_STATE_H_
