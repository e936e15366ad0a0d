// ElementWalk: a record's elements that Table::each leads to.
#ifndef FERRITE_SRC_ELEMENT_WALK_H_
#define FERRITE_SRC_ELEMENT_WALK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/error.h"
#include "record_walk.h"

namespace ferrite::internal {

class ElementWalk {
 public:
  // `paths` lead from the outside in; they must outlive the walk.
  explicit ElementWalk(const std::vector<std::vector<std::string>>& paths);

  // Begins with a record that was checked; both must stay until the last Next.
  Result<void> Begin(Bytes record, const SharedValues& shared);

  // Goes to the next element; false behind the last. kTypeMismatch when a path
  // leads to what is no collection, kRecordMalformed when a property on it
  // comes twice.
  Result<bool> Next();

  // The element as it lies in the record.
  Bytes value() const { return levels_.back().element; }
  // Its property name or its key in a Map, encoded; empty when it has none.
  Bytes name() const {
    const Level& level = levels_.back();
    return level.kind == Collection::kSparse ? Bytes() : level.name;
  }
  // Where it is, as a JSON Pointer; a Map counts as an array of pairs.
  std::string Pointer() const { return PointerTo(levels_.size()); }

 private:
  enum class Collection { kItems, kProperties, kEntries, kSparse };
  struct Level {
    Collection kind = Collection::kItems;
    Bytes value;  // the collection
    Reader reader{Bytes()};
    uint64_t left = 0;
    uint64_t index = 0;  // of the element
    Bytes name;
    Bytes element;
  };

  Result<void> Open(size_t level, Bytes base);
  bool Advance(Level* level);
  std::string PointerTo(size_t levels) const;

  const std::vector<std::vector<std::string>>& paths_;
  const SharedValues* shared_ = nullptr;
  std::vector<Level> levels_;  // one per path
  size_t level_ = 0;           // the innermost that is open
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_ELEMENT_WALK_H_
