// RecordComparer: holds records against one table's rows.
#ifndef FERRITE_CORE_SRC_RECORD_COMPARER_H_
#define FERRITE_CORE_SRC_RECORD_COMPARER_H_

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "batch_reader.h"
#include "ferrite/hash.h"
#include "ferrite/mapper.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

class RecordComparer {
 public:
  enum class Verdict { kMatched, kMissing, kDifferent };

  struct Finding {
    Verdict verdict = Verdict::kMissing;
    int64_t rowid = 0;       // unless it is missing
    Hash128 expected;        // of the row that the plan makes of the record
    bool is_mapped = false;  // false: the plan makes no row of it
    std::vector<std::string> columns;  // those that differ
  };

  // `plan` must outlive the RecordComparer.
  static Result<RecordComparer> Open(Store* store, const Plan& plan,
                                     size_t table);

  bool Takes(size_t source, Bytes key) const {
    return mapper_.Takes(source, key);
  }

  // Errors are the store's.
  Result<Finding> Compare(size_t source, const Record& record);

 private:
  RecordComparer(const Plan& plan, size_t table, Statement select)
      : table_(plan.tables[table]),
        mapper_(plan, table),
        select_(std::move(select)) {}

  Result<void> CompareRow(std::span<const Cell> wanted, Finding* finding);
  bool RebuildsTo(Bytes value);

  const Table& table_;
  Mapper mapper_;
  Statement select_;  // rowid, then the row's cells
  std::vector<Cell> stored_;
  Writer rebuilt_;
  Canonicalizer canonicalizer_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_RECORD_COMPARER_H_
