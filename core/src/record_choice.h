// RecordChoice: what a verification holds a record against, where that is not
// simply what the plan makes of it.
//
//  - Of a migration whose plan was corrected by a retry, some rows were made by
//    the plan before. A record is held against the newest plan that makes of it
//    the rows that are there (or that left their table: in the ledger, or
//    discarded), and against the newest one when none does.
//  - A corrected record is held against its correction, as long as the source
//    has what it had when it was corrected. A discarded one is not looked for.
#ifndef FERRITE_CORE_SRC_RECORD_CHOICE_H_
#define FERRITE_CORE_SRC_RECORD_CHOICE_H_

#include <memory>
#include <utility>
#include <vector>

#include "batch_reader.h"
#include "correction.h"
#include "ferrite/hash.h"
#include "ferrite/ledger.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"
#include "record_comparer.h"

namespace ferrite::internal {

class RecordChoice {
 public:
  // Null when there is nothing to choose. `plan` must outlive it.
  static Result<std::unique_ptr<RecordChoice>> Open(Store* store,
                                                    const Plan& plan,
                                                    int64_t migration);

  struct Choice {
    RecordComparer* comparer = nullptr;
    Bytes value;  // what the rows are to be made of; valid until the next call
    bool is_corrected = false;
    bool is_discarded = false;
  };
  // `newest` is the comparer of the plan itself. Errors are the store's.
  Result<Choice> Choose(size_t table, size_t source, const Record& record,
                        RecordComparer* newest);

  // Whether the row with this key left the ledger because it was discarded.
  Result<bool> IsDiscardedRow(size_t table, Bytes row_key);

 private:
  RecordChoice(const Plan& plan, Corrections corrections, Ledger ledger)
      : plan_(plan),
        corrections_(std::move(corrections)),
        ledger_(std::move(ledger)) {}

  Result<bool> Matches(size_t table, size_t source, const Record& record,
                       RecordComparer* comparer);
  Result<bool> HasLeft(size_t table, Bytes row_key);
  Result<void> Correct(size_t table, size_t source, const Record& record,
                       Choice* choice);
  bool HasSameContent(Bytes a, Bytes b);

  const Plan& plan_;
  Corrections corrections_;
  Ledger ledger_;
  bool has_corrections_ = false;
  std::vector<Plan> others_;                            // the newest first
  std::vector<std::vector<RecordComparer>> comparers_;  // by plan, by table
  Correction correction_;
  Canonicalizer canonicalizer_;
};

}  // namespace ferrite::internal

#endif  // FERRITE_CORE_SRC_RECORD_CHOICE_H_
