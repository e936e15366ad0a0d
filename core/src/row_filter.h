// RowFilter: Table::when, the conditions of which all must hold.
#ifndef FERRITE_SRC_ROW_FILTER_H_
#define FERRITE_SRC_ROW_FILTER_H_

#include <vector>

#include "ferrite/error.h"
#include "ferrite/plan.h"
#include "record_walk.h"

namespace ferrite::internal {

class RowFilter {
 public:
  // `conditions` must outlive the filter.
  explicit RowFilter(const std::vector<Condition>& conditions)
      : conditions_(conditions) {}

  // Whether what becomes a row, and was checked, is taken. kRecordMalformed
  // when a property that a condition asks for comes twice.
  Result<bool> Takes(Bytes value, const SharedValues& shared) const;

 private:
  const std::vector<Condition>& conditions_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_SRC_ROW_FILTER_H_
