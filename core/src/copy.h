// Copy: the first half of a migration, from batches to committed rows.
//
// Each batch is one transaction of rows, ledger, checkpoint and totals. What
// the Copy believes changes only when the store has it.
//
// A batch that fails for a reason that may lie in one of its records is applied
// by halves, each a transaction of its own, down to the records at fault; these
// go to the ledger (copy_isolation.cc):
//
//   the batch failed with            | then
//   ---------------------------------+-------------------------------------
//   an error of nature kRecord       | halves; a record that fails alone is
//                                    | at fault
//   kOutOfMemory                     | halves; one record is tried alone once
//                                    | more and is at fault when it is larger
//                                    | than kBlamedFor, else memory is out
//   a record whose end is not known  | it is at fault, and all that was left of
//                                    | the batch is kept as its value; the call
//                                    | gives the error, and reading goes on
//                                    | behind its key
//   any other error                  | the call gives it: no record is blamed
//
// A batch that is no sequence of keys in order (nothing in it can be trusted)
// changes nothing.
//
// A migration that keeps origins walks ferrite_origin beside its source
// (copy_origins.cc): in the same order, so that what the source has no more is
// met between two of its records, and what lies behind the last of them by
// Sweep. Of records that the host knows to be unchanged only the keys come
// then; at the first whose value is needed all the same the batch is cut, and
// all values are wanted from there on.
#ifndef FERRITE_CORE_SRC_COPY_H_
#define FERRITE_CORE_SRC_COPY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batch_reader.h"
#include "checkpoint.h"
#include "ferrite/ledger.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "prepared_rows.h"
#include "record_origins.h"
#include "table_writer.h"
#include "throughput.h"
#include "total.h"

namespace ferrite::internal {

class Copy {
 public:
  struct Limits {
    // Per source: whether it is read. What is not counts as read.
    std::vector<bool> wanted;
    uint64_t sample_size = 0;  // records of each source; 0: all
    // How many records may go to the ledger before the next one stops the run.
    uint64_t max_failed = UINT64_MAX;
  };

  // A record of so many bytes may be why there was not enough memory.
  static constexpr size_t kBlamedFor = 1 << 20;

  // Goes on from the migration's checkpoint. `plan` must outlive the Copy.
  static Result<std::unique_ptr<Copy>> Open(Store* store, const Plan& plan,
                                            int64_t migration, Limits limits);

  // The source to read next, in the order of the references; the number of
  // sources when all were read.
  size_t source() const;
  const std::vector<SourceProgress>& progress() const { return progress_; }
  const std::vector<Total>& totals() const { return totals_; }
  const std::vector<ConflictCounts>& conflicts() const { return conflicts_; }

  // What an incremental run found so far, one per source; empty in others.
  const std::vector<ChangeCounts>& changes() const { return changes_; }

  // Step::since.
  std::string_view since(size_t source) const { return since_[source]; }

  // True when source() was read to its end, and Sweep is to be called until it
  // is no more.
  bool is_sweeping() const { return sweeping_.has_value(); }
  // Takes out rows whose records the source has no more: one transaction.
  Result<void> Sweep(int64_t now, int64_t busy_ms);

  // True while it is unknown whether the last batch was committed.
  bool is_unsettled() const { return unsettled_.has_value(); }

  // True when the last Apply ended at a record that Limits::max_failed did not
  // let pass. The records before it are committed.
  bool is_stopped() const { return stop_at_.has_value(); }

  // The sources that are read behind source(), in their order.
  std::span<const size_t> then() const;

  // Handles one batch of source(). `busy_ms` goes into the migration's row.
  // After an error a part of the batch may be committed; it may be handed over
  // again, or what is behind source()'s last key. `prepared` is what was made
  // of the batch before, or null.
  Result<void> Apply(Bytes batch, bool last, int64_t now, int64_t busy_ms,
                     const PreparedRows* prepared = nullptr);

 private:
  // What the Copy becomes when the batch is committed.
  struct Draft {
    size_t source = 0;
    SourceProgress progress;
    std::vector<Total> totals;
    Throughput throughput;
    std::vector<ConflictCounts> conflicts;
    std::vector<ChangeCounts> changes;
    uint64_t failed = 0;  // records since the Copy was opened
  };

  Copy(Store* store, const Plan& plan, int64_t migration, Limits limits,
       Checkpoint checkpoint, TotalTable total_table, Ledger ledger,
       Statement touch, ThroughputTable throughput_table);

  Result<void> Load();
  Result<void> LoadChanged(int64_t since);
  Result<bool> Settle();
  Result<void> ApplyAgain(size_t source, Bytes batch, bool last, int64_t now,
                          int64_t busy_ms);
  Result<void> Run(size_t source, Bytes batch, bool last, int64_t now,
                   int64_t busy_ms);
  Result<void> Attempt(size_t source, Bytes batch, bool last, int64_t now,
                       int64_t busy_ms);
  template <typename Work>
  Result<void> Commit(size_t source, int64_t now, int64_t busy_ms, Work work);
  Result<void> Isolate(size_t source, Bytes batch, bool last, int64_t now,
                       int64_t busy_ms, Error cause);
  Result<void> IsolateRecord(size_t source, Bytes batch, bool last, int64_t now,
                             int64_t busy_ms, Error cause);
  Result<void> Blame(const Record& record, const Error& reason, int64_t now,
                     Draft* draft);
  Result<void> Fail(size_t table, const Record& record, const Error& reason,
                    int64_t now, Draft* draft);
  Result<void> BeginReading(Bytes batch, const Draft& draft);
  Result<void> HandleBatch(Bytes batch, int64_t now, Draft* draft);
  Result<bool> HandleRecord(const Record& record, int64_t now, Draft* draft);
  Result<void> WriteRecord(const Record& record, int64_t now, Draft* draft,
                           OriginEntry* entry);
  // One that a table takes. `blame` is why it goes to the ledger without being
  // tried; null: it is.
  Result<void> HandleTracked(const Record& record, const Error* blame,
                             int64_t now, Draft* draft);
  Result<void> ForgetUpTo(Bytes key, int64_t now, Draft* draft);
  Result<void> Forget(const OriginRecord& gone, int64_t now, Draft* draft);
  Result<bool> IsUnchanged(const OriginRecord& before, const Record& record,
                           const Hash128& hash, Draft* draft);
  Result<bool> PassUnread(const Record& record, int64_t now, Draft* draft);
  Result<bool> HasOrphan(const Record& record, const Draft& draft);
  Result<void> CountUnchanged(const OriginRecord& before, const Record& record,
                              Draft* draft);
  Result<void> ForgetFailed(Bytes sortable, bool decided, Draft* draft);
  bool IsClaimed(size_t source, Bytes key) const;
  bool is_update() const { return origins_ && origins_->is_update(); }
  Result<void> Save(const Draft& draft, int64_t now, int64_t busy_ms);
  void Adopt(Draft draft);
  Throughput::Point Reached(const Draft& draft, int64_t busy_ms) const;
  bool IsSampled(const SourceProgress& progress) const {
    return limits_.sample_size != 0 && progress.records >= limits_.sample_size;
  }

  Store* store_;
  const Plan& plan_;
  const int64_t migration_;
  const Limits limits_;
  const std::vector<size_t> order_;  // of the sources that are read
  Checkpoint checkpoint_;
  TotalTable total_table_;
  Ledger ledger_;
  Statement touch_;
  ThroughputTable throughput_table_;
  std::vector<TableWriter> writers_;            // one per table of the plan
  std::vector<std::vector<size_t>> tables_of_;  // per source: table indexes
  std::vector<SourceProgress> progress_;
  std::vector<Total> totals_;
  Throughput throughput_;
  std::vector<ConflictCounts> conflicts_;   // likewise
  std::unique_ptr<RecordOrigins> origins_;  // null: the migration keeps none
  std::vector<ChangeCounts> changes_;       // per source
  std::vector<std::string> since_;          // likewise
  std::optional<size_t> sweeping_;          // the source that Sweep is for
  BatchReader reader_;
  const PreparedRows* prepared_ = nullptr;  // during Apply
  ByteBuffer after_;
  // The batch whose commit gave an error, while it is unknown whether the file
  // has it.
  std::optional<Draft> unsettled_;
  // A part of the batch was committed, and the rest gave an error.
  bool is_partial_ = false;
  uint64_t failed_ = 0;
  size_t handled_ = 0;   // bytes of the batch, by the last HandleBatch
  bool is_cut_ = false;  // it ended at a key that stands alone and must not
  // Bytes before the record that stopped the run.
  std::optional<size_t> stop_at_;
};

// One transaction of what `work` does and of the draft that it leaves.
template <typename Work>
Result<void> Copy::Commit(size_t source, int64_t now, int64_t busy_ms,
                          Work work) {
  Draft draft{source,     progress_[source], totals_, throughput_,
              conflicts_, changes_,          failed_};
  bool is_complete = false;
  Result<void> done = store_->Atomically([&]() -> Result<void> {
    if (auto worked = work(&draft); !worked.ok()) return worked;
    draft.throughput.Add(Reached(draft, busy_ms));
    is_complete = true;
    return Save(draft, now, busy_ms);
  });
  if (done.ok()) {
    Adopt(std::move(draft));
    return done;
  }
  if (!is_complete) return done;
  // SQLite may have given the error behind the point of no return: only the
  // file knows whether the batch is in it.
  unsettled_ = std::move(draft);
  Result<bool> is_committed = Settle();
  if (is_committed.ok() && *is_committed) return {};
  return done;
}

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_COPY_H_
