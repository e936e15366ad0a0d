// Verification: the pass that reads the sources once more and compares every
// record with the store, independently of what the migration noted.
//
// For each row that the plan makes of a record the one with its primary key is
// read. The table below says what is counted, and kept in ferrite_difference
// with both contents (ferrite/differences.h lists it).
//
//   record in source | row in store            | counted as
//   -----------------+-------------------------+-----------
//   yes              | equal                   | matched
//   yes              | no row                  | missing
//   yes              | another content         | different (columns named)
//   yes, in ledger   | no row                  | failed
//   yes, quarantined | no row                  | quarantined
//   yes, discarded   | no row                  | discarded
//   no               | yes                     | extra
//
// A record that was corrected in the ledger (ferrite/ledger.h) is compared as
// corrected, and counted as such, as long as the source has what it had. Where
// a retry brought another plan (ferrite/retry.h), a row is equal when it is
// what one of the migration's plans makes of the record.
//
// Two contents are equal when the row is what the plan makes of the record and,
// for tables that keep unmapped fields, the record (or element) rebuilt from
// the row has its canonical hash. A row that has NULL because its reference
// leads nowhere is equal too, and counted as nulled.
//
// When a table has more rows than matched, the pass asks for the sources a
// second time, to tell which rows no record stands behind; that takes some
// twenty bytes of memory per row. Otherwise memory does not grow with the
// number of records.
//
// The status of a run that ended:
//
//   looked at                  | nothing found | anything missing, different,
//                              |               | extra, failed, quarantined
//   ---------------------------+---------------+----------------------------
//   all records of all tables  | verified      | completed_with_differences
//   a sample, or some tables   | completed     | completed_with_differences
//
// A run can be repeated at any time. Each has a row in the history, and one of
// the same id in ferrite_verification, which keeps what it found: the last one
// that ended is the one that is listed: one that is cancelled,
// fails or is killed leaves it as it was, and the next one that begins clears
// what it left behind.
#ifndef FERRITE_VERIFICATION_H_
#define FERRITE_VERIFICATION_H_

#include <memory>
#include <string>
#include <vector>

#include "ferrite/audit.h"
#include "ferrite/pass.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite {

struct VerificationOptions {
  int64_t now = 0;  // milliseconds since the epoch
  // About so many records of each source, in twenty strata that lie evenly over
  // it, and its last one; fewer than twenty count as twenty. 0: all records. A
  // source that holds no more than that is read whole. When any source is not,
  // rows without a record are not looked for.
  uint64_t sample_size = 0;
  // Names of the plan's tables to compare; none: all.
  std::vector<std::string> tables = {};
  // Who asks, and what for: a JSON object kept in the history as it is.
  Actor actor = {};
  std::string config = "{}";
};

// As BeginMigration. kState when the store holds no completed migration of
// this plan: empty is not verified. kInvalidArgument when the plan has no table
// of a name that is asked for.
Result<std::unique_ptr<Pass>> BeginVerification(
    Store* store, const Plan& plan, std::vector<SourceState> sources,
    const VerificationOptions& options);

// The report of the last verification that ended; empty when there was none.
Result<std::string> LastVerificationReport(Store* store);

}  // namespace ferrite

#endif  // FERRITE_VERIFICATION_H_
