// TableScan: counts and hashes the plan's tables, slice by slice.
#ifndef FERRITE_CORE_SRC_TABLE_SCAN_H_
#define FERRITE_CORE_SRC_TABLE_SCAN_H_

#include <optional>
#include <utility>
#include <vector>

#include "ferrite/mapper.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "total.h"

namespace ferrite::internal {

// What a table holds is read from the table itself; nothing that was noted
// while it was filled goes in.
class TableScan {
 public:
  // `plan` must outlive the scan. Scans the tables that are `chosen`; empty:
  // all.
  TableScan(Store* store, const Plan& plan, std::vector<bool> chosen = {})
      : store_(store),
        plan_(plan),
        chosen_(std::move(chosen)),
        totals_(plan.tables.size()) {}

  // One slice of some milliseconds; true when all tables were scanned. After
  // an error the next call begins with the same table again.
  Result<bool> Work();

  // One per table, in their order.
  const std::vector<Total>& totals() const { return totals_; }
  uint64_t rows() const;

 private:
  void SkipUnchosen();
  Result<void> OpenTable();
  Result<bool> ScanSlice(Statement* select);

  Store* store_;
  const Plan& plan_;
  std::vector<bool> chosen_;
  std::vector<Total> totals_;
  size_t table_ = 0;
  std::optional<Statement> select_;
  std::optional<Mapper> mapper_;
  std::vector<Cell> row_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_TABLE_SCAN_H_
