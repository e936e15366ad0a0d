// OrphanBook: ferrite_orphaned, the rows that relations changed or took out of
// their tables, so that a run which brings the store up to date knows them for
// what their records made.
#ifndef FERRITE_CORE_SRC_ORPHAN_BOOK_H_
#define FERRITE_CORE_SRC_ORPHAN_BOOK_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "ferrite/hash.h"
#include "ferrite/store.h"

namespace ferrite::internal {

class OrphanBook {
 public:
  // OriginRun::origin says whose.
  static Result<OrphanBook> Open(Store* store, int64_t origin);

  // A row of the table became another, or went to the ledger as `to`.
  Result<void> Note(size_t table, const Hash128& from, const Hash128& to,
                    bool is_in_ledger);
  // One came back from the ledger as it was.
  Result<void> Return(size_t table, const Hash128& row);

  struct Orphan {
    Hash128 is_now;
    bool is_in_ledger = false;
  };
  // What became of the row that a record made.
  Result<std::optional<Orphan>> Find(size_t table, const Hash128& made);
  Result<void> Erase(size_t table, const Hash128& made);

  Result<bool> Any();

 private:
  OrphanBook(Store* store, int64_t origin, Statement find)
      : store_(store), origin_(origin), find_(std::move(find)) {}

  Store* store_;
  int64_t origin_;
  Statement find_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_ORPHAN_BOOK_H_
