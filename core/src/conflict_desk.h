// ConflictDesk: where a row goes that its table refused because its key is
// there already.
#ifndef FERRITE_CORE_SRC_CONFLICT_DESK_H_
#define FERRITE_CORE_SRC_CONFLICT_DESK_H_

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "conflict_log.h"
#include "ferrite/mapper.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "total.h"

namespace ferrite::internal {

class ConflictDesk {
 public:
  // `table` must outlive it; its strategy is not kLedger.
  static Result<ConflictDesk> Open(Store* store, const Table& table,
                                   int64_t migration);

  // Begins with a record: counts() are those of its rows.
  void Begin() { counts_ = {}; }
  void CountInserted() { ++counts_.inserted; }
  void Count(Decision decision) { counts_.Count(decision); }
  const ConflictCounts& counts() const { return counts_; }

  struct Case {
    size_t source = 0;  // index into Plan::sources
    Bytes record_key;   // sortable
    std::span<const Cell> row;
    int64_t at = 0;
  };
  // Does what the policy says of the row and the one that is there; `rows` is
  // moved by what that changes in the table. False when the row cannot be
  // written all the same: it breaks another UNIQUE. `failure` says so then.
  Result<bool> Settle(const Case& given, Mapper* mapper, Total* rows,
                      Error* failure);
  // Whether the row in the table is the record's, since the last Settle.
  bool is_records() const { return is_records_; }

 private:
  ConflictDesk(const Table& table, int64_t migration, Statement select,
               Statement update, ConflictLog log)
      : table_(&table),
        migration_(migration),
        select_(std::move(select)),
        update_(std::move(update)),
        log_(std::move(log)) {}

  Result<bool> SettleRow(const Case& given, Mapper* mapper, Total* rows,
                         Error* failure);
  Result<void> Note(const Case& given, Decision decision, const Hash128& source,
                    const Hash128& store, const Hash128& result);

  const Table* table_;
  int64_t migration_;
  Statement select_;  // rowid, then the row's cells; by key
  Statement update_;
  ConflictLog log_;
  ConflictCounts counts_;
  bool is_records_ = false;
  std::vector<Cell> stored_, merged_;
  Writer source_row_, store_row_;
};

// The row's key as ferrite_conflict keeps it, sortable; empty when it has no
// such form, so that it is found by no one.
ByteBuffer RowKeyOf(const Table& table, std::span<const Cell> row);

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_CONFLICT_DESK_H_
