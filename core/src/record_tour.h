// RecordTour: leads through records and the rows that the plan makes of them,
// and tells a visitor what it meets. Both walks of a verification take it.
#ifndef FERRITE_CORE_SRC_RECORD_TOUR_H_
#define FERRITE_CORE_SRC_RECORD_TOUR_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "batch_reader.h"
#include "ferrite/ledger.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "record_choice.h"
#include "record_comparer.h"

namespace ferrite::internal {

// What a walk does with what it meets. `table` is an index into Plan::tables;
// errors are the store's and end the batch.
class RecordVisitor {
 public:
  virtual ~RecordVisitor() = default;

  // A row stands in `comparer`, and no entry of the ledger stands for it.
  virtual Result<void> Row(size_t table, const Record& record,
                           RecordComparer* comparer) = 0;
  // A record that should have become rows and now cannot.
  virtual Result<void> Unmappable(size_t, const Record&) { return {}; }

  virtual void Unclaimed() {}          // no table takes it
  virtual void Failed(size_t) {}       // it is in the ledger, for this table
  virtual void Quarantined(size_t) {}  // one of its rows is
  virtual void Filtered(uint64_t) {}   // so many rows were passed over
  virtual void Corrected(size_t) {}    // what follows is of its correction
  virtual void Discarded(size_t) {}    // it, or one of its rows, was
};

class RecordTour {
 public:
  // Visits the tables that are `chosen`. `plan` must outlive it.
  static Result<RecordTour> Open(Store* store, const Plan& plan,
                                 std::vector<bool> chosen, int64_t migration);

  Result<void> Visit(size_t source, const Record& record,
                     RecordVisitor* visitor);

 private:
  RecordTour(const Plan& plan, std::vector<bool> chosen, Ledger ledger)
      : plan_(plan), chosen_(std::move(chosen)), ledger_(std::move(ledger)) {}

  Result<bool> IsInLedger(size_t table, int64_t source, Bytes sortable);
  Result<void> VisitTable(size_t table, size_t source, const Record& record,
                          RecordVisitor* visitor);
  Result<void> VisitRows(size_t table, size_t source, const Record& record,
                         RecordComparer* comparer, RecordVisitor* visitor);
  Result<void> VisitRow(size_t table, const Record& record,
                        RecordComparer* comparer, RecordVisitor* visitor);

  const Plan& plan_;
  std::vector<bool> chosen_;
  Ledger ledger_;
  bool has_failed_ = false;
  std::vector<RecordComparer> comparers_;
  std::unique_ptr<RecordChoice> choice_;  // null: nothing to choose
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_RECORD_TOUR_H_
