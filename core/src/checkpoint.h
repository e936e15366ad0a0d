// Checkpoint: how far each source was read, committed with its batch.
#ifndef FERRITE_CORE_SRC_CHECKPOINT_H_
#define FERRITE_CORE_SRC_CHECKPOINT_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "ferrite/bytes.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

struct SourceProgress {
  ByteBuffer last_key;  // encoded; empty: nothing was read
  bool done = false;
  uint64_t records = 0;    // without the excluded ones, as are the bytes
  uint64_t bytes = 0;
  uint64_t failed = 0;
  uint64_t unclaimed = 0;  // records that no table takes
  uint64_t filtered = 0;   // rows that Table::when passed over
  uint64_t excluded = 0;   // records that Plan::excluded names

  bool operator==(const SourceProgress&) const = default;
};

// ferrite_checkpoint of one migration.
class Checkpoint {
 public:
  static Result<Checkpoint> Open(Store* store, int64_t migration);

  Result<void> Create(const std::vector<Source>& sources);
  // As if nothing had been read.
  Result<void> Recreate(const std::vector<Source>& sources);
  Result<void> Save(size_t source, const SourceProgress& progress);
  Result<SourceProgress> Load(size_t source);
  Result<std::vector<SourceProgress>> LoadAll(size_t count);

 private:
  Checkpoint(Store* store, int64_t migration, Statement save, Statement load)
      : store_(store),
        migration_(migration),
        save_(std::move(save)),
        load_(std::move(load)) {}

  Store* store_;
  int64_t migration_;
  Statement save_;
  Statement load_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_CHECKPOINT_H_
