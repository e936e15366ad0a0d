// One value on its way into a column and back: core/doc/plan.md, "Column
// types", as code.
#ifndef FERRITE_SRC_COLUMN_VALUE_H_
#define FERRITE_SRC_COLUMN_VALUE_H_

#include <optional>
#include <string>

#include "ferrite/encoding.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "json_text.h"

namespace ferrite::internal {

enum class Fit {
  kExact,    // the cell gives the value back
  kBytes,    // the cell holds the value's bytes, not what is around them
  kShown,    // the cell is as near as it goes
  kMismatch  // no cell
};

// A cell, or where it lies in the scratch, whose memory moves while it grows.
struct ColumnCell {
  Fit fit = Fit::kExact;
  Cell cell;
  bool in_scratch = false;
  size_t begin = 0;  // in the scratch, until its end
};

class ColumnWriter {
 public:
  void Clear() { scratch_.clear(); }
  const std::string& scratch() const { return scratch_; }

  // `head` is the value's first item and `value` begins with it. `shared` is
  // what references refer to, if there are any.
  ColumnCell Write(const Column& column, const Item& head, Bytes value,
                   const SharedValues* shared);

  // A record's key. Nothing when it is no valid key.
  std::optional<ColumnCell> WriteKey(ColumnType type, const Item& head,
                                     Bytes key);

 private:
  ColumnCell WriteOwn(ColumnType type, const Item& head, Bytes value,
                      const SharedValues* shared);
  ColumnCell DatetimeText(const Item& head);
  ColumnCell BigInt(const Item& head);
  ColumnCell Blob(const Item& head, Bytes value, const SharedValues* shared);
  ColumnCell Json(Bytes value, const SharedValues* shared);

  std::string scratch_;
  ByteBuffer sortable_;
  JsonTextWriter json_;
};

// What a value is, for messages: "a string", "the number 5", "a Blob"; for a
// `sensitive` column without the value.
std::string DescribeItem(const Item& head, bool sensitive);

// Writes the value that a cell of an exact column stands for. False when it
// stands for none: somebody else changed it.
bool WriteCell(const Column& column, const Cell& cell, Writer* out);

// 8-4-4-4-12 hexadecimal digits.
bool IsUuid(std::string_view text);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_COLUMN_VALUE_H_
