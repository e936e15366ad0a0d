// SourceWalk: where a pass that keeps its place in memory stands in the
// sources, and what it has counted there.
#ifndef FERRITE_CORE_SRC_SOURCE_WALK_H_
#define FERRITE_CORE_SRC_SOURCE_WALK_H_

#include <cstdint>
#include <vector>

#include "batch_reader.h"
#include "ferrite/bytes.h"
#include "ferrite/error.h"

namespace ferrite::internal {

struct SourceCounts {
  uint64_t records = 0;
  uint64_t bytes = 0;
  uint64_t failed = 0;
  uint64_t unclaimed = 0;
  uint64_t filtered = 0;
  uint64_t excluded = 0;
};

class SourceWalk {
 public:
  SourceWalk() = default;
  // Goes through the sources that are wanted.
  explicit SourceWalk(std::vector<bool> wanted);

  bool is_done() const { return source_ == wanted_.size(); }
  size_t source() const { return source_; }
  Bytes after() const { return last_key_; }

  // Sets `reader` to a batch of source(). kInvalidArgument when it is empty
  // and not the last.
  Result<void> Begin(Bytes batch, bool last, BatchReader* reader) const;
  void Count(const Record& record);
  // Goes on behind a record that the plan excludes; counted as that alone.
  void PassOver(const Record& record);
  // Goes to the next source when this batch was the `last` of its source.
  void End(bool last);

  SourceCounts& current() { return counts_[source_]; }
  const SourceCounts& counts(size_t source) const { return counts_[source]; }
  // Of all sources; what was passed over is not among them.
  uint64_t records() const;
  uint64_t excluded() const;
  uint64_t bytes() const;

 private:
  void SkipUnwanted();

  std::vector<bool> wanted_;
  std::vector<SourceCounts> counts_;
  size_t source_ = 0;
  ByteBuffer last_key_;  // encoded
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_SOURCE_WALK_H_
