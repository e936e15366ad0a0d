// ExtraRows: finds the rows that no record of the source stands behind.
//
// A second walk over the records marks the rows they have in a temporary
// table; the rest is extra. It is needed only when a table has more rows than
// matched, and then takes some twenty bytes per row.
#ifndef FERRITE_CORE_SRC_EXTRA_ROWS_H_
#define FERRITE_CORE_SRC_EXTRA_ROWS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite::internal {

class ExtraRows {
 public:
  // `tables` must outlive it.
  static Result<ExtraRows> Open(Store* store, const std::vector<Table>& tables);

  Result<void> Mark(size_t table, int64_t rowid);

  // Where the search stands; begins at zero.
  struct Position {
    size_t table = 0;
    int64_t rowid = INT64_MIN;
  };
  // Looks at one slice of rows and gives the keys of the extra ones as a
  // person reads them. Moves `position`; its table is the number of tables at
  // the end.
  Result<std::vector<std::string>> Find(Position* position);

  // Lets go of the marks, when no ExtraRows is left.
  static Result<void> Drop(Store* store);

 private:
  ExtraRows(Store* store, const std::vector<Table>& tables, Statement mark)
      : store_(store), tables_(tables), mark_(std::move(mark)) {}

  Store* store_;
  const std::vector<Table>& tables_;
  Statement mark_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_EXTRA_ROWS_H_
