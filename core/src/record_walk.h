// Walks over a record that look at every item in it.
#ifndef FERRITE_SRC_RECORD_WALK_H_
#define FERRITE_SRC_RECORD_WALK_H_

#include <string>
#include <string_view>
#include <vector>

#include "ferrite/encoding.h"
#include "nesting.h"

namespace ferrite::internal {

// Stands in the lossless column where a column holds the bytes: tag 27
// ["Taken"]. No record has it: it is kRecordMalformed there.
inline constexpr std::string_view kTakenName = "Taken";
// Tag 27 ["Marked", notes, rest] is the lossless column where the cells do not
// say by themselves where they came from; without `rest`, which is what the
// column would be otherwise, where that would be NULL. No record has it either.
inline constexpr std::string_view kMarkedName = "Marked";
inline constexpr std::string_view kUnsupportedName = "Unsupported";

// The values that tag 28 marks, in order, each from its first byte on.
using SharedValues = std::vector<Bytes>;

enum class Walked {
  kOk,
  kShared,  // the record holds tag 28 or 29, and no list for them was given
  kFailed,
};

class RecordWalk {
 public:
  // Begins with a record; `shared`, when given, is filled on the way. The
  // readers given later read this record from its beginning.
  void Begin(Bytes record, SharedValues* shared);

  // Passes over all that is inside `head`, the item that the reader gave last,
  // `depth` containers down in the record.
  Walked Rest(Reader* reader, const Item& head, int depth) {
    return IsPlain(head.kind) ? Walked::kOk : Inside(reader, head, depth);
  }

  // Reads the next item and passes over it.
  Walked Whole(Reader* reader, int depth);

  // After kFailed.
  const Error& error() const { return error_; }

 private:
  // A value with nothing in it that must be looked at.
  static bool IsPlain(Kind kind) {
    return !IsContainer(kind) && kind != Kind::kReference;
  }
  Walked Inside(Reader* reader, const Item& head, int depth);
  Walked Check(Reader* reader, const Item& item);
  Walked Fail(Error error);

  Bytes record_;
  SharedValues* shared_ = nullptr;
  Nesting nesting_;
  Error error_;
};

// The JSON Pointer to the item at `offset` of a record. Items that have no
// property name are counted.
std::string PathAt(Bytes record, size_t offset);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_RECORD_WALK_H_
