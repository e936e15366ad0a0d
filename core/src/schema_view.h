// SchemaView: a record as the JSON that core/doc/plan.md, "What json shows",
// makes of it, item by item and without writing it.
#ifndef FERRITE_SRC_SCHEMA_VIEW_H_
#define FERRITE_SRC_SCHEMA_VIEW_H_

#include <string>
#include <vector>

#include "ferrite/encoding.h"
#include "record_walk.h"

namespace ferrite::internal {

// A plain item is one of these: kNull, kBool, kInteger, kDouble (finite),
// kBigInt (a whole number here), kString (well-formed), kBytes (its text is
// base64 and `count` is that text's length), kArray, kObject and kMap (an array
// of pairs).
inline bool IsPlain(const Item& item) {
  switch (item.kind) {
    case Kind::kNull:
    case Kind::kBool:
    case Kind::kInteger:
    case Kind::kBigInt:
    case Kind::kString:
    case Kind::kArray:
    case Kind::kObject:
    case Kind::kMap:
      return true;
    case Kind::kDouble:
      return item.number - item.number == 0;  // finite
    case Kind::kBytes:
      return item.tag == 0 && item.count > 0;  // made by Open
    default:
      return false;
  }
}

class SchemaView {
 public:
  // Where an opened item's contents are, and what to put back when it is done.
  struct Opened {
    Reader* contents;
    size_t shared;
    const uint8_t* base;
  };

  void Begin(Bytes record);

  // Makes `item`, whose head `reader` has read, a plain one. Its contents, if
  // it is a container, are to be read from `contents`, which is `reader` or
  // `elsewhere`; `reader` is behind the item when the contents were read or are
  // elsewhere. `text` holds the bytes of a string that had to be written. False
  // when the record is malformed or cannot be carried: see error().
  bool Open(Item* item, Reader* reader, Reader* elsewhere, std::string* text,
            Opened* opened);
  void Close(const Opened& opened);

  // Passes over the contents of an item, whose head was read; over what lies
  // deeper by its length alone, since whoever maps it checks it.
  bool Pass(const Item& item, Reader* reader);

  bool Fail(Error error);  // false
  const Error& error() const { return error_; }

 private:
  bool OpenReference(Item* item, Reader* elsewhere);
  bool OpenInstance(Item* item, Reader* reader);
  bool OpenRegExp(Item* item, Reader* reader, std::string* text);
  bool Listed();

  Bytes record_;
  bool listed_ = false;
  SharedValues shared_;
  RecordWalk walk_;
  const uint8_t* base_ = nullptr;     // where the current reader began
  std::vector<const uint8_t*> open_;  // shared values that are being looked at
  Error error_;
};

// The text of a plain kString or kBytes; `text` is used for the latter.
std::string_view TextOf(const Item& item, std::string* text);

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_SCHEMA_VIEW_H_
