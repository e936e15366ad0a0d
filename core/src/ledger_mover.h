// LedgerMover: moves entries of the ledger into their tables, slice by slice.
#ifndef FERRITE_CORE_SRC_LEDGER_MOVER_H_
#define FERRITE_CORE_SRC_LEDGER_MOVER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint.h"
#include "ferrite/ledger.h"
#include "ferrite/mapper.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "origin_table.h"
#include "orphan_book.h"
#include "table_writer.h"
#include "total.h"

namespace ferrite::internal {

class LedgerMover {
 public:
  // `plan` must outlive it.
  static Result<std::unique_ptr<LedgerMover>> Open(Store* store,
                                                   const Plan& plan,
                                                   int64_t migration,
                                                   LedgerFilter filter);

  // One slice, a transaction; true when every entry was tried. After an error
  // the call may be repeated: what was committed is in the ledger no more.
  Result<bool> Work(int64_t now);

  uint64_t tried() const { return tried_; }
  uint64_t expected() const { return expected_; }

 private:
  // What a slice writes at its end, by table and by source.
  struct Draft {
    int64_t now = 0;
    std::map<size_t, Total> totals;
    std::map<size_t, uint64_t> returned;         // rows that left the ledger
    std::map<size_t, ConflictCounts> conflicts;  // that came with the slice
    std::map<size_t, SourceProgress> progress;
  };

  LedgerMover(Store* store, const Plan& plan, int64_t migration,
              LedgerFilter filter, Ledger ledger, TotalTable totals,
              Checkpoint checkpoint)
      : store_(store),
        plan_(plan),
        migration_(migration),
        filter_(std::move(filter)),
        ledger_(std::move(ledger)),
        totals_(std::move(totals)),
        checkpoint_(std::move(checkpoint)) {}

  Result<void> Load();
  Result<void> RunSlice(int64_t now, int64_t* last, uint64_t* tried);
  Result<void> Try(const FailedRecord& entry, Draft* draft);
  Result<void> TryRecord(const FailedRecord& entry, size_t table, Draft* draft);
  Result<void> TryRow(const FailedRecord& entry, size_t table, Draft* draft);
  Result<OriginEntry*> OriginOf(const FailedRecord& entry, size_t table,
                                OriginRecord* record);
  Result<void> Save(const Draft& draft);
  Result<Total*> TotalOf(size_t table, Draft* draft);
  Result<SourceProgress*> ProgressOf(size_t source, Draft* draft);

  Store* store_;
  const Plan& plan_;
  int64_t migration_;
  const LedgerFilter filter_;
  Ledger ledger_;
  TotalTable totals_;
  Checkpoint checkpoint_;
  std::vector<TableWriter> writers_;  // one per table of the plan
  std::vector<Statement> inserts_;    // likewise
  std::vector<Mapper> mappers_;       // likewise; for hashes
  // Where the migration keeps origins.
  std::optional<OriginTable> origins_;
  std::optional<OrphanBook> orphans_;
  OriginEntry origin_;
  ByteBuffer origin_rows_;
  uint64_t expected_ = 0;
  uint64_t tried_ = 0;
  int64_t position_ = INT64_MIN;  // the last entry that was tried
  int64_t end_ = INT64_MIN;       // the last one there was
  // After memory ran out: one entry at a time.
  bool is_careful_ = false;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_LEDGER_MOVER_H_
