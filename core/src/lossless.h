// Lossless: what the lossless column of a row consists of, and its bytes.
#ifndef FERRITE_SRC_LOSSLESS_H_
#define FERRITE_SRC_LOSSLESS_H_

#include <span>
#include <vector>

#include "ferrite/encoding.h"
#include "path_tree.h"
#include "record_walk.h"
#include "value_copier.h"

namespace ferrite::internal {

// Where a cell came from, when it is not the column's first path.
struct Note {
  static constexpr int64_t kDefault = -1;
  size_t column = 0;
  int64_t path = 0;  // from 1, or kDefault
};

class Lossless {
 public:
  void Clear() { pieces_.clear(); }
  bool empty() const { return pieces_.empty(); }

  // Bytes of the record.
  void Keep(Bytes bytes) {
    if (bytes.empty()) return;
    if (!pieces_.empty() && pieces_.back().kind == Piece::Kind::kCopy) {
      Bytes& last = pieces_.back().bytes;
      if (last.data() + last.size() == bytes.data()) {
        last = Bytes(last.data(), last.size() + bytes.size());
        return;
      }
    }
    pieces_.push_back({Piece::Kind::kCopy, bytes});
  }
  // A value of which a column holds the bytes.
  void KeepAllButBytes(Bytes value) {
    pieces_.push_back({Piece::Kind::kBytes, value});
  }
  // A value without what the plan drops at `node` and below.
  void KeepUndropped(Bytes value, size_t node) {
    pieces_.push_back({Piece::Kind::kUndropped, value, node});
  }

  // An object, behind its property name; what is kept next is in it. Gives its
  // place, for one of the two calls below.
  size_t BeginObject(Bytes name) {
    pieces_.push_back({Piece::Kind::kObject, name});
    return pieces_.size() - 1;
  }
  void EndObject(size_t place, uint64_t count) { pieces_[place].count = count; }
  // Of an object in which nothing was kept.
  void RemoveObject(size_t place) { pieces_.resize(place); }

  bool begins_with_object() const {
    return pieces_.front().kind == Piece::Kind::kObject;
  }

  // Valid until the next call.
  Bytes Write(std::span<const Note> notes, PathTree* tree,
              const SharedValues* shared);

 private:
  struct Piece {
    enum class Kind : uint8_t { kCopy, kObject, kBytes, kUndropped };
    Kind kind;
    Bytes bytes;
    uint64_t count = 0;  // kObject's; kUndropped's node
  };

  void WriteUndropped(const Piece& piece, PathTree* tree,
                      const SharedValues* shared);
  void FindDropped(size_t node, Bytes value, PathTree* tree);

  std::vector<Piece> pieces_;
  Writer out_;
  Omission omission_;
  ValueCopier copier_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_LOSSLESS_H_
