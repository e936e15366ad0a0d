// Nesting: which item may stand where, checked without recursion.
#ifndef FERRITE_SRC_NESTING_H_
#define FERRITE_SRC_NESTING_H_

#include "ferrite/encoding.h"

namespace ferrite::internal {

// Items directly inside `item`.
inline uint64_t ChildCount(const Item& item) {
  switch (item.kind) {
    case Kind::kArray:
    case Kind::kSet:
    case Kind::kInstance:
      return item.count;
    case Kind::kObject:
    case Kind::kMap:
      return 2 * item.count;
    case Kind::kRegExp:
      return 2;
    case Kind::kShareable:
      return 1;
    default:
      return 0;
  }
}

inline bool IsContainer(Kind kind) {
  switch (kind) {
    case Kind::kArray:
    case Kind::kObject:
    case Kind::kMap:
    case Kind::kSet:
    case Kind::kInstance:
    case Kind::kRegExp:
    case Kind::kShareable:
      return true;
    default:
      return false;
  }
}

inline bool IsString(Kind kind) {
  return kind == Kind::kString || kind == Kind::kWtf8;
}

// What has an identity in JavaScript and so can be met twice.
inline bool HasIdentity(Kind kind) {
  switch (kind) {
    case Kind::kBytes:
    case Kind::kDate:
    case Kind::kTypedArray:
      return true;
    default:
      return IsContainer(kind) && kind != Kind::kShareable;
  }
}

// Follows one item and all that is inside it, in the order of the encoding.
class Nesting {
 public:
  void Reset() { depth_ = 0; }

  // Takes the next item; nullptr, or the reason why it cannot stand here.
  const char* Enter(const Item& item) {
    if (depth_ > 0) {
      Frame& frame = frames_[depth_ - 1];
      const bool at_name = AtName();
      if ((at_name || frame.kind == Kind::kRegExp) && !IsString(item.kind)) {
        return at_name ? "a property name that is no string"
                       : "a regular expression that is no string";
      }
      if (frame.kind == Kind::kShareable && !HasIdentity(item.kind)) {
        return "a shared value that is no object";
      }
      --frame.left;
    }
    if (IsContainer(item.kind)) {
      if (depth_ == kMaxDepth) return "nested too deep";
      frames_[depth_++] = {ChildCount(item), item.kind};
    }
    while (depth_ > 0 && frames_[depth_ - 1].left == 0) --depth_;
    return nullptr;
  }

  // Whether the next item is a property's name.
  bool AtName() const {
    return depth_ > 0 && frames_[depth_ - 1].kind == Kind::kObject &&
           frames_[depth_ - 1].left % 2 == 0;
  }

  // Containers that are still open. 0 after Enter: the item is complete.
  int depth() const { return depth_; }

 private:
  struct Frame {
    uint64_t left;
    Kind kind;
  };

  int depth_ = 0;
  Frame frames_[kMaxDepth];  // not cleared: only those below depth_ count
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_NESTING_H_
