#include "source_walk.h"

#include <utility>

#include "ferrite/key.h"

namespace ferrite::internal {

SourceWalk::SourceWalk(std::vector<bool> wanted)
    : wanted_(std::move(wanted)), counts_(wanted_.size()) {
  SkipUnwanted();
}

Result<void> SourceWalk::Begin(Bytes batch, bool last,
                               BatchReader* reader) const {
  if (batch.empty() && !last) return EmptyBatch();
  ByteBuffer after;
  if (!last_key_.empty()) {
    Result<void> made = AppendSortableKey(last_key_, &after);
    if (!made.ok()) return made;
  }
  reader->Begin(batch, after);
  return {};
}

void SourceWalk::Count(const Record& record) {
  ++counts_[source_].records;
  counts_[source_].bytes += record.size;
  last_key_.assign(record.key.begin(), record.key.end());
}

void SourceWalk::PassOver(const Record& record) {
  ++counts_[source_].excluded;
  last_key_.assign(record.key.begin(), record.key.end());
}

void SourceWalk::End(bool last) {
  if (!last) return;
  ++source_;
  last_key_.clear();
  SkipUnwanted();
}

void SourceWalk::SkipUnwanted() {
  while (source_ < wanted_.size() && !wanted_[source_]) ++source_;
}

uint64_t SourceWalk::records() const {
  uint64_t records = 0;
  for (const SourceCounts& counts : counts_) records += counts.records;
  return records;
}

uint64_t SourceWalk::excluded() const {
  uint64_t excluded = 0;
  for (const SourceCounts& counts : counts_) excluded += counts.excluded;
  return excluded;
}

uint64_t SourceWalk::bytes() const {
  uint64_t bytes = 0;
  for (const SourceCounts& counts : counts_) bytes += counts.bytes;
  return bytes;
}

}  // namespace ferrite::internal
