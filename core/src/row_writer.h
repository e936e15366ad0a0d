// RowWriter: what becomes a row, as cells.
#ifndef FERRITE_SRC_ROW_WRITER_H_
#define FERRITE_SRC_ROW_WRITER_H_

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "column_value.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "lossless.h"
#include "path_tree.h"
#include "record_walk.h"

namespace ferrite::internal {

// A cell that does not come from what becomes the row.
struct GivenCell {
  size_t column = 0;
  Cell cell;
  int64_t note = 0;  // as in Note, 0 for none
};

struct RowInput {
  Bytes key;
  // What becomes the row: an encoded item that refers to nothing outside.
  Bytes value;
  // The record that stands for `value` in the lossless column; empty: itself.
  Bytes stored;
  uint64_t position = 0;
  Bytes name;  // an encoded item; empty: none
  std::span<const GivenCell> given;
};

// Views the literal.
Cell LiteralCell(const Literal& literal);

class RowWriter {
 public:
  explicit RowWriter(const Table& table);

  // The cells view the input, the table and scratch that the next call
  // overwrites.
  Result<std::span<const Cell>> Map(const RowInput& input);

  // Where the last row's cells came from.
  std::span<const Note> notes() const { return notes_; }

 private:
  void Begin(Bytes value, SharedValues* shared);
  bool MapGiven(const RowInput& input);
  bool MapKey(Bytes key);
  bool MapName(Bytes name);
  void TakeDefaults(std::span<const GivenCell> given);
  bool CheckNotNull();
  void PlaceScratch();
  Result<std::span<const Cell>> Finish(const RowInput& input);

  // The walk that takes values out.
  Walked Take(Bytes value);
  Walked TakeObject(size_t node, Reader* reader, uint64_t count, int depth,
                    uint64_t* kept);
  Walked TakeProperty(size_t child, Reader* reader, size_t begin, int depth,
                      bool* kept);
  Walked TakeColumn(size_t node, Reader* reader, const Item& head,
                    size_t value_begin, size_t begin, int depth, bool* kept);
  // Fills columns and takes nothing: below arrays, below a column, and for
  // records with references or of JSON text.
  Walked ShowAll(const RowInput& input);
  bool Show(size_t node, Bytes value);
  bool ShowChildren(size_t node, const Item& head, Bytes value, Reader* reader);
  bool Visit(size_t node);
  Walked Rest(Reader* reader, const Item& head, int depth);

  Fit Fill(const PathUse& use, const Item& head, Bytes value);
  Fit FillSpecial(const PathUse& use, const Item& head, Bytes value);
  // What Column::on_mismatch says of a value that does not fit.
  Fit Replace(size_t column, const Item& head, std::string path);
  void Put(size_t column, const ColumnCell& cell);
  // Unless the table keeps nothing.
  void Keep(Bytes bytes);
  void KeepValue(size_t node, Bytes name, Bytes value);
  Bytes Span(size_t begin, size_t end) const;

  // What Unmapped::kFail says: the first thing that is left.
  Error LeftOver();
  bool Fail(Error error);
  Walked FailWalk(Error error);

  const Table& table_;
  const bool keeps_;  // Unmapped is not kDrop
  PathTree tree_;
  std::vector<size_t> key_columns_, name_columns_, position_columns_,
      required_;
  // Columns with several paths, a default or a way out for values that do not
  // fit.
  std::vector<size_t> special_;
  std::vector<bool> is_special_;      // by column
  std::vector<std::string> pointers_;  // by column, for errors
  std::vector<std::pair<size_t, Cell>> constants_;
  std::vector<Cell> defaults_;  // by column

  std::vector<Cell> row_;
  std::vector<std::pair<size_t, size_t>> in_scratch_;  // column, begin
  ColumnWriter columns_;
  RecordWalk walk_;
  Lossless left_;
  SharedValues shared_values_;
  SharedValues* shared_ = nullptr;
  Bytes record_;
  uint64_t visit_ = 0;
  Error error_;

  // By column: which of its paths, from 1, has led to a value; 0 for none. A
  // path that comes before the one that filled the cell may be met later: then
  // the record is walked again, with these settled.
  std::vector<size_t> ranks_;
  bool is_settled_ = false;
  bool conflicts_ = false;
  std::vector<bool> is_default_;  // by column: in the place of a misfit
  std::vector<Note> notes_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_ROW_WRITER_H_
