// ExtraRows: the walk of a verification that marks the rows a record stands
// behind, and the search for the others.
//
// It is needed only when a table has more rows than matched. The marks lie in
// a temporary table and take some twenty bytes per row.
#ifndef FERRITE_CORE_SRC_EXTRA_ROWS_H_
#define FERRITE_CORE_SRC_EXTRA_ROWS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "difference.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "record_tour.h"

namespace ferrite::internal {

class ExtraRows final : public RecordVisitor {
 public:
  // `tables` must outlive it.
  static Result<ExtraRows> Open(Store* store, const std::vector<Table>& tables);

  // Marks the row, if it is there.
  Result<void> Row(size_t table, const Record& record,
                   RecordComparer* comparer) override;

  // Where the search stands; begins at zero.
  struct Position {
    size_t table = 0;
    int64_t rowid = INT64_MIN;
  };
  // Looks at one slice of rows and gives the extra ones. Moves `position`; its
  // table is the next one at the end of a table.
  Result<std::vector<Difference>> Find(Position* position);

  // Lets go of the marks, when no ExtraRows is left.
  static void Drop(Store* store) noexcept;

 private:
  ExtraRows(Store* store, const std::vector<Table>& tables, Statement mark)
      : store_(store), tables_(tables), mark_(std::move(mark)) {}

  Store* store_;
  const std::vector<Table>& tables_;
  Statement mark_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_EXTRA_ROWS_H_
