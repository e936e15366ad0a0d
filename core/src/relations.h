// Relations: the stage behind the copy that leaves no reference without its
// row.
//
// First all orphans are found (OrphanFinder), then they are dealt with as
// their foreign keys say, slice by slice, each one transaction of rows, ledger
// and totals. A pass that begins again after a crash finds what is left: an
// orphan that was dealt with is none any more, and the others still are.
#ifndef FERRITE_CORE_SRC_RELATIONS_H_
#define FERRITE_CORE_SRC_RELATIONS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "conflict_log.h"
#include "ferrite/ledger.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "orphan_book.h"
#include "orphan_finder.h"
#include "orphan_row.h"
#include "reference.h"
#include "total.h"

namespace ferrite::internal {

class Relations {
 public:
  // `plan` must outlive it.
  static Result<std::unique_ptr<Relations>> Open(Store* store, const Plan& plan,
                                                 int64_t migration);
  ~Relations();

  // One slice; true when every reference leads to a row. kOrphan, with nothing
  // changed, when OnOrphan::kFail says so. After an error the call may be
  // repeated.
  Result<bool> Work(int64_t now);

  // Orphans that were dealt with.
  uint64_t rows() const { return rows_; }

 private:
  enum class Stage { kBegin, kFind, kApply, kDone };

  // What an orphan's table needs.
  struct Desk {
    Desk(const Plan& plan, size_t table, Statement select, Statement remove,
         Statement update);
    OrphanRow row;
    Statement select;  // the cells of a row
    Statement remove;  // by rowid
    Statement update;  // all cells, then the rowid
    Total total;
    OrphanCounts counts;
    bool is_loaded = false;
  };

  Relations(Store* store, const Plan& plan, TotalTable totals, Ledger ledger,
            ConflictLog conflicts, std::optional<OrphanBook> book);

  Result<bool> Apply(int64_t now);
  Result<void> ApplySlice(const std::vector<Orphan>& orphans, int64_t now,
                          size_t* handled);
  Result<void> Handle(const Orphan& orphan, int64_t now, size_t* bytes);
  Result<void> HandleRow(const Orphan& orphan, int64_t now, Desk* desk,
                         size_t* bytes);
  Result<void> Quarantine(const Orphan& orphan, std::span<const Cell> row,
                          int64_t now, Desk* desk);
  Result<Desk*> DeskOf(size_t table);
  bool IsToLeave(const Orphan& orphan) const;

  Store* store_;
  const Plan& plan_;
  const std::vector<Reference> references_;
  TotalTable totals_;
  Ledger ledger_;
  ConflictLog conflicts_;
  std::optional<OrphanBook> book_;  // where the migration keeps origins
  OrphanFinder finder_;
  std::map<size_t, std::unique_ptr<Desk>> desks_;
  Stage stage_ = Stage::kBegin;
  OrphanFinder::Position position_;
  bool is_again_ = false;
  uint64_t rows_ = 0;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_RELATIONS_H_
