// Copy: the first half of a migration, from batches to committed rows.
//
// Each batch is one transaction of rows, ledger, checkpoint and totals. What
// the Copy believes changes only when the store has it.
#ifndef FERRITE_CORE_SRC_COPY_H_
#define FERRITE_CORE_SRC_COPY_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "batch_reader.h"
#include "checkpoint.h"
#include "ferrite/ledger.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
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
  };

  // Goes on from the migration's checkpoint. `plan` must outlive the Copy.
  static Result<std::unique_ptr<Copy>> Open(Store* store, const Plan& plan,
                                            int64_t migration, Limits limits);

  // The source to read next; the number of sources when all were read.
  size_t source() const;
  const std::vector<SourceProgress>& progress() const { return progress_; }
  const std::vector<Total>& totals() const { return totals_; }

  // True while it is unknown whether the last batch was committed.
  bool is_unsettled() const { return unsettled_.has_value(); }

  // Handles one batch of source(). `busy_ms` goes into the migration's row.
  Result<void> Apply(Bytes batch, bool last, int64_t now, int64_t busy_ms);

 private:
  // What the Copy becomes when the batch is committed.
  struct Draft {
    size_t source = 0;
    SourceProgress progress;
    std::vector<Total> totals;
    Throughput throughput;
  };

  Copy(Store* store, const Plan& plan, Limits limits, Checkpoint checkpoint,
       TotalTable total_table, Ledger ledger, Statement touch,
       ThroughputTable throughput_table);

  Result<void> Load();
  Result<bool> Settle();
  Result<void> ApplyAgain(size_t source, Bytes batch, bool last, int64_t now,
                          int64_t busy_ms);
  Result<void> Run(size_t source, Bytes batch, bool last, int64_t now,
                   int64_t busy_ms);
  Result<void> HandleBatch(Bytes batch, int64_t now, Draft* draft);
  Result<void> HandleRecord(const Record& record, int64_t now, Draft* draft);
  Result<void> Save(const Draft& draft, int64_t now, int64_t busy_ms);
  void Adopt(Draft draft);
  Throughput::Point Reached(const Draft& draft, int64_t busy_ms) const;
  bool IsSampled(const SourceProgress& progress) const {
    return limits_.sample_size != 0 && progress.records >= limits_.sample_size;
  }

  Store* store_;
  const Plan& plan_;
  const Limits limits_;
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
  BatchReader reader_;
  ByteBuffer after_;
  // The batch whose commit gave an error, while it is unknown whether the file
  // has it.
  std::optional<Draft> unsettled_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_COPY_H_
