// RecordComparer: holds records against one table's rows.
#ifndef FERRITE_CORE_SRC_RECORD_COMPARER_H_
#define FERRITE_CORE_SRC_RECORD_COMPARER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "batch_reader.h"
#include "difference.h"
#include "ferrite/hash.h"
#include "ferrite/mapper.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "orphan_row.h"
#include "reference.h"
#include "row_key.h"

namespace ferrite::internal {

class RecordComparer {
 public:
  enum class Verdict { kMatched, kMissing, kDifferent };

  struct Finding {
    Verdict verdict = Verdict::kMissing;
    int64_t rowid = 0;       // unless it is missing
    Hash128 expected;        // of the row that the plan makes of the record
    Hash128 stored;          // of the table's, when it is different
    bool is_nulled = false;  // it has NULL for references that lead nowhere
    std::vector<ColumnDifference> columns;  // those that differ
    uint64_t source_bytes = 0;  // of the row that the plan makes of the record
    uint64_t store_bytes = 0;   // of the store's
  };

  // `plan` must outlive the RecordComparer.
  static Result<RecordComparer> Open(Store* store, const Plan& plan,
                                     size_t table);

  bool Takes(size_t source, Bytes key) const {
    return mapper_.Takes(source, key);
  }

  // Begins with a record, which must stay until its last row. An error, here
  // and in Next, says that the plan makes no (further) row of it.
  Result<void> Begin(size_t source, const Record& record);
  // Goes to the record's next row; false behind the last.
  Result<bool> Next();
  // How many rows of it the table passed over.
  uint64_t filtered() const { return mapper_.filtered(); }

  // The cells of the row's primary key; valid until the next Next.
  std::vector<Cell> KeyCells() const;
  // The row's key as an array of its primary key's cells, sortable; empty when
  // it has none.
  ByteBuffer RowKey() const;
  // Compares the row with the table's. Errors are the store's.
  Result<Finding> Compare();

 private:
  RecordComparer(const Plan& plan, size_t table, Statement select)
      : table_(plan.tables[table]),
        hides_(HidesColumns(table_)),
        mapper_(plan, table),
        select_(std::move(select)) {}

  // A reference whose columns may be NULL.
  struct Nulling {
    Reference reference;
    Statement target;
  };

  Result<void> OpenNullings(Store* store, const Plan& plan, size_t table);
  Result<void> CompareRow(Finding* finding);
  Result<bool> IsNulled(Finding* finding);
  Result<bool> LeadsNowhere(Nulling* nulling) const;
  std::vector<size_t> Differences(std::span<const Cell> wanted) const;
  ColumnDifference Describe(size_t column) const;
  bool RebuildsTo(Bytes value);

  const Table& table_;
  const bool hides_;  // the table has a sensitive column
  Mapper mapper_;
  Statement select_;  // rowid, then the row's cells
  std::vector<Nulling> nullings_;
  std::unique_ptr<OrphanRow> orphan_;  // where there are nullings
  std::span<const Cell> wanted_;
  std::vector<Cell> stored_;
  Writer rebuilt_;
  Canonicalizer canonicalizer_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_RECORD_COMPARER_H_
