// The canonical form of an item. Most items have it already, which IsCanonical
// finds out without taking notes. Otherwise Scan reads the item, checks it and
// notes what must change, and Rewrite writes it anew, copying every part that
// is canonical as a whole.
#ifndef FERRITE_SRC_CANONICAL_H_
#define FERRITE_SRC_CANONICAL_H_

#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/error.h"
#include "nesting.h"

namespace ferrite::internal {

class CanonicalForm {
 public:
  // A view of `item` or of this object, valid until the next call.
  Result<Bytes> Of(Bytes item);

 private:
  // One item of the input, in the order of the input.
  struct Node {
    size_t begin;  // its bytes, with those of what is inside
    size_t end;
    size_t next;     // the node behind it and what is inside
    bool canonical;  // these bytes are its canonical form
    bool in_order;   // the property names inside are
  };

  struct Name {
    Bytes text;
    bool wtf8;
  };

  struct Property {
    Name name;
    size_t node;  // the name's; the value's follows
  };

  // A container whose end is not reached yet.
  struct Open {
    size_t node;
    bool is_object;
    bool at_name;
    bool has_name;
    Name last;
  };

  // A value under tag 28.
  struct Shared {
    size_t node;              // of the tag
    bool referenced = false;  // by a tag 29
    bool written = false;
    uint64_t index = 0;  // in the canonical form
  };

  static int Compare(const Name& a, const Name& b);

  bool IsCanonical(Bytes item);

  Result<void> Scan(Bytes item);
  const char* Place(const Item& head, size_t begin, size_t end);
  const char* PlaceInObject(const Item& head, Open* object);
  void Close(size_t depth, size_t end);

  Result<Bytes> Rewrite(Bytes item);
  Item Head(size_t node) const;
  const char* PushInside(size_t node, const Item& head);
  const char* PushProperties(size_t node, uint64_t count);
  void WriteShared(Shared* shared);
  Shared* SharedAt(size_t node);

  Bytes item_;
  Nesting nesting_;
  std::vector<Name> last_names_;  // by depth; no text before the first
  std::vector<Node> nodes_;
  std::vector<Open> open_;
  std::vector<Shared> shared_;
  std::vector<Property> properties_;
  std::vector<size_t> pending_;  // nodes to write, the next one last
  uint64_t shared_written_ = 0;
  Writer out_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_CANONICAL_H_
