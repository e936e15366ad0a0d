// OriginTable: ferrite_origin, the records that were read and the rows that
// they made.
#ifndef FERRITE_CORE_SRC_ORIGIN_TABLE_H_
#define FERRITE_CORE_SRC_ORIGIN_TABLE_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "ferrite/bytes.h"
#include "ferrite/hash.h"
#include "ferrite/store.h"

namespace ferrite::internal {

struct OriginRecord {
  Bytes key;     // sortable
  Hash128 hash;  // of the record
  uint64_t filtered = 0;
  Bytes rows;  // for OriginEntry::Load
};

class OriginTable {
 public:
  // OriginRun::origin says which records.
  static Result<OriginTable> Open(Store* store, int64_t origin);

  // A record of this key is replaced.
  Result<void> Put(size_t source, const OriginRecord& record);
  Result<void> Remove(size_t source, Bytes key);
  // False when there is none. The record views `memory`.
  Result<bool> Find(size_t source, Bytes key, ByteBuffer* memory,
                    OriginRecord* record);

 private:
  OriginTable(int64_t origin, Statement put, Statement remove, Statement find)
      : origin_(origin),
        put_(std::move(put)),
        remove_(std::move(remove)),
        find_(std::move(find)) {}

  int64_t origin_;
  Statement put_;
  Statement remove_;
  Statement find_;
};

// Walks the records of a source in key order, beside the source itself. What is
// written meanwhile must not lie ahead of it.
class OriginWalk {
 public:
  static Result<OriginWalk> Open(Store* store, int64_t origin);

  // Behind `after` (sortable; empty: from the first on).
  void Begin(size_t source, Bytes after);
  // The record it stands at, null behind the last. Valid until Pass or Begin.
  Result<const OriginRecord*> Peek();
  void Pass() { ++next_; }

 private:
  struct Slot {
    size_t key_size = 0;
    size_t rows_size = 0;
    OriginRecord record;
  };

  OriginWalk(int64_t origin, Statement select)
      : origin_(origin), select_(std::move(select)) {}
  Result<void> Fill();
  Result<void> ReadSlice();

  int64_t origin_;
  Statement select_;
  size_t source_ = 0;
  ByteBuffer after_;
  // One slice at a time, so that no statement is open on the table while it is
  // written to.
  ByteBuffer memory_;
  std::vector<Slot> slots_;
  size_t next_ = 0;
  bool is_at_end_ = false;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_ORIGIN_TABLE_H_
