// The paths of a table's columns as a tree, so that one walk over a record
// finds every column's value.
#ifndef FERRITE_SRC_PATH_TREE_H_
#define FERRITE_SRC_PATH_TREE_H_

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/plan.h"

namespace ferrite::internal {

inline constexpr size_t kNone = std::numeric_limits<size_t>::max();
inline constexpr uint64_t kNoIndex = std::numeric_limits<uint64_t>::max();

// As RFC 6901: digits without a leading zero; kNoIndex for any other token.
uint64_t ArrayIndex(std::string_view token);

// A column that asks for a path, and which of its own paths that is.
struct PathUse {
  size_t column = kNone;
  size_t rank = 0;
};

struct PathNode {
  std::string token;
  ByteBuffer name;  // the token as records have it: an encoded string
  size_t parent = kNone;
  uint64_t array_index = kNoIndex;  // of a token that is one
  uint64_t array_end = 0;           // one more than its children's greatest
  std::vector<size_t> children;     // in the plan's order
  std::vector<PathUse> uses;        // of exactly this path, in the plan's order
  // The column that takes the value out of the record: that of the first of
  // `uses`, unless a column has a path above this one. All others only show.
  // Which one takes must not depend on the record, since a row does not say
  // it; which of its paths it came from, the row does say.
  size_t taker = kNone;
  size_t taker_rank = 0;
  bool is_dropped = false;   // by Table::drop, here or above
  bool drops_below = false;  // here or below

  // The order in which the children came last: what may come first in the
  // object, and what behind this node in its parent's.
  size_t first = kNone;
  size_t next = kNone;

  // State of a walk.
  size_t expected = kNone;  // the child that may come next in an object
  size_t previous = kNone;  // the child that came last
  uint64_t visit = 0;       // the walk that met this node last
};

class PathTree {
 public:
  explicit PathTree(const Table& table);

  static constexpr size_t kRoot = 0;
  // Parents come before their children.
  PathNode& at(size_t node) { return nodes_[node]; }
  const PathNode& at(size_t node) const { return nodes_[node]; }
  size_t size() const { return nodes_.size(); }

  // Call before an object's properties are looked up.
  void BeginObject(size_t node) {
    nodes_[node].expected = nodes_[node].first;
    nodes_[node].previous = kNone;
  }

  // The child for a property name, or kNone. Records of one store mostly have
  // their properties in one order, so the child that came next in the record
  // before is tried first.
  size_t Child(size_t node, std::string_view name);

  // Passes over the name of the child that may come next and gives the child;
  // kNone, and nothing passed, when another name is there. Bytes that are the
  // plan's own need no decoding and no check.
  size_t PassExpected(size_t node, Reader* reader) {
    const size_t child = nodes_[node].expected;
    if (child == kNone || !reader->PassIf(nodes_[child].name)) return kNone;
    return Meet(node, child);
  }

  // The child for an array's item, or kNone.
  size_t ChildAt(size_t node, uint64_t index) const;

  // JSON Pointer of a node.
  std::string Pointer(size_t node) const;

 private:
  size_t Meet(size_t node, size_t child) {
    nodes_[node].expected = nodes_[child].next;
    nodes_[node].previous = child;
    return child;
  }
  size_t AddPath(const std::vector<std::string>& path);
  size_t AddChild(size_t node, const std::string& token);

  std::vector<PathNode> nodes_;
  std::vector<std::vector<size_t>> sorted_;  // the children's places, by token
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_PATH_TREE_H_
