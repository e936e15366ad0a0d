// OrphanFinder: finds the rows whose references lead nowhere, and those that
// will when the first ones are gone, before anything is changed.
//
// It keeps a mark per orphan in a temporary table. Where rows may be left
// behind by rows that go, it also keeps the pairs of both, some thirty bytes
// each, so that a chain of references takes no longer than its rows.
#ifndef FERRITE_CORE_SRC_ORPHAN_FINDER_H_
#define FERRITE_CORE_SRC_ORPHAN_FINDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "reference.h"

namespace ferrite::internal {

// A row that does not stay as it is.
struct Orphan {
  size_t table = 0;
  int64_t rowid = 0;
  std::vector<size_t> references;  // those that lead nowhere, ascending
};

class OrphanFinder {
 public:
  // `plan` and `references` (ReferencesOf) must outlive it.
  OrphanFinder(Store* store, const Plan& plan,
               const std::vector<Reference>& references);

  // Begins, or begins anew.
  Result<void> Begin();
  // One slice; true when all orphans are known. kOrphan when one of a reference
  // with OnOrphan::kFail is found. After an error the call may be repeated.
  Result<bool> Work();

  // Stands behind an orphan, at first before all.
  struct Position {
    int64_t table = -1;
    int64_t rowid = 0;
  };
  // Up to `limit` orphans behind that, by table and row; none at the end.
  Result<std::vector<Orphan>> Next(const Position& after, size_t limit);

  // Lets go of the marks, when no statement is open on them.
  static void Drop(Store* store) noexcept;

 private:
  // How far a reference was followed.
  struct Course {
    // Rows of the referring table that were looked at, by rowid.
    std::optional<int64_t> looked = INT64_MIN;  // next; none: all were
    std::optional<int64_t> paired = INT64_MIN;  // likewise for its pairs
    int64_t spread = 0;  // the last mark whose row was looked up in the pairs
    // References of the target's table whose marks concern this one.
    std::string causes;
  };

  std::string CausesOf(const Reference& reference) const;
  // The last row of the slice that begins at `first`; none when there is none.
  Result<std::optional<int64_t>> SliceEnd(size_t reference, int64_t first);
  Result<void> Look(size_t reference, Course* course);
  Result<void> Pair(size_t reference, Course* course);
  Result<bool> Spread(size_t reference, Course* course);
  Result<int64_t> LastMark();
  Result<void> CheckFailing(size_t reference, int64_t before);
  Result<void> WorkSlice(std::vector<Course>* courses, bool* done);

  Store* store_;
  const Plan& plan_;
  const std::vector<Reference>& references_;
  std::vector<Course> courses_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_ORPHAN_FINDER_H_
