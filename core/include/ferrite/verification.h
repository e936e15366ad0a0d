// Verification: the pass that reads the sources once more and compares every
// record with the store, independently of what the migration noted.
//
// For each row that the plan makes of a record the one with its primary key is
// read. The table below says what is counted, and kept in ferrite_difference.
//
//   record in source | row in store            | counted as
//   -----------------+-------------------------+-----------
//   yes              | equal                   | matched
//   yes              | no row                  | missing
//   yes              | another content         | different (columns named)
//   yes, in ledger   | no row                  | failed
//   yes, quarantined | no row                  | quarantined
//   no               | yes                     | extra
//
// Two contents are equal when the row is what the plan makes of the record and,
// for tables that keep unmapped fields, the record (or element) rebuilt from
// the row has its canonical hash. A row that has NULL because its reference
// leads nowhere is equal too, and counted as nulled.
//
// When a table has more rows than matched, the pass asks for the sources a
// second time, to tell which rows no record stands behind; that takes some
// twenty bytes of memory per row. Otherwise memory does not grow with the
// number of records. The status is "verified", or "completed_with_differences"
// when anything is missing, different, extra, failed or quarantined.
#ifndef FERRITE_VERIFICATION_H_
#define FERRITE_VERIFICATION_H_

#include <memory>
#include <vector>

#include "ferrite/pass.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite {

// As BeginMigration. kState when the store holds no completed migration of
// this plan: empty is not verified.
Result<std::unique_ptr<Pass>> BeginVerification(
    Store* store, const Plan& plan, std::vector<SourceState> sources,
    int64_t now);

}  // namespace ferrite

#endif  // FERRITE_VERIFICATION_H_
