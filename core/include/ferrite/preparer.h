// Preparer: maps a batch's records to rows before the batch is applied.
//
// What a record's rows are depends on the plan and the record alone, so a host
// with threads can have them made beside the pass, which then only writes them:
//
//   std::unique_ptr<Preparer> preparer = pass->MakePreparer();
//   PreparedBatch prepared;
//   preparer->Prepare(source, batch, &prepared);         // on any thread
//   pass->ApplyPrepared(prepared, last, now);            // on the pass's
//
// What is prepared changes no result. A record that cannot become its rows, or
// for which there is no room, is left out: the pass meets it in its turn and
// finds the error by itself.
//
// One Preparer serves one thread. Those of one pass share nothing that changes:
// they work at the same time, and while the pass does.
#ifndef FERRITE_PREPARER_H_
#define FERRITE_PREPARER_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "ferrite/bytes.h"
#include "ferrite/mapper.h"
#include "ferrite/plan.h"

namespace ferrite {

namespace internal {
class PreparedRows;
}

// Made by one thread and applied by another: whoever hands it over sees to it
// that the one happens before the other.
class PreparedBatch {
 public:
  PreparedBatch();
  ~PreparedBatch();
  PreparedBatch(PreparedBatch&&) noexcept;
  PreparedBatch& operator=(PreparedBatch&&) noexcept;

  // The batch, as it was given to Prepare.
  Bytes bytes() const;
  // For the core alone.
  const internal::PreparedRows& rows() const { return *rows_; }

 private:
  friend class Preparer;
  std::unique_ptr<internal::PreparedRows> rows_;
};

class Preparer {
 public:
  // `plan` must outlive the Preparer and what it prepares.
  explicit Preparer(const Plan& plan);

  // Puts into `prepared` what becomes of a batch of this source (index into
  // Plan::sources), in the place of what was there. The batch must stay as long
  // as `prepared` is used. Takes at most kMemory, and twice the batch. Throws
  // nothing.
  void Prepare(size_t source, Bytes batch, PreparedBatch* prepared);

  static constexpr size_t kMemory = 1 << 20;

 private:
  bool PrepareRecord(size_t source, Bytes key, Bytes value,
                     internal::PreparedRows* rows);

  const Plan& plan_;
  std::vector<Mapper> mappers_;  // one per table
};

}  // namespace ferrite

#endif  // FERRITE_PREPARER_H_
